import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { parse } from "yaml";

import { ACTIONS } from "../../../components/ci/githubSteps";
import { fileOf, jobsOf, PLATFORMS, rendering, stepsOf, workflow } from "./rendering";

const READ = { contents: "read", "id-token": "write" };

describe.each(Object.entries(PLATFORMS))("the workflows of a platform %s", (_name, config) => {
  const files = rendering(config);
  const jobs = jobsOf(files);
  const steps = stepsOf(files);
  const callers = files.filter(({ path }) => path.startsWith("callers/"));

  it("use other people's actions at one commit each, and say which version that is", () => {
    const pinned = new Map(Object.values(ACTIONS).map(({ uses, version }) => [uses, version]));
    for (const { uses } of steps) if (uses !== undefined) expect(pinned.has(uses)).toBe(true);
    for (const uses of pinned.keys()) expect(uses).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
    const lines = files.flatMap(({ text }) => text.split("\n"));
    for (const line of lines) {
      const [, uses, comment] = /^ +(?:- )?uses: (\S+@[0-9a-f]{40})(.*)$/.exec(line) ?? [];
      if (uses !== undefined) expect(comment).toBe(` # ${pinned.get(uses) ?? ""}`);
    }
  });

  it("call the platform's own workflow, and no other, on its branch", () => {
    const called = jobs.flatMap(([, { uses }]) => uses ?? []);
    expect(called).toHaveLength(callers.length);
    expect(new Set(called)).toEqual(
      new Set(["acme/dagster-platform/.github/workflows/location.yml@main"]),
    );
  });

  it("have no rights but those of the job", () => {
    const packages = "imageRegistry" in config ? { packages: "write" } : {};
    expect(files.map((file) => workflow(file).permissions)).toEqual(files.map(() => ({})));
    const caller = { ...READ, statuses: "write", ...packages };
    expect(Object.fromEntries(jobs.map(([name, { permissions }]) => [name, permissions]))).toEqual({
      "platform.yml preview": READ,
      "platform.yml comment": { "pull-requests": "write" },
      "platform.yml deploy": READ,
      "location.yml refresh": READ,
      "location.yml build": { ...READ, ...packages },
      "location.yml release": { "id-token": "write" },
      "location.yml deploy": { "id-token": "write", statuses: "write" },
      "location.yml branch": { "id-token": "write" },
      "dagster-crm.yml crm": caller,
      "dagster-finance.yml finance": caller,
      "dagster-shop.yml shop": caller,
    });
  });

  it("are given by the caller all the rights that the called jobs ask for, and no more", () => {
    const asked = Object.values(workflow(fileOf(files, "location")).jobs);
    const all = Object.assign({}, ...asked.map(({ permissions }) => permissions)) as object;
    for (const file of callers)
      for (const { permissions } of Object.values(workflow(file).jobs))
        expect(permissions).toEqual(all);
  });

  it("let nothing of an event into a shell", () => {
    const runs = steps.flatMap(({ run }) => run ?? []);
    expect(runs.length).toBeGreaterThan(10);
    for (const run of runs) expect(run).not.toContain("${{");
    const expressions = steps.flatMap(({ env = {}, with: given = {} }) =>
      [...Object.values(env), ...Object.values(given)].map(String),
    );
    for (const text of expressions)
      expect(text).not.toMatch(/github\.event\.|github\.head_ref|github\.ref_name|inputs\.commit/);
  });

  it("never run with the rights of the branch, in an environment, or with all secrets", () => {
    for (const file of files) {
      expect(Object.keys(workflow(file).on)).not.toContain("pull_request_target");
      expect(Object.keys(workflow(file).on)).not.toContain("workflow_run");
    }
    for (const [, { secrets, environment }] of jobs) {
      expect(secrets).not.toBe("inherit");
      expect(environment).toBeUndefined();
    }
  });

  it("hand on from job to job nothing that may have a secret in it", () => {
    const outputs = jobs.flatMap(([name, job]) => (job.outputs ? [[name, job.outputs]] : []));
    const of = (step: string, output: string): string => `\${{ steps.${step}.outputs.${output} }}`;
    expect(Object.fromEntries(outputs)).toEqual({
      "platform.yml preview": { comment: of("comment", "artifact-id") },
      "location.yml refresh": {
        ...{ kind: of("plan", "kind"), commit: of("plan", "commit"), build: of("plan", "build") },
      },
    });
  });

  it("have a limit of time for each job, and one runner", () => {
    for (const [name, job] of jobs) {
      if (job.uses !== undefined) continue;
      expect([name, job["timeout-minutes"]]).toEqual([name, expect.any(Number)]);
      expect(job["runs-on"]).toBe("ubuntu-24.04");
    }
  });

  it("keep nothing of one run for another", () => {
    const uv = steps.filter(({ uses }) => uses === ACTIONS.setupUv.uses);
    expect(uv).toHaveLength(5);
    for (const { with: given } of uv) expect(given).toMatchObject({ "enable-cache": false });
    expect(steps.map(({ uses = "" }) => uses).join("\n")).not.toContain("actions/cache");
  });

  it("take from a release that asks for a deployment what it gives", () => {
    const { workflow_dispatch: dispatch } = workflow(fileOf(files, "platform")).on;
    // As deploy_request.py sends them; GitHub refuses a dispatch with any other.
    expect(Object.keys((dispatch as { inputs: object }).inputs)).toEqual(["location", "commit"]);
  });

  it("leave no token in a checkout", () => {
    const checkouts = steps.filter(({ uses }) => uses === ACTIONS.checkout.uses);
    expect(checkouts).toHaveLength(4);
    for (const { with: given } of checkouts)
      expect(given).toMatchObject({ "persist-credentials": false });
  });

  it("end only what a newer push of the same pull request makes useless", () => {
    const { jobs: own } = workflow(fileOf(files, "platform"));
    expect(own["preview"]?.concurrency).toMatchObject({ "cancel-in-progress": true });
    expect(own["deploy"]?.concurrency).toEqual({
      ...{ group: "deploy-prod", "cancel-in-progress": false },
    });
    expect(workflow(fileOf(files, "location")).concurrency).toMatchObject({
      "cancel-in-progress": "${{ github.event_name == 'pull_request' }}",
    });
  });

  it("know every input that they give to an action whose stand-in the tests run", () => {
    const folders = readdirSync(join(__dirname, "actions"));
    for (const { uses = "", with: given = {} } of steps) {
      const name = (uses.split("@")[0] ?? "").replace("pulumi/actions", "x/pulumi").split("/")[1];
      if (name === undefined || !folders.includes(name)) continue;
      const text = readFileSync(join(__dirname, "actions", name, "action.yml"), "utf8");
      const { inputs } = parse(text) as { inputs: object };
      expect(Object.keys(inputs)).toEqual(expect.arrayContaining(Object.keys(given)));
    }
  });
});

describe("the file in a location's repository", () => {
  const files = rendering();
  const on = (location: string): unknown => workflow(fileOf(files, `dagster-${location}`)).on;

  it("starts on pushes to the default branch and by hand, and else as the list says", () => {
    const always = { push: { branches: ["main"] }, workflow_dispatch: {} };
    const types = ["opened", "synchronize", "reopened", "closed"];
    expect(on("finance")).toEqual(always);
    expect(on("shop")).toEqual({ ...always, pull_request: { types } });
    expect(on("crm")).toEqual({
      ...{ ...always, pull_request: { types } },
      schedule: [{ cron: "0 6 * * *" }],
    });
  });
});
