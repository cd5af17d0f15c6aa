import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import {
  readDeployments,
  releaseDigest,
  writeDeployment,
} from "../../../stacks/deploy/deployments";
import { FolderStore } from "../../../stacks/folderStore";
import { ConflictError, type ObjectStore } from "../../../stacks/objectStore";
import {
  readPlatformRecord,
  readUpdateRecord,
  writePlatformRecord,
  writeUpdateRecord,
} from "../../../stacks/deploy/platformRecords";
import { DEPLOYED, PLATFORM, UPDATE } from "./deployCases";

describe("the records of deployments", () => {
  let folder: string;
  let store: FolderStore;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "deployments-"));
    store = new FolderStore({ folder, prefix: "deployments/" });
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const file = (name: string) => join(folder, name);

  it("are one object of JSON for each location, as its CI reads it", async () => {
    await writeDeployment(store, DEPLOYED);
    expect(JSON.parse(readFileSync(file("finance.json"), "utf8"))).toEqual({
      schemaVersion: 1,
      location: "finance",
      release: "f".repeat(64),
      status: "loaded",
      error: null,
      image: `acme/code@sha256:${"1".repeat(64)}`,
      commit: "a".repeat(40),
      releasedAt: "2026-11-21T12:00:00Z",
      dagsterUrl: "https://dagster.acme.com/locations/finance",
      at: "2026-11-21T12:05:00.000Z",
      runUrl: "https://ci/1",
    });
  });

  it("replace what stood there, and are read together", async () => {
    await writeDeployment(store, DEPLOYED);
    const failed = { ...DEPLOYED, status: "failed", error: "ImportError" } as const;
    await writeDeployment(store, failed);
    await writeDeployment(store, { ...DEPLOYED, location: "crm" });
    expect(await readDeployments(store, ["crm", "finance", "shop"])).toEqual(
      new Map([
        ["crm", { ...DEPLOYED, location: "crm" }],
        ["finance", failed],
      ]),
    );
  });

  it.each([
    ["is no JSON", "{"],
    ["is of another version", JSON.stringify({ ...DEPLOYED, schemaVersion: 2 })],
    ["has a status that nobody knows", JSON.stringify({ ...DEPLOYED, status: "loading" })],
    ["names no release", JSON.stringify({ ...DEPLOYED, release: "finance" })],
  ])("are none where what stands there %s", async (_case, text) => {
    writeFileSync(file("finance.json"), text);
    expect(await readDeployments(store, ["finance"])).toEqual(new Map());
    await writeDeployment(store, DEPLOYED);
    expect((await readDeployments(store, ["finance"])).size).toBe(1);
  });

  it("refuses to write what its reader would not take", async () => {
    await expect(writeDeployment(store, { ...DEPLOYED, release: "x" })).rejects.toThrow();
  });

  it("are written when somebody else writes between", async () => {
    const put = store.put.bind(store);
    let others = 3;
    store.put = async (key, body, etag) => {
      if ((others -= 1) >= 0) await put(key, `{"other": ${others}}`, etag);
      await put(key, body, etag);
    };
    await writeDeployment(store, DEPLOYED);
    expect((await readDeployments(store, ["finance"])).get("finance")).toEqual(DEPLOYED);
  });

  it("are not written for ever when somebody else always does", async () => {
    const busy: Pick<ObjectStore, "get" | "put"> = {
      get: () => Promise.resolve({ body: "{}", etag: "1" }),
      put: () => Promise.reject(new ConflictError("was written by somebody else")),
    };
    const written = writeDeployment(Object.assign(store, busy), DEPLOYED);
    await expect(written).rejects.toThrow("was written by somebody else");
  });

  it("name a release by the digest of its bytes, whatever letters it has", () => {
    const body = '{"releasedBy": "Jürgen"}\n';
    expect(releaseDigest(body)).toBe(createHash("sha256").update(Buffer.from(body)).digest("hex"));
  });

  it("of the platform itself stand beside them", async () => {
    expect(await readPlatformRecord(store)).toBeUndefined();
    expect(await readUpdateRecord(store)).toBeUndefined();
    await writePlatformRecord(store, PLATFORM);
    await writeUpdateRecord(store, UPDATE);
    expect(await readPlatformRecord(store)).toEqual(PLATFORM);
    expect(await readUpdateRecord(store)).toEqual(UPDATE);
    expect(JSON.parse(readFileSync(file("_update.json"), "utf8"))).toMatchObject({
      ...{ hostname: "vm", username: "runner", pid: 1, ciGroup: "deploy-prod" },
      ...{ startedAt: "2026-11-21T12:00:00.000Z", runUrl: "https://ci/1" },
    });
    writeFileSync(file("_platform.json"), "[]");
    expect(await readPlatformRecord(store)).toBeUndefined();
  });
});
