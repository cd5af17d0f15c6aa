import type { PlatformConfig } from "./config";
import { InvalidInputError } from "./invalidInputError";
import { NotThereError } from "./kubectlProblem";
import { NoBucketError, StoreError, type ObjectStore } from "./objectStore";
import { ReachableStack } from "./reachableStack";
import type { ReleaseRecord } from "./releaseRecord";
import { readRelease } from "./releases";
import { ServerError } from "./serverError";

/**
 * The release records of a stack, by location; those that were never released are not there.
 *
 * The store in the cluster and the bucket in a cloud come with the first update: before it there are no releases. But when
 * locations are deployed and the store is not there, something is wrong, and an update would remove them all.
 * @param names - of the locations on the list
 * @throws InvalidInputError when the store cannot be reached, and with every record that is broken, one on each line
 */
export async function stackReleases(
  config: PlatformConfig,
  stack: string,
  names: readonly string[],
): Promise<ReadonlyMap<string, ReleaseRecord>> {
  const reachable = ReachableStack.of(stack, config);
  const isBucketGiven =
    config.adopt.includes("stateBucket") || config.stateEndpointUrl !== undefined;
  try {
    return await releasesOrNone(reachable, names, isBucketGiven);
  } catch (error) {
    if (error instanceof ServerError) throw new InvalidInputError(error.message, { cause: error });
    throw error;
  } finally {
    await reachable.close();
  }
}

async function releasesOrNone(
  reachable: ReachableStack,
  names: readonly string[],
  isBucketGiven: boolean,
): Promise<ReadonlyMap<string, ReleaseRecord>> {
  try {
    return await releasesIn(await reachable.records(), names);
  } catch (error) {
    if (!(error instanceof NotThereError || error instanceof NoBucketError)) throw error;
    const isBucket = error instanceof NoBucketError;
    if (isBucket && isBucketGiven)
      throw noBucket(error, "and no update makes it: create it, or correct stateBucket");
    if (!(await reachable.hasLocations())) return new Map();
    if (isBucket)
      throw noBucket(
        error,
        "but locations are deployed, and an update would remove them: correct stateBucket, or restore the bucket",
      );
    throw error;
  }
}

function noBucket(error: NoBucketError, more: string): StoreError {
  return new StoreError(`state store ${error.url}: there is no such bucket, ${more}`, {
    cause: error,
  });
}

/**
 * The records of these locations in a store.
 * @throws InvalidInputError with every record that cannot be read, one on each line; NoBucketError
 */
export async function releasesIn(
  store: ObjectStore,
  names: readonly string[],
): Promise<ReadonlyMap<string, ReleaseRecord>> {
  const read = await Promise.allSettled(names.map((name) => readRelease(store, name)));
  const failed = read.filter((result) => result.status === "rejected");
  for (const { reason } of failed) if (reason instanceof NoBucketError) throw reason;
  if (failed.length > 0) {
    const lines = failed.map(({ reason }) => (reason as Error).message);
    throw new InvalidInputError([...new Set(lines)].join("\n"));
  }
  const releases = new Map<string, ReleaseRecord>();
  for (const result of read)
    if (result.status === "fulfilled" && result.value !== undefined)
      releases.set(result.value.record.location, result.value.record);
  return releases;
}
