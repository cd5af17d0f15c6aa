import { GcsStore } from "../../stacks/gcsStore";
import { ConflictError, StoreError } from "../../stacks/objectStore";
import { readRelease, releaseEtags, releaseHistory, rollBack } from "../../stacks/releases";
import { GcsServer } from "./gcsServer";

let server: GcsServer;

beforeAll(async () => {
  server = await GcsServer.start();
  server.objects.createBucket("state");
});

afterAll(() => {
  server.stop();
});

beforeEach(() => {
  server.fate = () => "pass";
  server.requests.length = 0;
});

function storeOf(bucket: string): GcsStore {
  return new GcsStore({ url: `gs://${bucket}`, apiEndpoint: server.url });
}

describe("a store in Google Cloud Storage", () => {
  it("compares and swaps", async () => {
    const store = storeOf("state");
    await store.put("a/b.json", "1", undefined);
    const conflict = new ConflictError("gs://state/a/b.json was written by somebody else");
    await expect(store.put("a/b.json", "2", undefined)).rejects.toEqual(conflict);
    const first = await store.get("a/b.json");
    await store.put("a/b.json", "zwei €", first?.etag);
    await expect(store.put("a/b.json", "3", first?.etag)).rejects.toThrow(ConflictError);
    const second = await store.get("a/b.json");
    expect(second?.body).toBe("zwei €");
    expect(await store.list("a/")).toEqual(new Map([["a/b.json", second?.etag]]));
    expect(await store.get("absent.json")).toBeUndefined();
  });

  it("takes an object that is gone for written by somebody else", async () => {
    const put = storeOf("state").put("gone.json", "1", "1763750000000001");
    await expect(put).rejects.toThrow(ConflictError);
    expect(await storeOf("state").get("gone.json")).toBeUndefined();
  });

  it("asks once whether the bucket is there, however many objects are not", async () => {
    const store = storeOf("state");
    await Promise.all(["x", "y", "z"].map((name) => store.get(`releases/${name}`)));
    const asked = server.requests.filter((line) => line.includes("maxResults"));
    expect(asked).toHaveLength(1);
    expect(asked[0]).toContain("prefix=releases%2F&");
  });

  it("takes a bucket that it may not list for one that is there", async () => {
    server.fate = (line) => (line.includes("maxResults") ? 403 : "pass");
    expect(await storeOf("state").get("absent.json")).toBeUndefined();
  });

  it("loses nothing of two writers who race on one record", async () => {
    const count = async (): Promise<void> => {
      const store = storeOf("state");
      for (let done = 0; done < 20;) {
        const found = await store.get("count");
        const next = String(Number(found?.body ?? 0) + 1);
        const isWritten = await store.put("count", next, found?.etag).then(
          () => true,
          (error: unknown) => {
            if (error instanceof ConflictError) return false;
            throw error;
          },
        );
        if (isWritten) done += 1;
      }
    };
    await Promise.all([count(), count()]);
    expect((await storeOf("state").get("count"))?.body).toBe("40");
    expect(await storeOf("state").history("count")).toHaveLength(40);
  });

  it("takes no conflict with itself when the answer to a write is lost", async () => {
    let uploads = 0;
    server.fate = (line) => (line.startsWith("POST") && uploads++ % 2 === 0 ? "lose" : "pass");
    const store = storeOf("state");
    await store.put("once.json", "1", undefined);
    expect(uploads).toBe(2);
    expect(await store.history("once.json")).toHaveLength(1);
    // The same bytes of somebody else are a conflict.
    server.fate = () => "pass";
    await expect(store.put("once.json", "1", undefined)).rejects.toThrow(ConflictError);
  });

  it("tries again when the server fails for a moment", async () => {
    const store = storeOf("state");
    let failures = 0;
    server.fate = (line) => (line.includes("shaky") && failures++ === 0 ? 503 : "pass");
    await store.put("shaky.json", "1", undefined);
    failures = 0;
    expect((await store.get("shaky.json"))?.body).toBe("1");
    expect(failures).toBe(2);
  });

  it("keeps keys as they are", async () => {
    const store = storeOf("state");
    const keys = ["odd/a b+c%2Fd?e=1&f#g:h;ä€😀'(*)!.json", "odd/../x//y.json"];
    for (const key of keys) await store.put(key, key, undefined);
    expect([...(await store.list("odd/")).keys()].sort()).toEqual([...keys].sort());
    for (const key of keys) {
      const [version, ...older] = await store.history(key);
      expect(older).toEqual([]);
      expect(await store.getVersion(key, version?.versionId ?? "")).toBe(key);
      expect((await store.get(key))?.body).toBe(key);
    }
  });

  it("goes back to an older release", async () => {
    const store = storeOf("state");
    const record = {
      ...{ schemaVersion: 1, location: "crm", repository: "acme/crm", commit: null },
      ...{ defsState: null, dbt: null, releasedBy: null, runUrl: null },
    };
    for (const version of [1, 2, 3]) {
      const found = await store.get("releases/crm.json");
      const times = { releasedAt: `2026-11-2${version}T12:00:00Z` };
      const next = { ...record, image: `acme/crm:${version}`, ...times };
      await store.put("releases/crm.json", JSON.stringify(next), found?.etag);
    }
    await store.put("releases/crm.json.bak", "{}", undefined);
    const history = await releaseHistory(store, "crm");
    expect(history.map((past) => past.record.image)).toEqual([3, 2, 1].map((n) => `acme/crm:${n}`));
    const [, , oldest] = history;
    if (oldest === undefined) throw new Error("no history");
    await rollBack(store, oldest.record, "me", new Date("2026-11-24T12:00:00Z"));
    const now = await readRelease(store, "crm");
    expect(now?.record).toMatchObject({ image: "acme/crm:1", releasedBy: "me" });
    expect(await releaseEtags(store)).toEqual(new Map([["crm", now?.etag]]));
    const [newest] = await store.history("releases/crm.json");
    expect(newest?.versionId).toBe(now?.etag);
    expect(newest?.lastModified).toEqual(new Date(Number(now?.etag) / 1000));
    expect(await releaseHistory(store, "crm")).toHaveLength(4);
  });

  it("remembers what was deleted, and says when a generation is not kept", async () => {
    const store = storeOf("state");
    await store.put("deleted.json", "1", undefined);
    server.objects.delete("state", "deleted.json");
    expect(await store.get("deleted.json")).toBeUndefined();
    const [version] = await store.history("deleted.json");
    expect(await store.getVersion("deleted.json", version?.versionId ?? "")).toBe("1");
    const notKept = new StoreError("gs://state/deleted.json: generation 17 is not kept");
    await expect(store.getVersion("deleted.json", "17")).rejects.toEqual(notKept);
  });
});

it("loads Google's library with the first call, and not with the commands", async () => {
  await jest.isolateModulesAsync(async () => {
    jest.doMock("@google-cloud/storage", () => {
      throw new Error("loaded");
    });
    await import("../../stacks/reachableStack");
    await import("../../commands/platformOf");
    const isolated = await import("../../stacks/gcsStore");
    const store = new isolated.GcsStore({ url: "gs://state" });
    expect(store.addressOf("a")).toBe("gs://state/a");
    await expect(store.get("a")).rejects.toThrow("cannot read a: loaded");
  });
  jest.dontMock("@google-cloud/storage");
});
