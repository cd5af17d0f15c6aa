import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { evaluate } from "./python";
import { StateServer } from "./stateServer";

let server: StateServer;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "object-store-"));
  server = await StateServer.start();
  await server.createBucket("state");
});

afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

/** Python that tries everything a store can do, and says what came of it. */
const CONTRACT = `
from object_store import Conflict, StoreError, open_store

def conflict(*arguments):
    try:
        return store.put(*arguments)
    except Conflict as error:
        return str(error)

store = open_store(given)
store.reach()
absent = [store.get("a/b.json"), store.exists("a/b.json"), conflict("a/b.json", b"0", '"1"')]
first = store.put("a/b.json", b"1", None)
taken = conflict("a/b.json", b"2", None)
second = store.put("a/b.json", b"2", first)
stale = conflict("a/b.json", b"3", first)
body, etag = store.get("a/b.json")
answer = [absent, taken, stale, body.decode(), etag == second, store.exists("a/b.json")]
`;

/** The same object again, by a PUT whose first answer is lost. */
const LOST = `
from object_store import open_store

store = open_store(given)
created = store.put("once.json", b"1", None)
replaced = store.put("once.json", b"2", created)
answer = [store.get("once.json")[0].decode(), store.get("once.json")[1] == replaced]
`;

/** Four writers count one number up, each twenty times. */
const RACE = `
import threading
from object_store import Conflict, open_store

def count():
    store = open_store(given)
    done = 0
    while done < 20:
        found = store.get("count")
        try:
            store.put("count", b"%d" % (int(found[0]) + 1 if found else 1), found and found[1])
            done += 1
        except Conflict:
            pass

threads = [threading.Thread(target=count) for _ in range(4)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
answer = int(open_store(given).get("count")[0])
`;

test.each(["s3://state/some/prefix", "s3://state", "file"])(
  "compares and swaps in %s",
  async (url) => {
    const store = url === "file" ? `file://${folder}/new` : url;
    const taken = `${store}/a/b.json was written by somebody else`;
    const s3 = taken.replace(`${store}/`, `state store ${store}: PutObject `);
    const key = url === "s3://state/some/prefix" ? "some/prefix/a/b.json" : "a/b.json";
    const message = url === "file" ? taken : s3.replace("a/b.json", key);
    const answer = await evaluate(CONTRACT, store, server.environment);
    expect(answer).toEqual([[null, false, message], message, message, "2", true, true]);
  },
);

test("leaves nothing beside the object in a folder but what it replaced", async () => {
  await evaluate(CONTRACT, `file://${folder}/tidy`);
  expect(readdirSync(join(folder, "tidy")).sort()).toEqual([".history", "a"]);
  expect(readdirSync(join(folder, "tidy", "a"))).toEqual(["b.json"]);
  const [entry = ""] = readdirSync(join(folder, "tidy", ".history", "a", "b.json"));
  // SHA-256 of "1".
  expect(entry).toMatch(/^\d{13}-6b86b273ff34\.json$/);
});

test("loses no write in a folder", async () => {
  expect(await evaluate(RACE, `file://${folder}/race`)).toBe(80);
});

test("takes no conflict with itself when the answer to a write is lost", async () => {
  let puts = 0;
  server.fate = (line) =>
    line.includes("once.json") && line.startsWith("PUT") && puts++ % 2 === 0 ? "lose" : "pass";
  await server.createBucket("lossy");
  const answer = await evaluate(LOST, "s3://lossy", server.environment);
  server.fate = () => "pass";
  expect(answer).toEqual(["2", true]);
  expect(puts).toBe(4);
  expect(await server.history("lossy", "once.json")).toEqual(["2", "1"]);
});

test.each([
  ["ftp://x", "state store must be s3://…, gs://… or file:///…, got 'ftp://x'"],
  [
    "file://relative/folder",
    "state store must be s3://…, gs://… or file:///…, got 'file://relative/folder'",
  ],
  ["file:///dev/null/x", "state store file:///dev/null/x: Not a directory"],
  ["s3://nobody-has-this", "state store s3://nobody-has-this: HeadBucket: 404 Not Found"],
])("refuses %s in one line", async (url, message) => {
  const code = [
    "from object_store import StoreError, open_store",
    "try: open_store(given).reach()",
    "except StoreError as error: answer = str(error)",
  ].join("\n");
  expect(await evaluate(code, url, server.environment)).toBe(message);
});
