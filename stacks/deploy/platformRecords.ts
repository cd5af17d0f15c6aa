import { z } from "zod";

import { DEPLOYMENTS_PREFIX } from "../../components/identities/stateRights";
import type { ObjectStore } from "../objectStore";
import { readRecord, writeRecord } from "./storedRecord";

// No location is called so: names begin with a letter.
const PLATFORM = `${DEPLOYMENTS_PREFIX}_platform.json`;
const UPDATE = `${DEPLOYMENTS_PREFIX}_update.json`;

const platform = z.strictObject({
  schemaVersion: z.literal(1),
  /** Of this repository; null: not known, or files were changed. */
  commit: z.string().nullable(),
  /** ISO 8601, UTC, as the others. */
  at: z.iso.datetime(),
  runUrl: z.string().nullable(),
  /** Those that were deployed, sorted. */
  locations: z.array(z.string()),
});

/** The last update that succeeded. */
export type PlatformRecord = Readonly<z.infer<typeof platform>>;

const update = z.strictObject({
  schemaVersion: z.literal(1),
  /** Machine, user and process of `npm run deploy`. */
  hostname: z.string(),
  username: z.string(),
  pid: z.number().int().nullable(),
  startedAt: z.iso.datetime(),
  /** Null: it runs, or it was killed. */
  endedAt: z.iso.datetime().nullable(),
  runUrl: z.string().nullable(),
  /** Of whose jobs CI runs one at a time; null: not in CI. */
  ciGroup: z.string().nullable(),
  /** Whether it goes on where a killed one has ended, and has to take over what that one made. */
  recovering: z.boolean(),
});

/** Who runs `pulumi up`, or ran it last. */
export type UpdateRecord = Readonly<z.infer<typeof update>>;

export function readPlatformRecord(store: ObjectStore): Promise<PlatformRecord | undefined> {
  return readRecord(store, PLATFORM, platform);
}

export function writePlatformRecord(store: ObjectStore, record: PlatformRecord): Promise<void> {
  return writeRecord(store, PLATFORM, platform.parse(record));
}

export function readUpdateRecord(store: ObjectStore): Promise<UpdateRecord | undefined> {
  return readRecord(store, UPDATE, update);
}

export function writeUpdateRecord(store: ObjectStore, record: UpdateRecord): Promise<void> {
  return writeRecord(store, UPDATE, update.parse(record));
}
