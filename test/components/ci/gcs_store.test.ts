import { GcsServer } from "../../stacks/gcsServer";
import { FaultyStore } from "./faultyStore";
import { callStore, type Caller } from "./faultyStoreCalls";
import { GcsBucket } from "./gcsBucket";
import { gcsPythonPath, pythonPath } from "./python";

let server: GcsServer;
let bucket: GcsBucket;
let caller: Caller;

beforeAll(async () => {
  server = await GcsServer.start();
  bucket = new GcsBucket(server.objects, "state");
  const counts = (line: string): boolean => !line.includes("projection=noAcl");
  const [store, url] = await FaultyStore.start(server.url, 0, counts);
  const env = { STORAGE_EMULATOR_HOST: url };
  caller = { store, url: bucket.url, env, python: gcsPythonPath() };
});

beforeEach(async () => {
  await bucket.put("a.json", "old");
});

afterAll(() => {
  caller.store.stop();
  server.stop();
});

async function versions(): Promise<number> {
  return (await bucket.versions()).get("a.json")?.length ?? 0;
}

describe("a store in Google Cloud Storage that fails", () => {
  it.each(["cutHead", "garbage", "429"] as const)("is read again: %s", async (fault) => {
    expect(await callStore(caller, "get", { fault, first: 1, times: 3 })).toBe("old");
  });

  it("has no empty object for one whose headers break off", async () => {
    expect(await callStore(caller, "get", { fault: "cutHead", first: 1, times: Infinity })).toBe(
      "HalfAnswer: state store gs://state: get a.json: the answer breaks off, or is not one of Google Cloud Storage",
    );
  });

  it("has written once when the answer to the write breaks off", async () => {
    const before = await versions();
    const cut = { fault: "cutHead", first: 2, times: 1 } as const;
    expect(await callStore(caller, "put", cut)).toBe("written");
    expect(await versions()).toBe(before + 1);
  });

  it("says that it is not known when nothing but pages comes after a write", async () => {
    const pages = { fault: "garbage", first: 2, times: Infinity } as const;
    expect(await callStore(caller, "put", pages)).toMatch(
      /^Unknown: .*: put a.json: Expecting value: .*; whether it is written is not known: run it again$/,
    );
  });

  it("says which package is missing", async () => {
    const elsewhere = { ...caller, python: pythonPath() };
    expect(await callStore(elsewhere, "get", { fault: "drop", first: 1, times: 0 })).toBe(
      "StoreError: gs:// needs google-cloud-storage: pip install gcsfs",
    );
  });
});
