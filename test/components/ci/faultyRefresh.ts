import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";

import { parseReleaseRecord, pinnedStates } from "../../../stacks/releaseRecord";
import { changes, passes, reportMistakes, type Lane } from "./faultMatrix";
import type { Plan } from "./faultyStore";
import { writeProject } from "./project";
import type { Ended } from "./python";
import type { Source } from "./source";
import type { Run, WarmScripts } from "./warmScripts";

const RECORD_KEY = "releases/finance.json";

const STATE_PREFIX = "defs-state/finance/";

/** What the bucket has before: a release with its state, and what is another location's. */
const OBJECTS: Readonly<Record<string, string>> = {
  [`${STATE_PREFIX}Source__api__/v-0`]: '["old"]',
  "defs-state/crm/Source__api__/v-1": '["of another location"]',
  "releases/crm.json": "of another location",
};

/** A lane with a project of its own, whose components read something else each time. */
export interface RefreshLane extends Lane {
  readonly project: string;
  readonly pin: string;
  /** What each component has read last, by its key. */
  readonly read: Map<string, string>;
}

export async function refreshLane(
  lane: Lane,
  { source, port }: { source: Source; port: number },
  components: readonly string[],
): Promise<RefreshLane> {
  const { folder } = lane;
  const read = new Map<string, string>();
  for (const name of components)
    source.on(`${folder}/${name}`, (response, before) => {
      const body = JSON.stringify([`${name}_${before}`]);
      read.set(`Source[${name}]`, body);
      response.end(body);
    });
  const url = (name: string): string => `http://127.0.0.1:${port}${folder}/${name}`;
  const project = writeProject(
    join(folder, "project"),
    components.map((name) => ({ name, url: url(name) })),
  );
  for (const [key, body] of Object.entries(OBJECTS)) await lane.bucket.put(key, body);
  return { ...lane, project, pin: join(folder, "defs-state.json"), read };
}

export function refreshRun({ bucket, env, project, pin }: RefreshLane): Run {
  const args = [
    ...["--location", "finance", "--state-store", bucket.url, "--project", project],
    ...["--output", pin, "--attempts", "2", "--base-delay", "0.1", "--timeout", "60"],
  ];
  return { script: "refresh", args, env };
}

let number = 0;

function releaseRun({ bucket, env, pin }: RefreshLane): Run & { readonly image: string } {
  number += 1;
  const image = `registry/finance:${number}`;
  const args = [
    ...["--location", "finance", "--state-store", bucket.url, "--repository", "acme/finance"],
    ...["--image", image, "--defs-state", pin],
  ];
  return { script: "release", args, env, image };
}

/** Both scripts, the second if the first has succeeded. */
export async function runJob(
  scripts: WarmScripts,
  lane: RefreshLane,
): Promise<{ refreshed: Ended; released: Ended | undefined; image: string }> {
  const { image, ...release } = releaseRun(lane);
  const refreshed = await scripts.run(refreshRun(lane));
  const released = refreshed.code === 0 ? await scripts.run(release) : undefined;
  return { refreshed, released, image };
}

/** Refreshes and releases with a fault. @returns what is wrong after it */
export async function jobMistakes(
  scripts: WarmScripts,
  lane: RefreshLane,
  plan: Plan,
): Promise<readonly string[]> {
  const { bucket, store, pin } = lane;
  const old = `an older record ${number}`;
  await bucket.put(RECORD_KEY, old);
  const before = await bucket.versions();
  lane.read.clear();
  store.plan(plan);
  const { refreshed, released, image } = await runJob(scripts, lane);
  await store.idle();
  const now = (await bucket.get(RECORD_KEY)) ?? "";
  const isNew = now !== old;
  const isOwn = (key: string): boolean =>
    key === RECORD_KEY || (key.startsWith(STATE_PREFIX) && !before.has(key));
  const isUnknown = released?.stderr.includes("perhaps released") ?? false;
  return [
    ...(isNew ? await recordMistakes(lane, now, image) : []),
    ...changes(before, await bucket.versions(), isOwn),
    ...(existsSync(pin) === (refreshed.code === 0) ? [] : ["a pin without a refresh"]),
    ...(isUnknown || (released?.code === 0) === isNew
      ? []
      : [`the record is ${isNew ? "new" : "old"}`]),
    ...(passes(plan) && plan.fault !== "garbage" && released?.code !== 0
      ? [`gave up: ${refreshed.stderr}`]
      : []),
    ...reportMistakes(refreshed, /^refresh: finance: .*\n(?: {2,4}\S.*\n){1,7}$/),
    ...(released === undefined
      ? []
      : reportMistakes(released, /^release: finance: (?:not|perhaps) released: .*\n$/)),
  ];
}

/** A new record has this image, and pins what the components have read, all of it and nothing else. */
async function recordMistakes(
  { bucket, pin, read }: RefreshLane,
  text: string,
  image: string,
): Promise<readonly string[]> {
  const record = parseReleaseRecord(text, "record");
  const pinned = pinnedStates(record);
  const states = await Promise.all(
    pinned.map(async ({ key, version }) => {
      const folder = key.replace(/[^A-Za-z0-9._-]/g, "__");
      const body = await bucket.get(`${STATE_PREFIX}${folder}/${version}`);
      return body === read.get(key) ? [] : [`${key} is ${body ?? "absent"}`];
    }),
  );
  const keys = pinned.map(({ key }) => key).join();
  const isPinned = isDeepStrictEqual(record.defsState, JSON.parse(readFileSync(pin, "utf8")));
  return [
    ...states.flat(),
    ...(keys === [...read.keys()].sort().join() ? [] : [`pins ${keys}`]),
    ...(isPinned ? [] : ["does not pin what was refreshed"]),
    ...(record.image === image ? [] : [`has the image ${record.image}`]),
  ];
}
