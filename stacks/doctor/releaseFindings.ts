import { releaseDigest } from "../deploy/deployments";
import type { Location } from "../list/locationSchema";
import type { ObjectStore } from "../objectStore";
import { parseReleaseRecord, pinnedStates, type ReleaseRecord, shortImage } from "../releaseRecord";
import { releaseKey } from "../releases";
import { type Finding, ok, problem, skipped } from "./finding";

/** A location's record in the store. */
export type FoundRelease =
  | {
      readonly record: ReleaseRecord;
      /** By which a deployment names it. */ readonly digest: string;
    }
  /** Why it cannot be read. */
  | { readonly broken: string }
  | undefined;

/**
 * The release record of a location, as the store has it.
 * @throws StoreError
 */
export async function findRelease(store: ObjectStore, location: string): Promise<FoundRelease> {
  const key = releaseKey(location);
  const found = await store.get(key);
  if (found === undefined) return undefined;
  try {
    const record = parseReleaseRecord(found.body, store.addressOf(key));
    return { record, digest: releaseDigest(found.body) };
  } catch (error) {
    return { broken: error instanceof Error ? error.message : String(error) };
  }
}

/** What a location should be released as. */
export interface Expected {
  readonly name: string;
  /** Undefined: the entry is not known. */
  readonly location: Pick<Location, "repository" | "image" | "defaultBranch"> | undefined;
  readonly stack: string;
  /** Whether CI releases it, not somebody by hand. */
  readonly hasCi: boolean;
}

/** Whether the record is there, whole, of this repository, and names exactly one image. */
export function releaseFinding(found: FoundRelease, expected: Expected): Finding {
  const { location } = expected;
  const again = releaseAgain(expected);
  if (location?.image !== undefined)
    return skipped(`the list pins ${shortImage(location.image)}: no record is looked at`);
  if (found === undefined) return problem("it was never released", again);
  if ("broken" in found) return problem(found.broken, again);
  const { image, commit, repository, releasedAt, releasedBy } = found.record;
  if (location !== undefined && repository?.toLowerCase() !== location.repository.toLowerCase())
    return problem(`the record is of ${repository ?? "no repository"}`, again);
  if (!/@sha256:[0-9a-f]{64}$/.test(image))
    return problem(`${image} is named by a tag, which can be moved`, again);
  const by = releasedBy === null ? "" : ` by ${releasedBy}`;
  return ok(`${shortImage(image)}, commit ${commit?.slice(0, 10) ?? "none"}, ${releasedAt}${by}`);
}

function releaseAgain({ name, location, stack, hasCi }: Expected): string {
  const byHand = `\`npm run release -- ${name}${stack === "sandbox" ? "" : ` --stack ${stack}`}\``;
  return hasCi
    ? `push to ${location?.defaultBranch ?? "the default branch"}, or ${byHand}`
    : `release it: ${byHand}`;
}

/**
 * Where the store has each pinned version; none for state that is in the image.
 * @see components/ci/layout.py, which has the same names
 */
export function pinnedPrefixes(record: ReleaseRecord): ReadonlyMap<string, string> {
  const stored = pinnedStates(record).filter(({ version }) => !/^__\w+__$/.test(version));
  return new Map(
    stored.map(({ key, version }) => {
      const folder = key.replaceAll(/[^A-Za-z0-9._-]/g, "__");
      return [key, `defs-state/${record.location}/${folder}/${version}`];
    }),
  );
}

/**
 * Keys of a record whose pinned version the store does not have.
 * @throws StoreError
 */
export async function missingVersions(
  store: ObjectStore,
  record: ReleaseRecord,
): Promise<readonly string[]> {
  const missing: string[] = [];
  for (const [key, prefix] of pinnedPrefixes(record)) {
    // A version is an object, or a folder of some.
    const keys = [...(await store.list(prefix)).keys()];
    if (!keys.some((each) => each === prefix || each.startsWith(`${prefix}/`))) missing.push(key);
  }
  return missing;
}

/** Whether all pinned state is there. */
export function stateFinding(record: ReleaseRecord, missing: readonly string[]): Finding {
  const all = pinnedStates(record);
  const { size } = pinnedPrefixes(record);
  if (all.length === 0) return skipped("its release pins no defs state");
  if (missing.length > 0)
    return problem(
      `the store lacks the pinned version of ${missing.join(", ")}`,
      `release the location again, or the one before: \`npm run rollback -- ${record.location} --list\``,
    );
  const inImage = all.length - size;
  return ok(
    [size > 0 ? `${size} in the store` : "", inImage > 0 ? `${inImage} in the image` : ""]
      .filter(Boolean)
      .join(", "),
  );
}
