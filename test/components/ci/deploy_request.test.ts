import { DAGSTER_URL, DeployRuns, NO_TOKEN, RECORD } from "./deployRuns";

const DISPATCH =
  "POST /repos/acme/dagster-platform/actions/workflows/platform.yml/dispatches" as const;
const LOADED = `deploy: finance: loaded: ${DAGSTER_URL}\n`;

let runs: DeployRuns;

beforeEach(async () => {
  runs = await DeployRuns.start();
});

afterEach(() => {
  runs.stop();
});

describe("asking the platform's CI", () => {
  const asGitlab = { "platform-provider": "gitlab" };

  test("starts the workflow on GitHub for this location and commit, and says which run it is", async () => {
    runs.platformDeploys({ json: { workflow_run_id: 9, html_url: "https://github.com/x/runs/9" } });
    const { code, stdout, stderr } = await runs.run({}, runs.github);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toBe(
      "deploy: finance: asked acme/dagster-platform to deploy: https://github.com/x/runs/9\n" +
        `deploy: finance: waiting, for 20 s at most\n${LOADED}`,
    );
    expect(runs.api.sent(DISPATCH)).toEqual([
      {
        ref: "main",
        inputs: { location: "finance", commit: RECORD.commit },
        return_run_details: true,
      },
    ]);
    expect(runs.api.requests[0]?.headers.authorization).toBe("Bearer s3cr3t-of-the-platform");
  });

  test("asks GitHub Enterprise Server for nothing that it does not know", async () => {
    runs.platformDeploys({ status: 204 });
    const { stdout } = await runs.run({ "platform-api": `${runs.api.url}/api/v3` }, runs.github);
    expect(stdout).toContain(
      `asked acme/dagster-platform to deploy: ${runs.api.url}/acme/dagster-platform/actions/workflows/platform.yml\n`,
    );
    expect(runs.api.sent(DISPATCH.replace("/repos", "/api/v3/repos"))).toEqual([
      { ref: "main", inputs: { location: "finance", commit: RECORD.commit } },
    ]);
  });

  test.each([
    [{ "platform-id": "17" }, "17"],
    [{ "platform-repository": "acme/data/platform" }, "acme%2Fdata%2Fplatform"],
  ])("starts a pipeline on GitLab by a trigger token: %j", async (options, project) => {
    runs.platformDeploys({
      status: 201,
      json: { id: 5, web_url: "https://gitlab/x/-/pipelines/5" },
    });
    const environment = { DAGSTER_DEPLOY_TOKEN: "s3cr3t&token" };
    const { code, stdout } = await runs.run({ ...asGitlab, ...options }, environment);
    expect({ code, stdout }).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(" to deploy: https://gitlab/x/-/pipelines/5\n") as string,
    });
    expect(runs.api.lines).toEqual([`POST /projects/${project}/trigger/pipeline`]);
    const [{ body, headers } = { body: "", headers: {} }] = runs.api.requests;
    expect([...new URLSearchParams(body)]).toEqual([
      ["token", "s3cr3t&token"],
      ["ref", "main"],
    ]);
    expect(headers).not.toHaveProperty("private-token");
  });

  test("waits for the schedule without a token", async () => {
    runs.whenWaiting = () => {
      runs.deployed();
    };
    const { code, stdout } = await runs.run();
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: `deploy: finance: ${NO_TOKEN}\ndeploy: finance: waiting, for 20 s at most\n${LOADED}`,
    });
    expect(runs.api.requests).toEqual([]);
  });

  test.each<[string, number, unknown, string]>([
    [
      "github",
      404,
      { message: "Not Found" },
      "404 Not Found: DAGSTER_DEPLOY_TOKEN needs the permission `actions: write` on acme/dagster-platform and nothing else (a fine-grained token or a GitHub App's), and platform.yml must be there",
    ],
    [
      "github",
      422,
      { message: "No ref found for: main" },
      "422 No ref found for: main: platform.yml must be on main, with workflow_dispatch",
    ],
    [
      "gitlab",
      401,
      { message: "401 Unauthorized" },
      "401 401 Unauthorized: DAGSTER_DEPLOY_TOKEN must be a pipeline trigger token of acme/dagster-platform (Settings > CI/CD > Pipeline trigger tokens)",
    ],
  ])("says what a refused token of %s needs (%i), and waits all the same", async (...given) => {
    const [provider, status, json, text] = given;
    runs.platformDeploys({ status, json });
    const { code, stdout } = await runs.run({ "platform-provider": provider }, runs.github);
    expect(code).toBe(0);
    expect(stdout).toContain("deploy: finance: acme/dagster-platform could not be asked: POST ");
    expect(stdout).toContain(`: ${text}; its schedule will deploy it\n`);
    expect(runs.api.requests).toHaveLength(1);
  });

  test("asks nobody when it is deployed already", async () => {
    runs.deployed();
    expect(await runs.run({}, runs.github)).toEqual({ code: 0, stdout: LOADED, stderr: "" });
    expect(runs.api.requests).toEqual([]);
  });
});
