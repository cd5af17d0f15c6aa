import { ConflictError, type ObjectStore } from "./objectStore";
import { parseReleaseRecord, type ReleaseRecord } from "./releaseRecord";

const PREFIX = "releases/";

/** A record with what is needed to replace it. */
export interface StoredRelease {
  readonly record: ReleaseRecord;
  readonly etag: string;
}

/** One release of a location's past, newest first. */
export interface PastRelease {
  readonly versionId: string;
  readonly record: ReleaseRecord;
}

export function releaseKey(location: string): string {
  return `${PREFIX}${location}.json`;
}

/** The release of one location, or undefined when it never had one. */
export async function readRelease(
  store: ObjectStore,
  location: string,
): Promise<StoredRelease | undefined> {
  const key = releaseKey(location);
  const found = await store.get(key);
  if (found === undefined) return undefined;
  return { record: parseReleaseRecord(found.body, store.addressOf(key)), etag: found.etag };
}

/** The etag of every location's record: the cheap question "did anything change?". */
export async function releaseEtags(store: ObjectStore): Promise<ReadonlyMap<string, string>> {
  const etags = new Map<string, string>();
  for (const [key, etag] of await store.list(PREFIX))
    if (key.endsWith(".json")) etags.set(key.slice(PREFIX.length, -".json".length), etag);
  return etags;
}

/** All releases a location ever had, newest first; the first is what it runs. */
export async function releaseHistory(
  store: ObjectStore,
  location: string,
): Promise<readonly PastRelease[]> {
  const key = releaseKey(location);
  const versions = await store.history(key);
  return Promise.all(
    versions.map(async ({ versionId }) => ({
      versionId,
      record: parseReleaseRecord(await store.getVersion(key, versionId), store.addressOf(key)),
    })),
  );
}

/**
 * Makes an older release the current one: image and defs state go back together.
 * @param past - the release to go back to
 * @param by - who asks, for the record
 * @param now - the time of the new record
 * @throws ConflictError when the location was released in the meantime
 */
export async function rollBack(
  store: ObjectStore,
  past: ReleaseRecord,
  by: string,
  now: Date,
): Promise<ReleaseRecord> {
  const current = await readRelease(store, past.location);
  if (current === undefined) throw new ConflictError(`${past.location} has no release any more`);
  const record = { ...past, releasedAt: now.toISOString(), releasedBy: by };
  await store.put(releaseKey(past.location), `${JSON.stringify(record, null, 2)}\n`, current.etag);
  return record;
}
