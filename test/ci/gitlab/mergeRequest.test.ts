import { readdirSync } from "node:fs";

import { answers } from "../../components/ci/source";
import { describePipelines } from "./describePipelines";
import { type PipelineEvent, PROJECT_ID } from "./events";
import { type LocationPipeline, LocationWorld } from "./locationWorld";

/** What a shell would run, if it got it. */
const TRAP = "\"; touch pwned #$(touch pwned)`touch pwned`' || touch pwned";
const TRAPPED = /(^|\/)pwned$/;

/** git lets a branch be called so. */
const BRANCH = "fix/it;touch-pwned|$(touch-pwned)`id`&'";

/** A pipeline of the merge request. */
function request(more: Partial<PipelineEvent["request"]> = {}): Partial<PipelineEvent> {
  const given = { number: 12, title: TRAP, labels: "keep,data" };
  return { source: "merge_request_event", branch: BRANCH, request: { ...given, ...more } };
}

describePipelines("a merge request's pipeline on GitLab", () => {
  let world: LocationWorld;
  let opened: LocationPipeline;
  let commit: string;

  beforeAll(async () => {
    const crm = { source: answers(200), entry: { branches: {} } };
    world = await LocationWorld.start({ locations: { crm } });
    commit = world.remotes.push("acme/crm", { "README.md": "first\n" }, BRANCH, TRAP);
    opened = await world.run("crm", request(), {});
  });

  afterAll(() => world.stop());

  test("refreshes into a prefix of its own, builds, and records what it wants", async () => {
    expect(opened.jobs).toEqual({
      ...{ "crm:refresh": "passed", "crm:build": "passed", "crm:branch": "passed" },
    });
    expect(opened.steps.filter((step) => !step.includes("docker"))).toEqual([
      ...["refresh: job_plan.py", "refresh: uv sync"],
      ...["build: registry_login.py", "build: build_image.py", "branch: branch_record.py"],
    ]);
    expect(await world.keys("crm")).toEqual([
      "branches/crm/12.json",
      "branches/crm/12/defs-state/crm/Source__api__/<version>",
    ]);
    expect(await world.object("branches/crm/12.json")).toMatchObject({
      ...{ location: "crm", number: 12, status: "open", commit, author: "ada" },
      ...{ branch: BRANCH, title: TRAP, labels: ["data", "keep"] },
      url: "https://gitlab.com/acme/crm/-/merge_requests/12",
      image: expect.stringMatching(/\/dagster-prod-branches\/crm@sha256:[0-9a-f]{64}$/) as unknown,
    });
  });

  test("takes the role of merge requests, and no other", () => {
    expect(world.roles("crm")).toEqual(["dagster-platform/prod/dagster-prod-crm-pull-request"]);
  });

  test("gives nothing of title and branch to a shell", () => {
    const files = readdirSync(opened.folder, { recursive: true, encoding: "utf8" });
    expect(files.length).toBeGreaterThan(20);
    expect(files.filter((file) => TRAPPED.test(file))).toEqual([]);
    expect(world.remotes.checkedOut.filter((file) => TRAPPED.test(file))).toEqual([]);
    expect(opened.output).not.toContain("not found");
  });

  test("records the new commit when it is pushed to", async () => {
    const before = await world.object("branches/crm/12.json");
    const pushed = world.remotes.push("acme/crm", { "README.md": "second\n" }, BRANCH);
    const { jobs } = await world.run("crm", request({ title: "Better" }), {});
    expect(new Set(Object.values(jobs))).toEqual(new Set(["passed"]));
    const after = await world.object("branches/crm/12.json");
    expect(after).toMatchObject({ commit: pushed, title: "Better", status: "open" });
    expect((after as { image: string }).image).not.toBe((before as { image: string }).image);
    expect(await world.releases("crm")).toEqual([]);
  });

  test("has no job when it is of a fork", async () => {
    const of = request({ sourceProjectId: 99, targetProjectId: PROJECT_ID });
    const { jobs, calls, output } = await world.run("crm", of, {});
    expect({ jobs, calls }).toEqual({ jobs: {}, calls: [] });
    expect(output).toContain("pipeline finished");
  });

  test("is all there is for a branch: a push to it has no job", async () => {
    const { jobs, calls, output } = await world.run("crm", { branch: BRANCH }, {});
    expect({ jobs, calls }).toEqual({ jobs: {}, calls: [] });
    expect(output).toContain("pipeline finished");
  });
});
