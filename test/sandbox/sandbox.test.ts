import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { parse } from "yaml";

import { instanceConfig } from "../../components/dagster/instanceConfig";
import { assetKeys, findRun, launch, lastRuns } from "../../stacks/dagsterRuns";
import type { LocationHealth } from "../../stacks/health";
import { processesOf, StartedSandbox, START_TIMEOUT_MS, until, Workplace } from "./startedSandbox";

const FILES = "${SANDBOX_FILES_URL}";

const crm = {
  name: "crm",
  repository: "acme/crm-pipelines",
  checkout: "crm",
  autoload: "crm.defs",
  env: { CRM_API_URL: `${FILES}/api` },
};
const finance = {
  name: "finance",
  repository: "acme/finance-pipelines",
  checkout: "finance",
  module: "finance.definitions",
};
const shop = {
  name: "shop",
  repository: "acme/shop-dbt",
  checkout: "shop",
  autoload: "shop.defs",
};

const SLOW = { repository: "__repository__", job: "slow_close", asset: undefined };

/** As a person would write it: a location whose API does not answer. */
const apiDown = { ...crm, name: "api-down", env: { CRM_API_URL: "http://127.0.0.1:9" } };

function slowConfig(seconds: number): Record<string, unknown> {
  return { ops: { wait_for_the_books: { config: { seconds } } } };
}

/**
 * One sandbox for the whole file: each test goes on from where the one before stopped, as a day of work does.
 */
