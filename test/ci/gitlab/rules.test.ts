import { stringify } from "yaml";

import { GITLAB_CALLER, GITLAB_TEMPLATE } from "../../../components/ci/gitlabCaller";
import { describePipelines } from "./describePipelines";
import type { PipelineEvent } from "./events";
import { listJobs, type PipelineInput, validate } from "./pipeline";
import { Remotes } from "./remotes";
import { PLATFORM, platformFiles, rendered } from "./renderedFiles";

const EVERYTHING = "acme/everything";

const CRM = ["crm:refresh", "crm:build"];
const SALES = ["sales:refresh", "sales:build"];
const RELEASES = [
  ...[...CRM, "crm:release", "crm:deploy"],
  ...[...SALES, "sales:release", "sales:deploy"],
];

/** Of a fork. */
const FORK_ID = 99;

type Event = Omit<PipelineEvent, "project">;

/** Why there is a pipeline, and the jobs in it. Of the two only `crm` has branch deployments. */
const TABLE: readonly (readonly [string, Event, readonly string[]])[] = [
  ["a push to the branch", on("trunk", "push"), ["deploy", ...RELEASES]],
  ["its schedule", on("trunk", "schedule"), ["deploy", ...RELEASES]],
  ["somebody, on the branch", on("trunk", "web"), ["deploy", ...RELEASES]],
  ["a trigger token", on("trunk", "trigger"), ["deploy"]],
  ["the API", on("trunk", "api"), []],
  ["another pipeline", on("trunk", "pipeline"), []],
  ["a push to another branch", on("feature", "push"), []],
  ["a schedule of another branch", on("feature", "schedule"), []],
  ["somebody, on another branch", on("feature", "web"), []],
  ["a trigger token, on another branch", on("feature", "trigger"), []],
  ["a push to a branch that begins with its name", on("trunk2", "push"), []],
  ["a merge request", request({}), ["preview", "comment", ...CRM, "crm:branch"]],
  // A location cannot tell: its first job ends as the repository is not the list's.
  ["a push to the branch of a fork", { ...on("trunk", "push"), projectId: FORK_ID }, RELEASES],
  ["a fork's, in the fork", { ...request({ sourceProjectId: FORK_ID }), projectId: FORK_ID }, []],
  ["a fork's, started by a member", request({ sourceProjectId: FORK_ID }), []],
];

function on(branch: string, source: string): Event {
  return { branch, source, projectId: PLATFORM.id };
}

function request(more: { readonly sourceProjectId?: number }): Event {
  const given = { number: 12, targetProjectId: PLATFORM.id, ...more };
  return { ...on("feature", "merge_request_event"), request: given };
}

/** A repository with the template of two locations, and the platform's pipeline. */
function everything(files: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const include = (location: string, branches: string) => ({
    local: `/${GITLAB_TEMPLATE}`,
    inputs: { location, branch: "trunk", branches },
  });
  const included = [include("crm", "true"), include("sales", "false"), { local: "/platform.yml" }];
  return {
    [GITLAB_CALLER]: stringify({ include: included }),
    [GITLAB_TEMPLATE]: files[GITLAB_TEMPLATE] ?? "",
    "platform.yml": files[GITLAB_CALLER] ?? "",
  };
}

describePipelines("the jobs of a pipeline on GitLab", () => {
  const remotes = new Remotes();

  beforeAll(() => {
    const locations = [{ name: "crm" }, { name: "sales" }];
    const files = platformFiles(rendered({ locations, config: { platformBranch: "trunk" } }));
    for (const branch of ["trunk", "feature", "trunk2"])
      remotes.push(EVERYTHING, everything(files), branch);
  });

  afterAll(() => {
    remotes.remove();
  });

  function pipeline(event: Event): PipelineInput {
    const environment = { PATH: process.env["PATH"], HOME: "/nonexistent" };
    return { remotes, environment, images: [], event: { ...event, project: EVERYTHING } };
  }

  test.each(TABLE)("are those of %s", async (_, event, jobs) => {
    expect([...(await listJobs(pipeline(event)))].sort()).toEqual([...jobs].sort());
  });

  test("are valid by the schema that gitlab-ci-local brings", async () => {
    await validate(pipeline(on("trunk", "push")));
    remotes.push(
      EVERYTHING,
      { [GITLAB_CALLER]: "job: { script: [date], timeot: 1 hour }\n" },
      "typo",
    );
    await expect(validate(pipeline(on("typo", "push")))).rejects.toThrow(/timeot/);
  });
});
