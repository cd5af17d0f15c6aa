import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { evaluate, SCRIPTS, startPython, type Started } from "./python";

const KEY = "releases/finance.json";

let root: string;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "folder-store-"));
});

afterAll(() => {
  rmSync(root, { recursive: true });
});

/** Replaces the object, and stops for good at a place inside. */
const STOPPING = `
import json, os, signal, sys
sys.path.insert(0, sys.argv[1])
import folder_store, object_store

url, place = sys.argv[2:]
store = object_store.open_store(url)
etag = store.get("${KEY}")[1]

def stop(*_):
    print("stopped", flush=True)
    signal.pause()

def stop_at(module, name, before, number=1):
    function = getattr(module, name)
    calls = []
    def stopping(*arguments):
        calls.append(1)
        if before and len(calls) == number:
            stop()
        answer = function(*arguments)
        if not before and len(calls) == number:
            stop()
        return answer
    setattr(module, name, stopping)

# Called once for the history, and once for the object.
if place == "with the lock":
    stop_at(folder_store, "write_atomically", True)
elif place == "after the history":
    stop_at(folder_store, "write_atomically", False)
elif place == "on a slow disk":
    stop_at(os, "fsync", False, 2)
elif place == "before the rename":
    stop_at(os, "replace", True, 2)
else:
    stop_at(folder_store, "write_atomically", False, 2)
signal.signal(signal.SIGUSR1, lambda *_: None)
try:
    store.put("${KEY}", b"second", etag)
    print("written", flush=True)
except object_store.Conflict:
    print("conflict", flush=True)
`;

const WRITE = `
from object_store import open_store

store = open_store(given["url"])
found = store.get("${KEY}")
store.put("${KEY}", given["body"].encode(), found and found[1])
answer = found and found[0].decode()
`;

const write = (url: string, body: string): Promise<unknown> => evaluate(WRITE, { url, body });

function history(folder: string): readonly string[] {
  const entries = join(folder, ".history", KEY);
  return readdirSync(entries)
    .sort()
    .map((name) => readFileSync(join(entries, name), "utf8"));
}

async function stoppedAt(url: string, place: string): Promise<Started> {
  const started = startPython(["-c", STOPPING, SCRIPTS, url, place]);
  const failed = started.ended.then(({ stderr }) => {
    throw new Error(stderr);
  });
  failed.catch(() => undefined);
  if (started.process.stdout === null) throw new Error("no stdout");
  await Promise.race([once(started.process.stdout, "data"), failed]);
  return started;
}

describe("a folder whose writer is killed", () => {
  test.concurrent.each([
    ["with the lock", "first"],
    ["after the history", "first"],
    ["before the rename", "first"],
    ["after the rename", "second"],
  ])("has the old object or the new, and takes the next: %s", async (place, expected) => {
    const folder = join(root, place.replaceAll(" ", "-"));
    const url = `file://${folder}`;
    await write(url, "first");
    const writer = await stoppedAt(url, place);
    writer.process.kill("SIGKILL");
    await writer.ended;
    expect(readFileSync(join(folder, KEY), "utf8")).toBe(expected);
    expect(await write(url, "third")).toBe(expected);
    expect(readFileSync(join(folder, KEY), "utf8")).toBe("third");
    // Once each, also what the killed one had put there.
    expect(history(folder)).toEqual(expected === "first" ? ["first"] : ["first", "second"]);
    expect(readdirSync(folder).sort()).toEqual([".history", "releases"]);
  });

  test.concurrent.each(["after the history", "on a slow disk"])(
    "takes nothing of a writer who was away for too long: %s",
    async (place) => {
      const folder = join(root, `away-${place.replaceAll(" ", "-")}`);
      const url = `file://${folder}`;
      await write(url, "first");
      const writer = await stoppedAt(url, place);
      expect(await write(url, "other")).toBe("first");
      writer.process.kill("SIGUSR1");
      expect((await writer.ended).stdout).toBe("stopped\nconflict\n");
      expect(readFileSync(join(folder, KEY), "utf8")).toBe("other");
      expect(readdirSync(join(folder, "releases"))).toEqual(["finance.json"]);
    },
  );
});