describe("the sandbox", () => {
  const place = new Workplace();
  let sandbox: StartedSandbox;

  const location = async (name: string): Promise<LocationHealth | undefined> =>
    (await place.status()).locations.find((found) => found.name === name);

  const systemPids = async (): Promise<readonly number[]> => {
    const all = await processesOf(place.sandboxFolder);
    const serving = await processesOf(" api grpc ");
    return all.filter((pid) => !serving.includes(pid)).sort();
  };

  const waitForRun = async (runId: string): Promise<string | undefined> => {
    let status: string | undefined;
    const done = async (): Promise<boolean> => {
      status = (await findRun(sandbox.api, runId))?.status;
      return ["SUCCESS", "FAILURE", "CANCELED"].includes(status ?? "");
    };
    await until(done, 120_000, () => `run ${runId} is ${status ?? "lost"}`);
    return status;
  };

  beforeAll(async () => {
    place.saveList([crm, finance, shop]);
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

  it("prints the status as a table for people", async () => {
    const { code, stdout } = await place.run("status");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^location +status +image +commit +defs state +last runs$/m);
    expect(stdout).toMatch(/^crm +loaded +crm@[0-9a-f]{12} .*CrmObjects\[crm\] [0-9a-f]{8} \(/m);
    expect(stdout).not.toContain("\u001b");
  });

  it("takes a new location and drops one while a run goes on, and restarts nothing", async () => {
    const pids = await systemPids();
    const runId = await launch(sandbox.api, "finance", SLOW, slowConfig(25));
    const started = async (): Promise<boolean> =>
      (await findRun(sandbox.api, runId))?.status === "STARTED";
    await until(started, 60_000, () => "the run did not start");

    const from = sandbox.output.length;
    place.saveList([crm, { ...crm, name: "crm-again" }, finance]);
    await sandbox.says("crm-again: serving", from);
    const names = async (): Promise<readonly string[]> =>
      (await sandbox.api.platform()).locations.map(({ name }) => name);
    const expected = ["crm", "crm-again", "finance"];
    const same = async (): Promise<boolean> =>
      JSON.stringify([...(await names())].sort()) === JSON.stringify(expected);
    await until(same, 30_000, () => "the workspace did not follow the list");
    expect(await assetKeys(sandbox.api, "crm-again")).toContain("crm/deals");

    expect((await findRun(sandbox.api, runId))?.status).toBe("STARTED");
    expect(await waitForRun(runId)).toBe("SUCCESS");
    expect(await systemPids()).toEqual(pids);
  }, 200_000);

  it("lets the run of a location finish that was taken off the list meanwhile", async () => {
    const runId = await launch(sandbox.api, "finance", SLOW, slowConfig(10));
    const started = async (): Promise<boolean> =>
      (await findRun(sandbox.api, runId))?.status === "STARTED";
    await until(started, 60_000, () => "the run did not start");
    place.saveList([crm]);
    const gone = async (): Promise<boolean> =>
      (await sandbox.api.platform()).locations.every(({ name }) => name !== "finance");
    await until(gone, 30_000, () => "finance is still there");
    expect(await waitForRun(runId)).toBe("SUCCESS");
    const servers = async (): Promise<boolean> =>
      (await processesOf("--location-name finance")).length === 0;
    await until(servers, 30_000, () => "its code server is still there");
    place.saveList([crm, finance]);
    await sandbox.says("finance: serving", sandbox.output.lastIndexOf("taken off the list"));
  }, 200_000);

  it("changes nothing when the list is saved with a mistake, and prints the mistake", async () => {
    const from = sandbox.output.length;
    place.saveList([{ ...crm, modul: "crm.definitions" }]);
    await sandbox.says("nothing was changed", from);
    expect(sandbox.output.slice(from)).toMatch(
      /locations\.yaml:\d+: locations\[0\]\.modul: .*module/,
    );
    const { locations } = await sandbox.api.platform();
    expect(locations.map(({ name }) => name).sort()).toEqual(["crm", "finance"]);
    expect((await place.run("status")).code).toBe(1);
    place.saveList([crm, finance]);
  });

  it("shows why a refresh failed, and keeps the others up", async () => {
    const from = sandbox.output.length;
    place.saveList([apiDown, crm, finance]);
    await sandbox.says("api-down: ", from);
    const known = async (): Promise<boolean> =>
      (await location("api-down"))?.problem?.includes("127.0.0.1:9") === true;
    await until(known, 90_000, () => `no reason:\n${sandbox.output.slice(from)}`);
    const status = await place.run("status");
    expect(status.code).toBe(1);
    expect(status.stdout).toMatch(/^api-down +failed/m);
    expect(status.stdout).toMatch(/^crm +loaded/m);
    expect(status.stdout + status.stderr).not.toContain("Traceback");
  }, 120_000);

  it("shows why code does not load, on Dagster's page too", async () => {
    const broken = { ...finance, name: "broken", module: "finance.no_such_module" };
    const from = sandbox.output.length;
    place.saveList([broken, crm, finance]);
    await sandbox.says("broken: ModuleNotFoundError", from, 90_000);
    expect(await location("broken")).toMatchObject({ healthy: false });
    const shown = async (): Promise<boolean> => {
      const { locations } = await sandbox.api.platform();
      const found = locations.find(({ name }) => name === "broken");
      return found?.error?.includes("no_such_module") === true;
    };
    await until(shown, 60_000, () => "Dagster does not show the error");
    place.saveList([crm, finance]);
  }, 150_000);

  it("rolls to a new release and back: the older state is seen in the loaded assets", async () => {
    const objects = join(place.folder, "crm", "api", "objects.json");
    const original = readFileSync(objects, "utf8");
    const before = (await location("crm"))?.state[0]?.version;
    writeFileSync(objects, original.replace('"deals"', '"offers"'));
    const released = await place.run("release", "crm");
    expect(released.stderr).toBe("");
    expect(released.code).toBe(0);
    expect(await assetKeys(sandbox.api, "crm")).toContain("crm/offers");
    expect((await location("crm"))?.state[0]?.version).not.toBe(before);

    const back = await place.run("rollback", "crm");
    expect(back.stderr).toBe("");
    expect(back.code).toBe(0);
    expect(await assetKeys(sandbox.api, "crm")).toContain("crm/deals");
    expect((await location("crm"))?.state[0]?.version).toBe(before);
    const list = await place.run("rollback", "crm", "--list");
    expect(list.stdout.trim().split("\n")).toHaveLength(3);
    writeFileSync(objects, original);
  }, 200_000);

  it("goes on serving the old release when a new one does not load", async () => {
    const file = join(place.folder, "finance", "src", "finance", "definitions.py");
    const original = readFileSync(file, "utf8");
    const image = (await location("finance"))?.image;
    writeFileSync(file, `raise RuntimeError("not today")\n${original}`);
    const released = await place.run("release", "finance");
    expect(released.code).toBe(1);
    expect(released.stderr).toContain("not today");
    const status = await location("finance");
    expect(status?.image).toBe(image);
    expect(status?.behind[0]).toContain("is not deployed");
    writeFileSync(file, original);
    expect((await place.run("release", "finance")).code).toBe(0);
    expect(await location("finance")).toMatchObject({ healthy: true, behind: [] });
  }, 200_000);

  it("refuses a second start in the same folder, and names the first", async () => {
    const { code, stderr } = await place.run("start", "--locations", place.listFile);
    expect(code).toBe(1);
    expect(stderr).toContain(`process ${sandbox.process.pid}`);
  });

  it("leaves nothing running after kill -9, and starts again with its runs and state", async () => {
    const version = (await location("crm"))?.state[0]?.version;
    const lost = await launch(sandbox.api, "finance", SLOW, slowConfig(120));
    const begun = async (): Promise<boolean> =>
      (await findRun(sandbox.api, lost))?.status === "STARTED";
    await until(begun, 60_000, () => "the run did not start");
    await sandbox.end("SIGKILL");

    sandbox = await StartedSandbox.start(place);
    expect((await location("crm"))?.state[0]?.version).toBe(version);
    const runs = (await lastRuns(sandbox.api, ["finance"], 10)).get("finance") ?? [];
    expect(runs.filter(({ status }) => status === "SUCCESS")).toHaveLength(2);
    expect(runs.find(({ runId }) => runId === lost)?.status).toBe("CANCELED");
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
      place.saveList([apiDown]);
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
