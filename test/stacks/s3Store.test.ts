import { ConflictError, StoreError } from "../../stacks/objectStore";
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

  it("takes an absent bucket for a mistake", async () => {
    for (const etag of [undefined, '"0"']) {
      const put = storeOf("elsewhere").put("a.json", "1", etag);
      await expect(put).rejects.toThrow(StoreError);
      await expect(put).rejects.toThrow("state store s3://elsewhere: The specified bucket");
    }
  });

  it("says what the server refuses", async () => {
    server.fate = () => 403;
    const put = storeOf("state").put("a.json", "1", undefined);
    await expect(put).rejects.toThrow(StoreError);
    await expect(put).rejects.toThrow("state store s3://state: by the test");
  });
});
