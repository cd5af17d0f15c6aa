import { releaseDigest } from "./deployments";
import type { Location } from "../list/locationSchema";
import type { ObjectStore } from "../objectStore";
import { parseReleaseRecord, type ReleaseRecord } from "../releaseRecord";
import { releaseKey } from "../releases";

/** What the list and the release records want of one location. */
export interface WantedLocation {
  readonly name: string;
  /** Image of the entry, which wins over every release. */
  readonly pinned: string | undefined;
  /** Undefined: never released. */
  readonly release: WantedRelease | undefined;
}

/** A release record as it is in the store. */
export interface WantedRelease {
  /** Of its bytes. */
  readonly digest: string;
  /** Undefined: it cannot be read. */
  readonly record: ReleaseRecord | undefined;
  /** Why it cannot be read. */
  readonly problem: string | undefined;
}

/**
 * What an update that begins now would deploy.
 * @param store - of the release records; undefined: it comes with the first update
 */
export function wantedLocations(
  locations: readonly Location[],
  store: ObjectStore | undefined,
): Promise<readonly WantedLocation[]> {
  return Promise.all(
    locations.map(async ({ name, image }) => ({
      ...{ name, pinned: image },
      release: store === undefined ? undefined : await wantedRelease(store, name),
    })),
  );
}

/** Whether there is something to run. */
export function isDeployed({ pinned, release }: WantedLocation): boolean {
  return pinned !== undefined || release !== undefined;
}

async function wantedRelease(
  store: ObjectStore,
  location: string,
): Promise<WantedRelease | undefined> {
  const key = releaseKey(location);
  const found = await store.get(key);
  if (found === undefined) return undefined;
  const digest = releaseDigest(found.body);
  try {
    const record = parseReleaseRecord(found.body, store.addressOf(key));
    return { digest, record, problem: undefined };
  } catch (error) {
    return { digest, record: undefined, problem: (error as Error).message };
  }
}
