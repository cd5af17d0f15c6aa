import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { FolderStore, releasesFolder } from "../../stacks/folderStore";
import { ConflictError } from "../../stacks/objectStore";
import { releaseKey } from "../../stacks/releases";
import { evaluate } from "../components/ci/python";

const root = mkdtempSync(join(tmpdir(), "folder-store-"));
let number = 0;
let folder: string;
let store: FolderStore;

beforeEach(() => {
  folder = join(root, String(number++));
  store = new FolderStore({ folder });
});

afterAll(() => {
  rmSync(root, { recursive: true });
});

async function etag(key: string): Promise<string | undefined> {
  return (await store.get(key))?.etag;
}

async function write(...bodies: readonly string[]): Promise<void> {
  for (const body of bodies) await store.put("a.json", body, await etag("a.json"));
}

async function bodies(): Promise<readonly string[]> {
  const versions = await store.history("a.json");
  return Promise.all(versions.map(({ versionId }) => store.getVersion("a.json", versionId)));
}

/** What Python's store does in the same folder. */
function python(code: string): Promise<unknown> {
  const lines = [
    "from object_store import Conflict, open_store",
    "store = open_store(given)",
    code,
  ];
  return evaluate(lines.join("\n"), `file://${folder}`);
}

describe("a store in a folder", () => {
  it("compares and swaps", async () => {
    await expect(store.put("a/b.json", "0", "other")).rejects.toThrow(ConflictError);
    await store.put("a/b.json", "1", undefined);
    await expect(store.put("a/b.json", "2", undefined)).rejects.toThrow(
      `file://${folder}/a/b.json was written by somebody else`,
    );
    const first = await etag("a/b.json");
    await store.put("a/b.json", "2", first);
    await expect(store.put("a/b.json", "3", first)).rejects.toThrow(ConflictError);
    expect((await store.get("a/b.json"))?.body).toBe("2");
    expect(await store.get("absent.json")).toBeUndefined();
  });

  it("lists objects, and nothing of its own", async () => {
    await write("1", "2");
    await store.put("b/c.json", "1", undefined);
    writeFileSync(join(folder, ".lock.left"), "");
    expect([...(await store.list("")).keys()]).toEqual(["a.json", "b/c.json"]);
    expect([...(await store.list("b/")).keys()]).toEqual(["b/c.json"]);
    expect([...(await new FolderStore({ folder: join(root, "absent") }).list("")).keys()]).toEqual(
      [],
    );
  });

  it("keeps what was replaced, newest first, whatever the clock says", async () => {
    await write("1", "2");
    utimesSync(join(folder, "a.json"), 1, 1);
    await write("3", "2");
    expect(await bodies()).toEqual(["2", "3", "2", "1"]);
    expect(await store.history("absent.json")).toEqual([]);
  });

  it("takes an edit by hand, or by git, for a version like any other", async () => {
    await write("1", "2");
    writeFileSync(join(folder, "a.json"), "hand");
    expect(await bodies()).toEqual(["hand", "1"]);
    await write("3");
    expect(await bodies()).toEqual(["3", "hand", "1"]);
  });

  it("keeps a hundred versions", async () => {
    await write(...Array.from({ length: 105 }, (_, index) => String(index)));
    const kept = readdirSync(join(folder, ".history", "a.json"));
    expect(kept).toHaveLength(100);
    expect((await bodies()).at(-1)).toBe("4");
  });

  it("is the folder of `releases/<location>.json` itself", async () => {
    const records = releasesFolder(folder);
    await records.put(releaseKey("finance"), "1", undefined);
    expect(readFileSync(join(folder, "finance.json"), "utf8")).toBe("1");
    expect([...(await records.list("releases/")).keys()]).toEqual(["releases/finance.json"]);
    await expect(records.get("other/finance.json")).rejects.toThrow("no key of this store");
  });

  it("says in one line that it cannot be used", async () => {
    const broken = new FolderStore({ folder: "/dev/null/x" });
    await expect(broken.put("a.json", "1", undefined)).rejects.toThrow(
      "file:///dev/null/x: cannot be used (ENOTDIR): check the folder",
    );
  });
});

describe("the store in a folder and the one of Python", () => {
  it("read each other's objects, etags and history", async () => {
    await write("1");
    const found = await python('answer = store.put("a.json", b"2", store.get("a.json")[1])');
    expect(await etag("a.json")).toBe(found);
    await write("3");
    await python('store.put("a.json", b"4", store.get("a.json")[1])');
    expect(await bodies()).toEqual(["4", "3", "2", "1"]);
  });

  it("lose no write when both write at once", async () => {
    await store.put("a.json", "0", undefined);
    const other = python(`
for _ in range(20):
    while True:
        body, etag = store.get("a.json")
        try:
            store.put("a.json", b"%d" % (int(body) + 1), etag)
            break
        except Conflict:
            pass
`);
    const count = async (): Promise<void> => {
      for (let done = 0; done < 20;) {
        const found = await store.get("a.json");
        const next = String(Number(found?.body) + 1);
        const written = store.put("a.json", next, found?.etag).then(
          () => 1,
          (error: unknown) => {
            if (error instanceof ConflictError) return 0;
            throw error;
          },
        );
        done += await written;
      }
    };
    await Promise.all([count(), count(), other]);
    expect((await store.get("a.json"))?.body).toBe("60");
    expect(readdirSync(folder).sort()).toEqual([".history", "a.json"]);
  }, 30_000);

  it("pass over the lock of a process that is gone", async () => {
    await write("1");
    writeFileSync(join(folder, ".lock"), "");
    const began = performance.now();
    const other = python('store.put("b.json", b"1", None)');
    await Promise.all([write("2"), other]);
    expect(performance.now() - began).toBeGreaterThan(4_900);
    expect(readdirSync(folder).sort()).toEqual([".history", "a.json", "b.json"]);
  }, 20_000);
});
