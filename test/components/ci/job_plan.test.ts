import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";

import { releaseTag } from "../../../components/ci/imageTag";
import { CiJobs, ENTRY, PULL_REQUEST } from "./ciJobs";
import { COMMIT, DIGEST, OTHER, STATE } from "./releaseRuns";

let jobs: CiJobs;

beforeEach(() => {
  jobs = new CiJobs();
});

afterEach(() => {
  jobs.end();
});

const IMAGE = `registry/finance@${DIGEST}`;
const STORED = { ...STATE, info_mapping: { "Api[x]": STATE.info_mapping["Api[x]"] } };
const RELEASE = {
  image: IMAGE,
  commit: OTHER,
  defsState: STORED,
  releasedAt: "2026-11-20T00:00:00.000Z",
};
const PUSH = { repository: { pushed_at: 1763726400 } };

function release(record: unknown): void {
  mkdirSync(join(jobs.folder, "store", "releases"), { recursive: true });
  jobs.file("store/releases/finance.json", record);
}

const plan = (): Record<string, unknown> => jobs.json("plan/plan.json") as Record<string, unknown>;

describe("the plan of a run", () => {
  it("is a release after a push to the default branch, wanted since the push", async () => {
    release(RELEASE);
    const ended = await jobs.plan(jobs.github("push", PUSH));
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    expect(plan()).toEqual({
      kind: "release",
      location: "finance",
      repository: "acme/finance-pipelines",
      directory: ".",
      state_store: jobs.store,
      commit: COMMIT,
      wanted_at: "2025-11-21T12:00:00.000Z",
      image: expect.stringMatching(/^registry\/finance:release-a{12}-\d{8}T\d{6}Z$/) as string,
      cache_image: IMAGE,
      number: 0,
      actor: "zoe",
      run_url: "https://github.com/acme/finance-pipelines/actions/runs/11",
      dbt_project: "",
      dbt_target: "",
      refresh: true,
      build: true,
    });
  });

  it("tags images as `npm run release` does, so that their repository keeps them", async () => {
    await jobs.plan(jobs.github("push", PUSH));
    const tag = String(plan()["image"]).split(":")[1] ?? "";
    const stamp = /\d{8}T\d{6}Z$/.exec(tag)?.[0] ?? "";
    const time = stamp.replace(/(....)(..)(..)T(..)(..)(..)Z/, "$1-$2-$3T$4:$5:$6Z");
    expect(tag).toBe(releaseTag(COMMIT, new Date(time)));
  });

  it("is wanted now when somebody starts it by hand", async () => {
    const before = new Date().toISOString();
    await jobs.plan(jobs.github("workflow_dispatch", {}));
    expect(plan()).toMatchObject({ kind: "release", cache_image: "" });
    expect(String(plan()["wanted_at"]) >= before).toBe(true);
  });

  it("is new state for the released commit and image on schedule, and no newer than the release", async () => {
    release(RELEASE);
    await jobs.plan(jobs.github("schedule", {}));
    expect(plan()).toMatchObject({
      ...{ kind: "refresh", commit: OTHER, wanted_at: RELEASE.releasedAt },
      ...{ image: "", refresh: true, build: false },
    });
    expect(jobs.text("plan/image.txt")).toBe(`${IMAGE}\n`);
  });

  it("builds the released commit anew on schedule when its state is in the image", async () => {
    release({ ...RELEASE, defsState: STATE });
    await jobs.plan(jobs.github("schedule", {}));
    expect(plan()).toMatchObject({ kind: "refresh", commit: OTHER, build: true });
    expect(plan()["image"]).toMatch(/^registry\/finance:release-b{12}-/);
    expect(existsSync(join(jobs.folder, "plan/image.txt"))).toBe(false);
  });

  it.each<[string, unknown, string]>([
    ["without a release", undefined, "it has no release yet"],
    ["with a broken record", "{", "it has no release yet"],
    ["with a record of something else", [1], "it has no release yet"],
    ["without a commit", { ...RELEASE, commit: null }, "its release is of no commit"],
    ["without state", { ...RELEASE, defsState: null }, "its release has no state-backed component"],
  ])("is nothing on schedule %s", async (_case, record, why) => {
    if (record !== undefined) release(record);
    const ended = await jobs.plan(jobs.github("schedule", {}));
    expect(ended).toMatchObject({ code: 0 });
    expect(ended.stdout).toContain(`plan: finance: nothing to do: ${why}`);
    expect(plan()).toMatchObject({ kind: "nothing", refresh: false, build: false });
  });

  it("is a branch for a pull request, below its own prefix", async () => {
    const event = { action: "synchronize", pull_request: PULL_REQUEST };
    await jobs.plan(jobs.github("pull_request", event, { GITHUB_REF: "refs/pull/7/merge" }));
    expect(plan()).toMatchObject({
      ...{ kind: "branch", commit: COMMIT, number: 7, wanted_at: "2026-11-21T12:00:00.000Z" },
      ...{ state_store: `${jobs.store}/branches/finance/7`, refresh: true, build: true },
    });
    expect(plan()["image"]).toMatch(/^registry\/branches\/finance:pr-7-a{12}-\d{8}T\d{6}Z$/);
  });

  it("is a close when the pull request was closed: no refresh, no build", async () => {
    const event = { action: "closed", pull_request: PULL_REQUEST };
    await jobs.plan(jobs.github("pull_request", event));
    expect(plan()).toMatchObject({ kind: "close", number: 7, refresh: false, build: false });
  });

  it.each<[string, object | null]>([
    ["of a fork", { full_name: "mallory/finance-pipelines" }],
    ["of a fork that is gone", null],
  ])("is nothing for a pull request %s", async (_case, repo) => {
    const pull_request = { ...PULL_REQUEST, head: { ...PULL_REQUEST.head, repo } };
    const ended = await jobs.plan(jobs.github("pull_request", { action: "opened", pull_request }));
    expect(ended.stdout).toContain("a pull request from a fork gets nothing");
    expect(plan()).toMatchObject({ kind: "nothing", image: "" });
  });

  it("is nothing for a pull request of a location without branch deployments", async () => {
    const event = { action: "opened", pull_request: PULL_REQUEST };
    const ended = await jobs.plan(jobs.github("pull_request", event), {
      ...ENTRY,
      branchImage: null,
    });
    expect(ended.stdout).toContain("it has no branch deployments on the platform's list");
  });

  it("says the same on GitLab", async () => {
    await jobs.plan(jobs.gitlab("push"));
    expect(plan()).toMatchObject({ kind: "release", wanted_at: "2026-11-21T12:00:00.000Z" });
    release(RELEASE);
    await jobs.plan(jobs.gitlab("schedule"));
    expect(plan()).toMatchObject({ kind: "refresh", commit: OTHER });
    const request = { CI_MERGE_REQUEST_IID: "7", CI_MERGE_REQUEST_SOURCE_PROJECT_ID: "3" };
    await jobs.plan(jobs.gitlab("merge_request_event", { ...request, CI_COMMIT_BRANCH: "" }));
    expect(plan()).toMatchObject({ kind: "branch", number: 7, commit: COMMIT });
    const fork = { ...request, CI_MERGE_REQUEST_SOURCE_PROJECT_ID: "4" };
    await jobs.plan(jobs.gitlab("merge_request_event", fork));
    expect(plan()).toMatchObject({ kind: "nothing" });
  });

  it("goes to later steps as outputs, and as variables that a shell can trust", async () => {
    const output = jobs.file("output", "");
    const entry = { ...ENTRY, dbt: { project: "my dbt; touch pwned", target: "prod" } };
    await jobs.plan(jobs.github("push", PUSH, { GITHUB_OUTPUT: output }), entry);
    expect(jobs.text("output")).toBe(
      `kind=release\ncommit=${COMMIT}\ndirectory=.\nrefresh=true\nbuild=true\n`,
    );
    const script = `. "$1"; printf %s "$PLAN_DBT_PROJECT|$PLAN_BUILD|$PLAN_KIND"`;
    const said = execFileSync("sh", ["-c", script, "sh", join(jobs.folder, "plan/plan.env")], {
      cwd: jobs.folder,
      encoding: "utf8",
    });
    expect(said).toBe("my dbt; touch pwned|true|release");
    expect(existsSync(join(jobs.folder, "pwned"))).toBe(false);
  });
});

