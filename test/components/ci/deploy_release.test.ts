import { readFileSync } from "node:fs";
import { join } from "node:path";

import { DAGSTER_URL, DeployRuns, NO_TOKEN, OTHER, RECORD } from "./deployRuns";

const LOADED = `deploy: finance: loaded: ${DAGSTER_URL}\n`;

let runs: DeployRuns;

beforeEach(async () => {
  runs = await DeployRuns.start();
});

afterEach(() => {
  runs.stop();
});

describe("waiting", () => {
  test("fails with the location's error, in one line", async () => {
    const error = "ModuleNotFoundError: No module named\n 'pandas'\u001b[0m";
    runs.platformDeploys({ status: 204 }, { status: "failed", error });
    const { code, stderr } = await runs.run({}, runs.github);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr:
        "deploy: finance: failed: ModuleNotFoundError: No module named 'pandas' [0m (deployed by https://github.com/acme/dagster-platform/actions/runs/9)\n",
    });
  });

  test("takes no failure from before for the answer to what it has asked", async () => {
    runs.deployed({ status: "failed", error: "of an hour ago" });
    runs.platformDeploys({ status: 204 });
    expect((await runs.run({}, runs.github)).code).toBe(0);
  });

  test("takes a failure from before when nobody could be asked", async () => {
    runs.deployed({ status: "failed", error: "a Secret is missing", runUrl: null });
    const { code, stderr } = await runs.run();
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: "deploy: finance: failed: a Secret is missing\n",
    });
  });

  test("ends when another release has taken its place, and says which", async () => {
    const newer = { ...RECORD, commit: OTHER, releasedAt: "2026-11-21T12:01:00.000Z" };
    runs.whenWaiting = () => {
      runs.write("releases/finance.json", newer);
    };
    const { code, stdout } = await runs.run();
    expect(code).toBe(0);
    expect(stdout).toContain(
      "deploy: finance: superseded by bbbbbbbbbb of 2026-11-21T12:01:00.000Z: that release's run, https://github.com/acme/finance-pipelines/actions/runs/76, waits for it\n",
    );
  });

  test("ends when the same commit was released again with other state", async () => {
    runs.write("releases/finance.json", { ...RECORD, runUrl: null });
    const { code, stdout } = await runs.run();
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout:
        "deploy: finance: superseded by aaaaaaaaaa of 2026-11-21T12:00:00.000Z: that release's run waits for it\n",
    });
  });

  test.each<[string, unknown]>([
    ["the one before", { ...RECORD, commit: OTHER, releasedAt: "2026-11-20T12:00:00.000Z" }],
    ["none", "{"],
  ])("goes on when the record there is %s", async (_which, record) => {
    runs.write("releases/finance.json", record);
    runs.whenWaiting = () => {
      runs.deployed();
    };
    const { code, stdout } = await runs.run();
    expect(code).toBe(0);
    expect(stdout).toContain(LOADED);
  });

  test("takes the deployment of another release for none", async () => {
    runs.deployed({ release: "f".repeat(64), commit: OTHER });
    runs.whenWaiting = () => {
      runs.deployed();
    };
    expect((await runs.run()).stdout).toContain(LOADED);
  });
});

describe("the time that it has", () => {
  const LOOK = "/acme/dagster-platform/actions/workflows/platform.yml";

  test("ends with what was last deployed, what went wrong before, and where to look", async () => {
    runs.deployed({ release: "f".repeat(64), commit: OTHER });
    const { code, stderr } = await runs.run({ timeout: "0.5" });
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `deploy: finance: not deployed within 0.5 s: the platform has not deployed finance since 2026-11-21T12:05:00Z (bbbbbbbbbb, loaded); ${NO_TOKEN}: look at ${runs.api.url}${LOOK}, and run this job again when it has deployed\n`,
    });
  });

  test("ends with the failure that the platform did not try again", async () => {
    runs.deployed({ status: "failed", error: "no image", runUrl: null });
    runs.api.answer = () => ({ status: 204 });
    const { stderr } = await runs.run({ timeout: "0.5" }, runs.github);
    expect(stderr).toContain(
      "since 2026-11-21T12:05:00Z (aaaaaaaaaa, failed), when it failed: no image: look at",
    );
  });

  test.each([
    ["github", "https://api.github.com", `https://github.com${LOOK}`],
    ["github", "https://api.acme.ghe.com", `https://acme.ghe.com${LOOK}`],
    ["github", "https://git.acme.example/api/v3", `https://git.acme.example${LOOK}`],
    [
      "gitlab",
      "https://gitlab.acme.example/git/api/v4",
      "https://gitlab.acme.example/git/acme/dagster-platform/-/pipelines",
    ],
  ])("ends with the address of the runs: %s at %s", async (provider, address, url) => {
    const options = { "platform-provider": provider, "platform-api": address, timeout: "0.2" };
    const { stderr } = await runs.run(options);
    expect(stderr).toContain(`has never deployed finance, as far as file://${runs.folder} says`);
    expect(stderr).toContain(`look at ${url}, and run`);
  });
});

describe("what it refuses", () => {
  test("refuses a deployment record of a newer platform", async () => {
    runs.deployed({ schemaVersion: 2 });
    const { code, stderr } = await runs.run();
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `deploy: finance: file://${runs.folder}/deployments/finance.json has schemaVersion 2, this script reads 1: take the workflow of the platform's present version\n`,
    });
  });

  test.each([
    ["none", undefined, ": No such file or directory: run the release job before"],
    ["no JSON", "{", " is not what release.py writes"],
    ["another file", { written: true }, " is not what release.py writes"],
    [
      "another location's",
      { record: { ...RECORD, location: "crm" }, digest: "0", written: true },
      " is of 'crm': give that of 'finance'",
    ],
  ])("refuses a release that is %s", async (_which, content, message) => {
    if (content !== undefined) runs.write("given.json", content);
    const release = join(runs.folder, "given.json");
    expect(await runs.run({ release })).toEqual({
      code: 1,
      stdout: "",
      stderr: `deploy: finance: --release: ${release}${message}\n`,
    });
  });

  test("has nothing to wait for when the release was superseded before it was written", async () => {
    runs.write("release.json", { record: RECORD, digest: runs.digest, written: false });
    expect(await runs.run({}, runs.github)).toEqual({
      code: 0,
      stdout:
        "deploy: finance: superseded before it was written: a newer release is there, and its run waits\n",
      stderr: "",
    });
    expect(runs.api.requests).toEqual([]);
  });

  test.each([
    ["location", "../crm"],
    ["timeout", "0"],
    ["platform-provider", "svn"],
  ])("refuses --%s %s as usage", async (option, value) => {
    expect((await runs.run({ [option]: value })).code).toBe(2);
  });
});

test("leaves a summary, where other people's text stays text", async () => {
  const summary = join(runs.folder, "summary.md");
  const own = join(runs.folder, "own.md");
  runs.write("summary.md", "before\n");
  runs.deployed({ status: "failed", error: "``` <b> [x](y)", runUrl: null });
  await runs.run({ summary: own }, { GITHUB_STEP_SUMMARY: summary });
  const text = `### Dagster: finance not loaded\n\n\`\`\`\`text\nfailed: \`\`\` <b> [x](y)\n\`\`\`\`\n\n<${DAGSTER_URL}>\n`;
  expect(readFileSync(summary, "utf8")).toBe(`before\n${text}`);
  expect(readFileSync(own, "utf8")).toBe(text);
});
