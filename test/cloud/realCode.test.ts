import { DEPLOYED } from "../stacks/deploy/deployCases";
import { EnforcingServer } from "./enforcingServer";
import { RealPrograms } from "./realPrograms";
import { type Registered, registered } from "./registered";
import { CI, DEPLOY, PREVIEW, PULL, RUNTIME, SYSTEM } from "./rightsRows";
import { disagreements, unusedRights } from "./verdicts";
import { BUCKET } from "./world";

const OTHER_CI = "dagster-prod-crm-eu-ci";
const OTHER = "dagster-prod-crm-eu-runtime";

const [FIRST, SECOND] = ["a".repeat(40), "b".repeat(40)];

const BRANCH = "/branches/crm/12";

/**
 * Rights in the bucket that nothing here needed, sorted. Uploads are not broken off here, snapshots have no code yet,
 * s3fs looks for the bucket only before it writes, and without a list S3 and s3fs say of an absent object that it is
 * denied.
 */
const UNUSED: Readonly<Record<string, readonly string[]>> = {
  [CI]: [
    ...["dbt/crm/*", "defs-state/crm/*", "releases/crm.json", "snapshots/crm/*"].map(aborting),
    "s3:GetObject snapshots/crm/*",
    ...["dbt", "defs-state", "snapshots"].map(listing),
    "s3:PutObject snapshots/crm/*",
  ],
  [PULL]: [
    ...[aborting("branches/crm/*"), "s3:GetObject snapshots/crm/*"],
    ...["branches", "dbt", "snapshots"].map(listing),
  ],
  [RUNTIME]: [aborting("compute-logs/*"), "s3:GetBucketLocation", listing("defs-state")],
  [SYSTEM]: ["s3:GetBucketLocation"],
};

function aborting(key: string): string {
  return `s3:AbortMultipartUpload ${key}`;
}

function listing(folder: string): string {
  return `s3:ListBucket ${folder}/crm/*`;
}

// About 25 s on two cores of which nobody else wants anything.
jest.setTimeout(180_000);

/** In this order: each needs what those before it have stored. */
describe("the real programs, each with the rights of its role alone", () => {
  let all: Registered;
  let server: EnforcingServer;
  let programs: RealPrograms;

  beforeAll(async () => {
    all = await registered();
    server = await EnforcingServer.start(BUCKET, [...all.roles.values()]);
    programs = await RealPrograms.start(server);
  });

  afterAll(async () => {
    programs.stop();
    await server.stop();
  });

  it("CI and a pull request refresh the defs state, each below its prefix", async () => {
    const refreshed = await Promise.all([programs.refresh(CI), programs.refresh(PULL, BRANCH)]);
    for (const ended of refreshed) expect(ended).toMatchObject({ code: 0, stderr: "" });
    for (const role of [CI, PULL])
      expect(Object.keys(programs.pin(role).info_mapping)).toEqual(["CrmObjects[crm]"]);
  });

  it.each([
    ["for the first time", FIRST],
    ["again, over the record that is there", SECOND],
  ])("CI releases %s", async (_case, commit) => {
    const ended = await programs.release(CI, commit);
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    expect(ended.stdout).toContain("1 state keys) -> releases/crm.json");
  });

  it("the platform's CI reads the record, by both of its roles", async () => {
    const found = [{ location: "crm", commit: SECOND }];
    expect(await programs.records(DEPLOY, ["crm"])).toMatchObject(found);
    expect(await programs.records(PREVIEW, ["crm"])).toMatchObject(found);
  });

  it("the platform's CI finds out that a location was never released", async () => {
    expect(await programs.records(DEPLOY, ["crm", "crm-eu"])).toHaveLength(1);
  });

  it("the platform's CI says what became of it, which the location's CI reads", async () => {
    const deployment = { ...DEPLOYED, location: "crm" };
    for (const status of ["failed", "loaded"] as const) {
      const found = await programs.deployed(DEPLOY, { ...deployment, status });
      expect(found.get("crm")?.status).toBe(status);
      expect(await programs.readDeployment(CI, "crm")).toBe(status);
    }
  });

  it("nobody else says or reads what became of it", async () => {
    const deployment = { ...DEPLOYED, location: "crm" };
    for (const role of [CI, OTHER_CI, PREVIEW, RUNTIME])
      await expect(programs.deployed(role, deployment)).rejects.toThrow(/s3:(Put|Get)Object/);
    for (const role of [PULL, OTHER_CI, PREVIEW, RUNTIME, SYSTEM])
      await expect(programs.readDeployment(role, "crm")).rejects.toThrow("AccessDenied");
  });

  it("a pull request releases below its branch's prefix", async () => {
    const ended = await programs.release(PULL, FIRST, { prefix: BRANCH });
    expect(ended).toMatchObject({ code: 0, stderr: "" });
  });

  it.each([
    ["a pull request", PULL],
    ["another location's CI", OTHER_CI],
  ])("%s can not release what CI has refreshed", async (_case, role) => {
    const ended = await programs.release(role, FIRST, { refreshedBy: CI });
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(/^release: crm: not released: .*403 Forbidden\n$/);
  });

  it("CI archives dbt's manifest, and a pull request reads the latest", async () => {
    const where = [BUCKET, "crm", "prod"] as const;
    for (const text of ["first", "second"])
      await programs.python(CI, "dbtArchive.py", "archive", ...where, text);
    const restored = await programs.python(PULL, "dbtArchive.py", "restore", ...where);
    expect(restored).toEqual({ text: "second" });
    const archived = programs.python(PULL, "dbtArchive.py", "archive", ...where, "evil");
    await expect(archived).rejects.toThrow("AccessDenied");
  });

  it("a code server loads its pinned state, and no other location's", async () => {
    const pin = programs.pin(CI);
    const servers = [programs.codeServer(RUNTIME, pin), programs.codeServer(OTHER, pin)] as const;
    const [own, other] = await Promise.all(servers);
    expect(own).toMatchObject({ isLoaded: true });
    expect(other).toMatchObject({ isLoaded: false });
    expect(other.said).toContain("Forbidden");
  });

  it("a run stores its output, in parts, too, and the webserver reads it", async () => {
    const written = await programs.python(RUNTIME, "computeLogs.py", "write");
    const { logKey } = written as { readonly logKey: readonly string[] };
    const read = await programs.python(SYSTEM, "computeLogs.py", "read", JSON.stringify(logKey));
    expect(read).toEqual({
      stdout: "hello from the run\n".length + 9 * 2 ** 20 + 1,
      begin: "hello from the run",
      location: `s3://${BUCKET}/compute-logs/storage/${logKey.join("/")}.out`,
      partial: true,
      tick: "crm - crm_sensor - hello from the tick",
    });
  });

  it("were denied and allowed by moto what the evaluator denies and allows", () => {
    expect(disagreements(server.requests, all.roles)).toEqual([]);
  });

  it.each(Object.entries(UNUSED))("%s has no other right that they did not use", (role, unused) => {
    const registeredRole = all.roles.get(role);
    expect(registeredRole && unusedRights(server.requests, registeredRole)).toEqual(unused);
  });
});
