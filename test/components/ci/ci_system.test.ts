import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { evaluate } from "./python";

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "ci-system-"));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

const DETECT = `
import dataclasses, ci_system, http_api
try:
    found = ci_system.detect(given)
    answer = {**dataclasses.asdict(ci_system.current(given)), "change": found.change}
    if answer["system"] == "gitlab":
        answer["project"] = found.change_project
    api = found.api("a-token")
    answer["api"] = [api.base, api._headers]
except ci_system.CiError as error:
    answer = str(error)
`;

const detect = (environment: Readonly<Record<string, string>>): Promise<unknown> =>
  evaluate(DETECT, environment);

const GITHUB = {
  GITHUB_ACTIONS: "true",
  GITHUB_REPOSITORY: "acme/finance-pipelines",
  GITHUB_RUN_ID: "77",
  GITHUB_ACTOR: "ann",
  GITHUB_TOKEN: "ghs_1\n",
};

const GITLAB = {
  GITLAB_CI: "true",
  CI_PROJECT_PATH: "acme/data/finance",
  CI_PIPELINE_URL: "https://gitlab.example.com/acme/data/finance/-/pipelines/5",
  CI_API_V4_URL: "https://gitlab.example.com/api/v4",
  GITLAB_USER_LOGIN: "ann",
};

test("knows a run of GitHub Actions, and its API with the job's token", async () => {
  expect(await detect(GITHUB)).toEqual({
    system: "github",
    repository: "acme/finance-pipelines",
    run_url: "https://github.com/acme/finance-pipelines/actions/runs/77",
    actor: "ann",
    event: {},
    change: null,
    api: [
      "https://api.github.com",
      {
        "User-Agent": "dagster-platform",
        Accept: "application/vnd.github+json",
        "X-GitHub-Api-Version": "2022-11-28",
        Authorization: "Bearer ghs_1",
      },
    ],
  });
});

test("knows a run on GitHub Enterprise Server, the attempt, and the pull request of the event", async () => {
  const event = { pull_request: { number: 12, head: { ref: "$(id)" } } };
  writeFileSync(join(folder, "event.json"), JSON.stringify(event));
  const environment = {
    ...GITHUB,
    GITHUB_SERVER_URL: "https://git.acme.example",
    GITHUB_API_URL: "https://git.acme.example/api/v3",
    GITHUB_RUN_ATTEMPT: "3",
    GITHUB_EVENT_PATH: join(folder, "event.json"),
  };
  expect(await detect(environment)).toMatchObject({
    run_url: "https://git.acme.example/acme/finance-pipelines/actions/runs/77/attempts/3",
    event,
    change: 12,
    api: ["https://git.acme.example/api/v3", {}],
  });
});

test("knows a run of GitLab CI, and asks its API only with a token that it is given", async () => {
  expect(await detect({ ...GITLAB, CI_JOB_TOKEN: "of the job" })).toEqual({
    system: "gitlab",
    repository: "acme/data/finance",
    run_url: "https://gitlab.example.com/acme/data/finance/-/pipelines/5",
    actor: "ann",
    event: {},
    change: null,
    project: "acme%2Fdata%2Ffinance",
    api: [
      "https://gitlab.example.com/api/v4",
      { "User-Agent": "dagster-platform", "PRIVATE-TOKEN": "a-token" },
    ],
  });
});

test("takes a merge request for one of the project that it goes to, not of the fork", async () => {
  const environment = {
    ...GITLAB,
    CI_PROJECT_ID: "9",
    CI_MERGE_REQUEST_PROJECT_ID: "4",
    CI_MERGE_REQUEST_IID: "31",
  };
  expect(await detect(environment)).toMatchObject({ change: 31, project: "4" });
});

test.each<[string, Readonly<Record<string, string>>, string]>([
  [
    "a shell of a person",
    {},
    "not in CI: neither GITHUB_ACTIONS nor GITLAB_CI is true; run it in a job of GitHub Actions or GitLab CI",
  ],
  [
    "GitHub without a repository and a run",
    { GITHUB_ACTIONS: "true" },
    "GITHUB_REPOSITORY and GITHUB_RUN_ID must be set, as the CI system does by itself",
  ],
  [
    "GitLab without a project",
    { GITLAB_CI: "true" },
    "CI_PROJECT_PATH must be set, as the CI system does by itself",
  ],
  [
    "an event that is not there",
    { ...GITHUB, GITHUB_EVENT_PATH: "/nowhere/event.json" },
    "GITHUB_EVENT_PATH: /nowhere/event.json: No such file or directory",
  ],
  [
    "a step without the token",
    { ...GITHUB, GITHUB_TOKEN: "" },
    "GITHUB_TOKEN is not set: give it to the step from the expression github.token, and the job `permissions: a-token`",
  ],
])("refuses %s", async (_case, environment, message) => {
  expect(await detect(environment)).toBe(message);
});
