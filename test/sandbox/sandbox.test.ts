import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { parse } from "yaml";

import { instanceConfig } from "../../components/dagster/instanceConfig";
import { assetKeys, findRun, lastRuns } from "../../stacks/dagsterRuns";
import { itOnPage, seeOnPage } from "./page";
import {
  API_DOWN,
  CRM,
  FINANCE,
  processesOf,
  SHOP,
  StartedSandbox,
  START_TIMEOUT_MS,
  until,
  Workplace,
} from "./startedSandbox";

/**
 * One sandbox for the whole file: each test goes on from where the one before stopped, as a day of work does.
 */
describe("the sandbox", () => {
  const place = new Workplace();
  let sandbox: StartedSandbox;

  /** Webserver and daemon: both are started with the workspace file. */
  const systemPids = (): Promise<readonly number[]> =>
    processesOf(join(place.sandboxFolder, "workspace.yaml"));

  beforeAll(async () => {
    place.saveList([CRM, FINANCE, SHOP]);
    sandbox = await StartedSandbox.start(place);
  }, START_TIMEOUT_MS);

  afterAll(async () => {
    await sandbox.end();
  }, 60_000);

  it("serves every example, each with its image and its pinned defs state", async () => {
    const status = await place.status();
    expect(status.healthy).toBe(true);
    expect(status.locations.map(({ name }) => name)).toEqual(["crm", "finance", "shop"]);
    const keys = status.locations.map(({ state }) => state.map(({ key }) => key));
    expect(keys[0]).toEqual(["CrmObjects[crm]"]);
    expect(keys[1]).toEqual([]);
    for (const { image } of status.locations)
      expect(image).toMatch(/^sandbox\.local\/[a-z]+@sha256:[0-9a-f]{64}$/);
    expect(await assetKeys(sandbox.api, "crm")).toEqual([
      "crm/accounts",
      "crm/contacts",
      "crm/deals",
    ]);
    expect((await assetKeys(sandbox.api, "shop")).length).toBeGreaterThan(4);
  });

  it("runs Dagster with the document of the same builder as the cluster", () => {
    const file = join(place.sandboxFolder, "dagster-home", "dagster.yaml");
    const home = join(place.sandboxFolder, "dagster-home");
    const expected = instanceConfig({
      storage: { kind: "sqlite", directory: join(home, "storage") },
      defsState: { targetProtocol: "s3" },
      computeLogs: { kind: "local", directory: join(home, "compute-logs") },
      runLauncher: { kind: "default" },
    });
    expect(parse(readFileSync(file, "utf8"))).toEqual(expected);
  });

  itOnPage("shows the locations and the pinned state on Dagster's page", async () => {
    const { dagsterUrl } = place.running();
    const version = (await place.location("crm"))?.state[0]?.version.slice(0, 8) ?? "none";
    await seeOnPage(`${dagsterUrl}/locations`, ["crm", "finance", "shop", "Loaded"]);
    const picture = join(place.folder, "page.png");
    await seeOnPage(`${dagsterUrl}/locations/crm`, ["CrmObjects[crm]", version], picture);
    expect(existsSync(picture)).toBe(true);
  });

  it("prints the status as a table for people", async () => {
    const { code, stdout } = await place.run("status");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^location +status +image +commit +defs state +last runs$/m);
    expect(stdout).toMatch(/^crm +loaded +crm@[0-9a-f]{12} .*CrmObjects\[crm\] [0-9a-f]{8} \(/m);
    expect(stdout).not.toContain("\u001b");
  });

  it("takes a new location and drops one while a run goes on, and restarts nothing", async () => {
    const pids = await systemPids();
    expect(pids).toHaveLength(2);
    const runId = await sandbox.launchSlowRun(25);

    const from = sandbox.output.length;
    place.saveList([CRM, { ...CRM, name: "crm-again", repository: "acme/crm-again" }, FINANCE]);
    await sandbox.says("crm-again: serving", from);
    const names = async (): Promise<readonly string[]> =>
      (await sandbox.api.platform()).locations.map(({ name }) => name);
    const expected = ["crm", "crm-again", "finance"];
    const same = async (): Promise<boolean> =>
      JSON.stringify([...(await names())].sort()) === JSON.stringify(expected);
    await until(same, 30_000, () => "the workspace did not follow the list");
    expect(await assetKeys(sandbox.api, "crm-again")).toContain("crm/deals");

    expect((await findRun(sandbox.api, runId))?.status).toBe("STARTED");
    expect(await sandbox.endOf(runId)).toBe("SUCCESS");
    expect(await systemPids()).toEqual(pids);
  }, 200_000);

  it("lets the run of a location finish that was taken off the list meanwhile", async () => {
    const runId = await sandbox.launchSlowRun(10);
    place.saveList([CRM]);
    const gone = async (): Promise<boolean> =>
      (await sandbox.api.platform()).locations.every(({ name }) => name !== "finance");
    await until(gone, 30_000, () => "finance is still there");
    expect(await sandbox.endOf(runId)).toBe("SUCCESS");
    const servers = async (): Promise<boolean> =>
      (await processesOf("--location-name finance")).length === 0;
    await until(servers, 30_000, () => "its code server is still there");
    place.saveList([CRM, FINANCE]);
    await sandbox.says("finance: serving", sandbox.output.lastIndexOf("taken off the list"));
  }, 200_000);

  it("changes nothing when the list is saved with a mistake, and prints the mistake", async () => {
    const from = sandbox.output.length;
    place.saveList([{ ...CRM, modul: "crm.definitions" }]);
    await sandbox.says("nothing was changed", from);
    expect(sandbox.output.slice(from)).toMatch(
      /locations\.yaml:\d+: locations\[0\]\.modul: .*module/,
    );
    const { locations } = await sandbox.api.platform();
    expect(locations.map(({ name }) => name).sort()).toEqual(["crm", "finance"]);
    expect((await place.run("status")).code).toBe(1);
    place.saveList([CRM, FINANCE]);
  });

  it("shows why a refresh failed, and keeps the others up", async () => {
    const from = sandbox.output.length;
    place.saveList([API_DOWN, CRM, FINANCE]);
    await sandbox.says("api-down: ", from);
    const known = async (): Promise<boolean> =>
      (await place.location("api-down"))?.problem?.includes("127.0.0.1:9") === true;
    await until(known, 90_000, () => `no reason:\n${sandbox.output.slice(from)}`);
    const status = await place.run("status");
    expect(status.code).toBe(1);
    expect(status.stdout).toMatch(/^api-down +failed/m);
    expect(status.stdout).toMatch(/^crm +loaded/m);
    expect(status.stdout + status.stderr).not.toContain("Traceback");
  }, 120_000);

  it("shows why code does not load, on Dagster's page too", async () => {
    const broken = { ...FINANCE, name: "broken", module: "finance.no_such_module" };
    const from = sandbox.output.length;
    place.saveList([broken, CRM, FINANCE]);
    await sandbox.says("no_such_module", from, 90_000);
    expect(await place.location("broken")).toMatchObject({ healthy: false });
    const shown = async (): Promise<boolean> => {
      const { locations } = await sandbox.api.platform();
      const found = locations.find(({ name }) => name === "broken");
      return found?.error?.includes("no_such_module") === true;
    };
    await until(shown, 60_000, () => "Dagster does not show the error");
    place.saveList([CRM, FINANCE]);
  }, 150_000);

  it("refuses a second start in the same folder, and names the first", async () => {
    const { code, stderr } = await place.run("start", "--locations", place.listFile);
    expect(code).toBe(1);
    expect(stderr).toContain(`process ${sandbox.process.pid}`);
  });

  it("leaves nothing running after kill -9, and starts again with its runs and state", async () => {
    const version = (await place.location("crm"))?.state[0]?.version;
    const lost = await sandbox.launchSlowRun(120);
    await sandbox.end("SIGKILL");

    sandbox = await StartedSandbox.start(place);
    expect((await place.location("crm"))?.state[0]?.version).toBe(version);
    const runs = (await lastRuns(sandbox.api, ["finance"], 10)).get("finance") ?? [];
    expect(runs.filter(({ status }) => status === "SUCCESS")).toHaveLength(2);
    expect(runs.find(({ runId }) => runId === lost)?.status).toMatch(/^(CANCELED|FAILURE)$/);
    expect(sandbox.output).not.toContain("refresh:");
  }, 200_000);

  it("ends with Ctrl-C: no process, no half-written file", async () => {
    await sandbox.end("SIGINT");
    expect(sandbox.process.exitCode).toBe(0);
    expect(existsSync(join(place.sandboxFolder, "running.json"))).toBe(false);
  }, 60_000);

  it(
    "checks itself with --check: starts, runs something, ends",
    async () => {
      const checked = await place.run(
        "start",
        "--check",
        "--port",
        "0",
        "--locations",
        place.listFile,
      );
      expect(checked.stderr).toBe("");
      expect(checked.stdout).toContain("the run succeeded");
      expect(checked.code).toBe(0);
      expect(await processesOf(place.sandboxFolder)).toEqual([]);
    },
    START_TIMEOUT_MS,
  );

  it(
    "fails --check when a location is not healthy",
    async () => {
      place.saveList([API_DOWN]);
      const checked = await place.run(
        "start",
        "--check",
        "--port",
        "0",
        "--locations",
        place.listFile,
      );
      expect(checked.code).toBe(1);
      expect(checked.stderr).toContain("not healthy: api-down");
    },
    START_TIMEOUT_MS,
  );
});
