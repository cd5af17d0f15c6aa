import { ConflictError, NoBucketError, StoreError } from "../../stacks/objectStore";
import { S3Store } from "../../stacks/s3Store";
import { StateServer } from "../components/ci/stateServer";

let server: StateServer;

beforeAll(async () => {
  server = await StateServer.start();
  await server.createBucket("state");
});

afterAll(async () => {
  await server.stop();
});

beforeEach(() => {
  server.fate = () => "pass";
});

function storeOf(bucket: string): S3Store {
  const endpointUrl = server.environment["AWS_ENDPOINT_URL"] ?? "";
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  return new S3Store({ url: `s3://${bucket}`, endpointUrl, credentials });
}

describe("a store in S3", () => {
  it("compares and swaps", async () => {
    const store = storeOf("state");
    await store.put("a/b.json", "1", undefined);
    const conflict = new ConflictError("s3://state/a/b.json was written by somebody else");
    await expect(store.put("a/b.json", "2", undefined)).rejects.toEqual(conflict);
    const first = await store.get("a/b.json");
    await store.put("a/b.json", "2", first?.etag);
    await expect(store.put("a/b.json", "3", first?.etag)).rejects.toThrow(ConflictError);
    expect((await store.get("a/b.json"))?.body).toBe("2");
    expect(await store.get("absent.json")).toBeUndefined();
  });

  it("takes an object that is gone for written by somebody else", async () => {
    const put = storeOf("state").put("gone.json", "1", '"0"');
    await expect(put).rejects.toThrow(ConflictError);
    await expect(put).rejects.toThrow("s3://state/gone.json was written by somebody else");
    expect(await storeOf("state").get("gone.json")).toBeUndefined();
  });

  const calls: readonly [string, (store: S3Store) => Promise<unknown>, string][] = [
    [
      "read",
      (store) => store.get("a.json"),
      "s3:GetObject, and s3:ListBucket, without which an absent object is denied, too",
    ],
    ["write", (store) => store.put("a.json", "1", undefined), "s3:PutObject and s3:GetObject"],
    ["replace", (store) => store.put("a.json", "1", '"0"'), "s3:PutObject and s3:GetObject"],
    ["list", (store) => store.list(""), "s3:ListBucket"],
    ["see the history", (store) => store.history("a.json"), "s3:ListBucketVersions"],
    ["read a version", (store) => store.getVersion("a.json", "1"), "s3:GetObjectVersion"],
  ];

  it.each(calls)("has no bucket to %s", async (_name, call) => {
    const asked = call(storeOf("elsewhere"));
    await expect(asked).rejects.toThrow(NoBucketError);
    await expect(asked).rejects.toThrow(
      /^state store s3:\/\/elsewhere: there is no such bucket: correct its name, or run `pulumi up`/,
    );
  });

  it.each(calls)("names the right that is missing to %s", async (_name, call, needs) => {
    server.fate = () => 403;
    const asked = call(storeOf("state"));
    await expect(asked).rejects.toThrow(StoreError);
    await expect(asked).rejects.toThrow(`state store s3://state: by the test: this needs ${needs}`);
  });
});
