import type { FaultyStore, Plan } from "./faultyStore";
import { SCRIPTS, startPython } from "./python";

/** One call of a store; the pauses between its attempts are left out. */
const CALL = `
import json, sys, time
sys.path.insert(0, sys.argv[1])
import object_store

time.sleep = lambda seconds: None
given = json.load(sys.stdin)
store = object_store.open_store(given["url"])
try:
    if given["call"] == "get":
        found = store.get("a.json")
        answer = found and found[0].decode()
    elif given["call"] == "exists":
        answer = store.exists("a.json")
    else:
        found = store.get("a.json")
        store.put("a.json", b"new", found and found[1])
        answer = "written"
except object_store.StoreError as error:
    answer = f"{type(error).__name__}: {error}"
print(json.dumps(answer))
`;

/** A store in Python, behind a proxy. */
export interface Caller {
  readonly store: FaultyStore;
  readonly url: string;
  readonly env: NodeJS.ProcessEnv;
  readonly python: string;
}

/**
 * Calls a store for `a.json`; a `put` reads first, by one request, and writes `new`.
 * @returns what it answers, or the error
 */
export async function callStore(
  { store, url, env, python }: Caller,
  call: "get" | "exists" | "put",
  plan: Plan,
): Promise<unknown> {
  store.plan(plan);
  const args = ["-c", CALL, SCRIPTS];
  const ended = await startPython(args, env, JSON.stringify({ url, call }), python).ended;
  if (ended.code !== 0) throw new Error(ended.stderr);
  return JSON.parse(ended.stdout);
}
