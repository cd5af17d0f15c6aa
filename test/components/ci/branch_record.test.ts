import { join } from "node:path";

import { type Ended, runScript } from "./python";
import { CiJobs, PULL_REQUEST } from "./ciJobs";
import { COMMIT, DIGEST, OTHER, STATE } from "./releaseRuns";

let jobs: CiJobs;

beforeEach(() => {
  jobs = new CiJobs();
});

afterEach(() => {
  jobs.end();
});

const IMAGE = `registry/branches/finance@${DIGEST}`;
const RECORD = "store/branches/finance/7.json";

async function record(action: string, change: object = {}): Promise<Ended> {
  const event = { action, pull_request: { ...PULL_REQUEST, ...change } };
  const env = jobs.github("pull_request", event);
  const planned = await jobs.plan(env);
  expect(planned).toMatchObject({ code: 0 });
  const built = ["--image-file", jobs.file("image.txt", `${IMAGE}\n`)];
  const state = ["--defs-state", jobs.file("state.json", STATE)];
  const args = ["--plan", join(jobs.folder, "plan/plan.json"), "--state-store", jobs.store];
  const more = action === "closed" ? [] : [...built, ...state];
  return runScript("branch_record.py", [...args, ...more], env);
}

describe("the record of a branch deployment", () => {
  it("has what the pull request says, whatever characters are in it", async () => {
    expect(await record("opened")).toMatchObject({
      ...{ code: 0, stderr: "" },
      stdout: "branch: finance#7: open -> branches/finance/7.json\n",
    });
    expect(jobs.json(RECORD)).toEqual({
      schemaVersion: 1,
      location: "finance",
      repository: "acme/finance-pipelines",
      number: 7,
      status: "open",
      branch: "feature/$(x)",
      commit: COMMIT,
      author: "zoe",
      title: PULL_REQUEST.title,
      url: PULL_REQUEST.html_url,
      labels: ["a b", "keep"],
      image: IMAGE,
      defsState: STATE,
      updatedAt: "2026-11-21T12:00:00.000Z",
      runUrl: "https://github.com/acme/finance-pipelines/actions/runs/11",
    });
  });

  it("is of the last push, also when an older one ends later", async () => {
    const head = { ...PULL_REQUEST.head, sha: OTHER };
    await record("synchronize", { head, updated_at: "2026-11-21T12:30:00Z" });
    const late = await record("opened");
    expect(late).toMatchObject({ code: 0 });
    expect(late.stdout).toContain("a newer event is recorded");
    expect(jobs.json(RECORD)).toMatchObject({ commit: OTHER });
  });

  it.each([
    [true, "merged"],
    [false, "closed"],
  ])("keeps what ran when the pull request was closed (merged: %s)", async (merged, status) => {
    await record("opened");
    await record("closed", { merged, updated_at: "2026-11-21T13:00:00Z" });
    expect(jobs.json(RECORD)).toMatchObject({ status, image: IMAGE, defsState: STATE });
    await record("reopened", { updated_at: "2026-11-21T14:00:00Z" });
    expect(jobs.json(RECORD)).toMatchObject({ status: "open" });
  });

  it("replaces one that is broken", async () => {
    await record("opened");
    jobs.file(RECORD, "{");
    expect(await record("synchronize")).toMatchObject({ code: 0 });
    expect(jobs.json(RECORD)).toMatchObject({ number: 7 });
  });

  it("refuses a store that is none, in one line", async () => {
    const env = jobs.github("pull_request", { action: "opened", pull_request: PULL_REQUEST });
    await jobs.plan(env);
    const plan = join(jobs.folder, "plan/plan.json");
    const ended = await runScript("branch_record.py", ["--plan", plan, "--state-store", "x"], env);
    expect(ended).toMatchObject({ code: 1, stdout: "" });
    expect(ended.stderr).toMatch(/^branch: finance#7: not recorded: state store must be .*\n$/);
  });
});
