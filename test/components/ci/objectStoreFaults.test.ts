import { S3Bucket } from "./bucket";
import { FaultyStore } from "./faultyStore";
import { callStore, type Caller } from "./faultyStoreCalls";
import { pythonPath } from "./python";
import { StateServer } from "./stateServer";

let server: StateServer;
let bucket: S3Bucket;
let caller: Caller;

beforeAll(async () => {
  server = await StateServer.start();
  const url = await server.createBucket("state");
  bucket = new S3Bucket(server.motoUrl, "state");
  const [store, endpoint] = await FaultyStore.start(server.motoUrl, 0);
  const env = { ...server.environment, AWS_ENDPOINT_URL: endpoint };
  caller = { store, url, env, python: pythonPath() };
});

beforeEach(async () => {
  await bucket.put("a.json", "old");
});

afterAll(async () => {
  caller.store.stop();
  await server.stop();
});

/** How often the object was written since the last `old`. */
async function writes(): Promise<number> {
  const history = await server.history("state", "a.json");
  return history.indexOf("old");
}

describe("a store in S3 that fails", () => {
  it.each(["cutBody", "cutHead", "429", "503", "drop", "garbage"] as const)(
    "is read again: %s",
    async (fault) => {
      expect(await callStore(caller, "get", { fault, first: 1, times: 3 })).toBe("old");
    },
  );

  it("has no empty object for one whose headers break off", async () => {
    expect(await callStore(caller, "get", { fault: "cutHead", first: 1, times: Infinity })).toBe(
      "Passing: state store s3://state: GetObject a.json: the answer breaks off",
    );
  });

  it("has nothing that only somebody else's page says", async () => {
    const page = { fault: "garbage", first: 1, times: Infinity } as const;
    expect(await callStore(caller, "exists", page)).toBe(
      "Passing: state store s3://state: HeadObject a.json: the answer is not one of S3: it has no ETag",
    );
  });

  it("has written once when no answer to the write came", async () => {
    expect(await callStore(caller, "put", { fault: "lose", first: 2, times: 4 })).toBe("written");
    expect(await writes()).toBe(1);
  });

  it("has not written what only somebody else's page has taken", async () => {
    expect(await callStore(caller, "put", { fault: "garbage", first: 2, times: 4 })).toMatch(
      /^Passing: .*: PutObject a.json: the answer is not one of S3: it has no ETag$/,
    );
    expect(await writes()).toBe(0);
  });

  it("says that it is not known when nothing answers any more after a write", async () => {
    expect(await callStore(caller, "put", { fault: "lose", first: 2, times: Infinity })).toMatch(
      /^Unknown: .*: PutObject a.json: Connection was closed .*; whether it is written is not known: run it again$/,
    );
    expect(await writes()).toBe(1);
  });

  it("names the endpoint when it sends elsewhere again and again", async () => {
    expect(await callStore(caller, "get", { fault: "redirect", first: 1, times: Infinity })).toBe(
      "StoreError: state store s3://state: GetObject a.json: redirected again and again: correct AWS_ENDPOINT_URL, or the region",
    );
  });
});