describe("a run that may not be", () => {
  it.each<[string, () => NodeJS.ProcessEnv, string]>([
    [
      "a push to another branch",
      () => jobs.github("push", PUSH, { GITHUB_REF: "refs/heads/dev" }),
      "finance is released from main, and this is dev",
    ],
    [
      "a push of a tag",
      () => jobs.github("push", PUSH, { GITHUB_REF: "refs/tags/main" }),
      "finance is released from main, and this is no branch",
    ],
    [
      "another repository",
      () => jobs.github("push", PUSH, { GITHUB_REPOSITORY: "acme/other" }),
      "finance is of acme/finance-pipelines on the platform's list, and this is acme/other",
    ],
    [
      "pull_request_target",
      () => jobs.github("pull_request_target", { pull_request: PULL_REQUEST }),
      "never on pull_request_target",
    ],
    ["a pipeline from elsewhere", () => jobs.gitlab("trigger"), "not for pipelines of 'trigger'"],
    ["no commit", () => jobs.github("push", PUSH, { GITHUB_SHA: "main" }), "got 'main'"],
  ])("refuses %s in one line", async (_case, env, message) => {
    const ended = await jobs.plan(env());
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(/^plan: finance: .*\n$/);
    expect(ended.stderr).toContain(message);
    expect(existsSync(join(jobs.folder, "plan/plan.json"))).toBe(false);
  });

  it("refuses a location that is not on the list", async () => {
    const ended = await jobs.plan(jobs.github("push", PUSH), ENTRY, "sales");
    expect(ended).toMatchObject({ code: 1 });
    expect(ended.stderr).toContain("sales is not on the platform's list (finance): add it there");
  });
});
