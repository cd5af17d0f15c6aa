import { DAGSTER_URL, COMMIT, DeployRuns, OTHER, RECORD } from "./deployRuns";

const STATUS = `POST /repos/acme/finance-pipelines/statuses/${COMMIT}`;
const RUN_URL = "https://github.com/acme/finance-pipelines/actions/runs/77";
const PENDING = {
  state: "pending",
  context: "dagster / finance",
  description: "waiting for the platform",
  target_url: RUN_URL,
};

let runs: DeployRuns;

beforeEach(async () => {
  runs = await DeployRuns.start();
  runs.platformDeploys({ status: 204 });
});

afterEach(() => {
  runs.stop();
});

const withStatus = (
  options: Readonly<Record<string, string>> = {},
  environment: NodeJS.ProcessEnv = {},
) => runs.run(options, { ...runs.github, ...environment }, "--status");

describe("the commit's status", () => {
  test("is pending, then success with the way to Dagster", async () => {
    expect((await withStatus()).code).toBe(0);
    expect(runs.api.sent(STATUS)).toEqual([
      PENDING,
      { ...PENDING, state: "success", description: "deployed", target_url: DAGSTER_URL },
    ]);
    const authorization = runs.api.requests
      .filter(({ line }) => line === STATUS)
      .map(({ headers }) => headers.authorization);
    expect(new Set(authorization)).toEqual(new Set(["Bearer s3cr3t-of-the-job"]));
  });

  test("is failure with the error, no longer than GitHub takes", async () => {
    const failed = { status: "failed", error: "é".repeat(300), dagsterUrl: "javascript:alert(1)" };
    runs.platformDeploys({ status: 204 }, failed);
    expect((await withStatus()).code).toBe(1);
    const [, last] = runs.api.sent(STATUS) as { description: string }[];
    expect(last).toMatchObject({ state: "failure", target_url: RUN_URL });
    expect(last?.description).toBe(`failed: ${"é".repeat(131)}…`);
    expect(last?.description).toHaveLength(140);
  });

  test("is failure with the way to the platform's runs when the time is over", async () => {
    runs.api.answer = () => ({ status: 204 });
    expect((await withStatus({ timeout: "0.3" })).code).toBe(1);
    expect(runs.api.sent(STATUS)[1]).toMatchObject({
      state: "failure",
      target_url: `${runs.api.url}/acme/dagster-platform/actions/workflows/platform.yml`,
    });
  });

  test("is success when another release has taken the place", async () => {
    const newer = { ...RECORD, commit: OTHER, releasedAt: "2026-11-22T00:00:00.000Z" };
    runs.write("releases/finance.json", newer);
    expect((await withStatus()).code).toBe(0);
    expect(runs.api.lines).toEqual([STATUS]);
    expect(runs.api.sent(STATUS)[0]).toMatchObject({ state: "success", target_url: RUN_URL });
  });

  test("is of the run's commit when the release has none", async () => {
    const record = { ...RECORD, commit: null };
    const digest = runs.write("releases/finance.json", record);
    runs.write("release.json", { record, digest, written: true });
    runs.deployed({ release: digest });
    await withStatus({}, { GITHUB_SHA: OTHER });
    expect(runs.api.lines).toEqual([STATUS.replace(COMMIT, OTHER)]);
  });

  test.each<[string, NodeJS.ProcessEnv, string]>([
    [
      "is refused",
      {},
      "POST {api}: 403 Resource not accessible by integration: the job needs `permissions: statuses: write`",
    ],
    [
      "has no token",
      { GITHUB_TOKEN: "" },
      "GITHUB_TOKEN is not set: give it to the step from the expression github.token, and the job `permissions: statuses: write`",
    ],
    [
      "is nowhere to be set",
      { GITHUB_ACTIONS: "" },
      "not in CI: neither GITHUB_ACTIONS nor GITLAB_CI is true; run it in a job of GitHub Actions or GitLab CI",
    ],
  ])("is a warning when it %s, and no failure", async (_case, environment, message) => {
    const json = { message: "Resource not accessible by integration" };
    runs.api.answer = () => ({ status: 403, json });
    runs.deployed();
    const { code, stderr } = await withStatus({}, environment);
    const text = message.replace("{api}", runs.api.url + STATUS.replace("POST ", ""));
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: `deploy: warning: the commit's status is not set: ${text}\n`,
    });
  });

  test("is GitLab's own there, so nothing is set", async () => {
    runs.deployed();
    const environment = { GITHUB_ACTIONS: "", GITLAB_CI: "true", CI_PROJECT_PATH: "acme/finance" };
    expect(await withStatus({}, environment)).toMatchObject({ code: 0, stderr: "" });
    expect(runs.api.requests).toEqual([]);
  });

  test("is not set when it is not wanted", async () => {
    runs.deployed();
    expect(await runs.run({}, runs.github)).toMatchObject({ code: 0, stderr: "" });
    expect(runs.api.requests).toEqual([]);
  });
});

describe.each([
  ["SIGTERM", 143],
  ["SIGINT", 130],
] as const)("%s", (signal, code) => {
  test("ends the wait, and the status says so", async () => {
    const asked = new Promise<void>((resolve) => {
      runs.api.answer = ({ line }) => {
        if (line.includes("/dispatches")) resolve();
        return { status: 204 };
      };
    });
    const started = runs.begin({}, runs.github, "--status");
    await asked;
    started.process.kill(signal);
    expect(await started.ended).toMatchObject({
      code,
      stderr: `deploy: finance: stopped by ${signal}; the platform may still deploy it\n`,
    });
    expect(runs.api.sent(STATUS)[1]).toEqual({
      ...PENDING,
      state: "failure",
      description: "cancelled",
    });
  });

  test("ends it also when GitHub does not answer", async () => {
    const waiting = new Promise<void>((resolve) => {
      runs.whenWaiting = resolve;
    });
    runs.api.answer = ({ line }, before) => {
      if (!line.includes("/statuses/") || before === 0) return { status: 204 };
      return new Promise(() => undefined);
    };
    runs.write("deployments/finance.json", "{");
    const started = runs.begin({}, runs.github, "--status");
    await waiting;
    const since = Date.now();
    started.process.kill(signal);
    const ended = await started.ended;
    // GitHub kills a cancelled job after ten seconds.
    expect(Date.now() - since).toBeLessThan(7500);
    expect(ended.code).toBe(code);
    expect(ended.stderr).toContain("warning: the commit's status is not set: POST ");
  });
});
