import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir, userInfo } from "node:os";
import { join } from "node:path";

import { presentCommit, runUrl, thisRun } from "../../../stacks/deploy/ciRun";

const GITHUB = {
  GITHUB_SERVER_URL: "https://github.com",
  GITHUB_REPOSITORY: "acme/platform",
  GITHUB_RUN_ID: "42",
};

describe("who runs a command", () => {
  it("is this process, as Pulumi would name it", () => {
    expect(thisRun({})).toEqual({
      ...{ hostname: hostname(), username: userInfo().username, pid: process.pid },
      ...{ isCi: false, runUrl: null, ciGroup: null },
    });
  });

  it("is a job of GitHub Actions", () => {
    const environment = { ...GITHUB, CI: "true", DAGSTER_CI_GROUP: "deploy-prod" };
    expect(thisRun(environment)).toMatchObject({
      ...{ isCi: true, ciGroup: "deploy-prod" },
      runUrl: "https://github.com/acme/platform/actions/runs/42",
    });
  });

  it("is a job of GitLab CI", () => {
    const job = "https://gitlab.com/acme/platform/-/jobs/7";
    expect(runUrl({ CI_JOB_URL: job })).toBe(job);
  });

  it.each([["CI"], ["DAGSTER_CI_GROUP"], ["CI_JOB_URL"]])(
    "is nobody's with an empty %s",
    (name) => {
      expect(thisRun({ [name]: "" })).toMatchObject({ isCi: false, ciGroup: null, runUrl: null });
      expect(thisRun({ CI: "false" }).isCi).toBe(false);
    },
  );
});

describe("the commit of a working copy", () => {
  let folder: string;
  const git = (...args: readonly string[]) =>
    execFileSync("git", ["-C", folder, "-c", "user.name=a", "-c", "user.email=a@b", ...args], {
      encoding: "utf8",
    }).trim();

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "commit-"));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it("is the one that is checked out, as long as its files are as they were", async () => {
    git("init", "--quiet");
    writeFileSync(join(folder, "locations.yaml"), "locations: []\n");
    git("add", ".");
    git("commit", "--quiet", "--message", "one");
    writeFileSync(join(folder, "not-of-it"), "");
    expect(await presentCommit(folder, { GITHUB_SHA: "0" })).toBe(git("rev-parse", "HEAD"));
    writeFileSync(join(folder, "locations.yaml"), "locations: [{}]\n");
    expect(await presentCommit(folder, { GITHUB_SHA: "0" })).toBeNull();
  });

  it("is the job's where git does not say it", async () => {
    const commit = "a".repeat(40);
    expect(await presentCommit(folder, { GITHUB_SHA: commit })).toBe(commit);
    expect(await presentCommit(folder, { CI_COMMIT_SHA: commit })).toBe(commit);
    expect(await presentCommit(folder, {})).toBeNull();
  });
});
