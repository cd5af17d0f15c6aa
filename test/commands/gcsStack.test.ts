import { GcsStore } from "../../stacks/gcsStore";
import { readRelease } from "../../stacks/releases";
import { GcsServer } from "../stacks/gcsServer";
import { ClusterPlace, GCP_CONFIG } from "./clusterPlace";

const LOCATION = {
  ...{ name: "crm", repository: "acme/crm", module: "crm" },
  ...{ repositoryId: 3, ownerId: 1 },
};

const RECORD = {
  ...{ schemaVersion: 1, location: "crm", repository: "acme/crm", commit: null },
  ...{ defsState: null, dbt: null, releasedBy: null, runUrl: null },
};

const BY_ADDRESS = ["--dagster", "http://127.0.0.1:1", "--state-store"];

let server: GcsServer;
let store: GcsStore;
let place: ClusterPlace;

beforeAll(async () => {
  server = await GcsServer.start();
  server.objects.createBucket("acme");
  store = new GcsStore({ url: "gs://acme", apiEndpoint: server.url });
  for (const version of [1, 2]) {
    const found = await store.get("releases/crm.json");
    const record = { ...RECORD, image: `acme/crm:${version}` };
    const text = JSON.stringify({ ...record, releasedAt: `2026-11-2${version}T12:00:00Z` });
    await store.put("releases/crm.json", text, found?.etag);
  }
  process.env["STORAGE_EMULATOR_HOST"] = server.url;
  place = new ClusterPlace([LOCATION], GCP_CONFIG);
});

afterAll(() => {
  delete process.env["STORAGE_EMULATOR_HOST"];
  place.remove();
  server.stop();
});

describe("a stack with its state in Google Cloud Storage", () => {
  it("goes back by `rollback`, and asks nobody on the cluster for it", async () => {
    const listed = await place.run("rollback", "crm", "--list", ...BY_ADDRESS, "gs://acme/");
    expect(listed.stderr).toBe("");
    expect(listed.stdout).toMatch(/^0 .* crm:2 .*\n1 .* crm:1 .*\n$/);
    const ended = await place.run("rollback", "crm", "--stack", "dev");
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    expect(ended.stdout).toMatch(/released again: .* crm:1 .*\nrun: pulumi up -s dev\n$/);
    expect((await readRelease(store, "crm"))?.record.image).toBe("acme/crm:1");
    expect(place.calls()).toEqual([]);
  });

  it("gets a release by hand", async () => {
    const args = ["crm", "--stack", "dev", "--image", "r.test/crm:3", "--no-refresh"];
    const planned = await place.run("release", ...args, "--dry-run");
    expect(planned.stderr).toBe("");
    expect(planned.stdout).toContain("record r.test/crm:3 in gs://acme/releases/crm.json");
    const ended = await place.run("release", ...args);
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    expect((await readRelease(store, "crm"))?.record.image).toBe("r.test/crm:3");
    expect(await store.history("releases/crm.json")).toHaveLength(4);
  }, 120_000);

  it.each([
    [["gs://absent"], /^state store gs:\/\/absent: there is no such bucket: .*\n$/],
    [["ftp://acme"], /^--state-store must be s3:\/\/bucket or gs:\/\/bucket, got ftp:\/\/acme\n$/],
    [["gs://acme/folder"], /^--state-store must be s3:\/\/bucket or gs:\/\/bucket, got gs:/],
    [["gs://acme", "--endpoint-url", "http://x"], /^--endpoint-url is of an S3, --state-store is/],
  ])("refuses %j in one line", async (flags, message) => {
    const ended = await place.run("rollback", "crm", "--list", ...BY_ADDRESS, ...flags);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(message);
  });
});
