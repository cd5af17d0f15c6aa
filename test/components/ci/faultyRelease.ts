import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { pinnedStates, parseReleaseRecord } from "../../../stacks/releaseRecord";
import { changes, passes, reportMistakes, type Lane } from "./faultMatrix";
import type { Plan } from "./faultyStore";
import type { Ended } from "./python";
import { COMMIT, OTHER } from "./releaseRuns";
import type { Run, WarmScripts } from "./warmScripts";

/** The record that is there before. */
export type Stored = "none" | "older" | "newer";

const RECORD_KEY = "releases/finance.json";

const state = (version: string): object => ({
  ...{ __class__: "DefsKeyStateInfo", create_timestamp: 1000.5, version },
});

const PIN = {
  __class__: "DefsStateInfo",
  info_mapping: { "Api[x]": state("v-1"), "Db[y]": state("v-2"), "Dbt[z]": state("__local__") },
};

/** What the components wrote. */
const STATES: Readonly<Record<string, string>> = {
  "defs-state/finance/Api__x__/v-1": '["one"]',
  "defs-state/finance/Db__y__/v-2": '["two"]',
};

/** As much as a release looks at. */
const OBJECTS: Readonly<Record<string, string>> = {
  ...STATES,
  "defs-state/finance/Api__x__/v-0": '["old"]',
  "defs-state/crm/Api__x__/v-1": '["of another location"]',
  "releases/crm.json": "of another location",
};

let number = 0;

/** The release of a new image with its pinned state; each has another image. */
export function releaseRun({ bucket, env, folder }: Lane): Run & { readonly image: string } {
  const pin = join(folder, "defs-state.json");
  writeFileSync(pin, JSON.stringify(PIN));
  number += 1;
  const image = `registry/finance:${number}`;
  const args = [
    ...["--state-store", bucket.url, "--location", "finance", "--repository", "acme/finance"],
    ...["--image", image, "--commit", COMMIT, "--committed-at", "2026-01-02T03:04:05Z"],
    ...["--defs-state", pin],
  ];
  return { script: "release", args, env, image };
}

/** Puts what a release needs, and what it must not touch. */
export async function fill({ bucket }: Lane): Promise<void> {
  for (const [key, body] of Object.entries(OBJECTS)) await bucket.put(key, body);
}

/** Releases with a fault. @returns what is wrong after it */
export async function releaseMistakes(
  scripts: WarmScripts,
  lane: Lane,
  plan: Plan,
  stored: Stored,
): Promise<readonly string[]> {
  const { bucket, store } = lane;
  const old = await putOld(lane, stored);
  const before = await bucket.versions();
  const run = releaseRun(lane);
  store.plan(plan);
  const ended = await scripts.run(run);
  await store.idle();
  const now = await bucket.get(RECORD_KEY);
  const after = await bucket.versions();
  const writes = (after.get(RECORD_KEY)?.length ?? 0) - (before.get(RECORD_KEY)?.length ?? 0);
  return [
    ...(now === old ? [] : await recordMistakes(lane, now ?? "", run.image)),
    ...(writes === (now === old ? 0 : 1) ? [] : [`wrote the record ${writes} times`]),
    ...changes(before, after, (key) => key === RECORD_KEY),
    ...reportMistakes(ended, /^release: finance: (?:not|perhaps) released: .*\n$/),
    ...codeMistakes(ended, plan, stored, now === old ? "old" : "new"),
  ];
}

async function putOld({ bucket }: Lane, stored: Stored): Promise<string | undefined> {
  if (stored === "none") {
    await bucket.delete(RECORD_KEY);
    return undefined;
  }
  const day = stored === "newer" ? "03" : "01";
  const record = {
    ...{ schemaVersion: 1, location: "finance", repository: "acme/finance", commit: OTHER },
    ...{ image: "registry/finance:old", defsState: null, dbt: null, releasedBy: null },
    ...{ runUrl: null, releasedAt: `2026-01-${day}T00:00:00.000Z` },
  };
  const text = `${JSON.stringify(record, null, 2)}\n`;
  await bucket.put(RECORD_KEY, text);
  return text;
}

/** A new record must be right, and so must be everything that it names. */
async function recordMistakes(
  { bucket }: Lane,
  text: string,
  image: string,
): Promise<readonly string[]> {
  const record = parseReleaseRecord(text, "record");
  const sum = (body: string): string => createHash("sha256").update(body).digest("hex");
  const states = await Promise.all(
    Object.entries(STATES).map(async ([key, body]) =>
      sum((await bucket.get(key)) ?? "") === sum(body) ? [] : [`${key} is not what was written`],
    ),
  );
  const versions = pinnedStates(record).map(({ version }) => version);
  return [
    ...states.flat(),
    ...(record.image === image ? [] : [`has the image ${record.image}`]),
    ...(record.commit === COMMIT ? [] : [`has the commit ${record.commit ?? "null"}`]),
    ...(versions.join() === "v-1,v-2,__local__" ? [] : [`pins ${versions.join()}`]),
  ];
}

function codeMistakes(
  { code, stderr }: Ended,
  plan: Plan,
  stored: Stored,
  found: "old" | "new",
): readonly string[] {
  const expected = stored === "newer" ? 3 : 0;
  if (passes(plan) && code !== expected) return [`gave up: ${code} ${stderr}`];
  const isUnknown = code === 1 && stderr.includes("perhaps released");
  if (isUnknown || (code === 0) === (found === "new")) return [];
  return [`ended with ${code}, and the record is ${found}: ${stderr}`];
}
