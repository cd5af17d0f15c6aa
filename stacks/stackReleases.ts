import type { PlatformConfig } from "./config";
import { InvalidInputError } from "./invalidInputError";
import { NotThereError } from "./kubectlProblem";
import type { ObjectStore } from "./objectStore";
import { ReachableStack } from "./reachableStack";
import type { ReleaseRecord } from "./releaseRecord";
import { readRelease } from "./releases";
import { ServerError } from "./serverError";

/**
 * The release records of a stack, by location; those that were never released are not there.
 *
 * The store in the cluster comes with the first update: before it there are no releases. But when locations are deployed
 * and the store is not there, something is wrong, and an update would remove them all.
 * @param names - of the locations on the list
 * @throws InvalidInputError when the store cannot be reached, and with every record that is broken, one on each line
 */
export async function stackReleases(
  config: PlatformConfig,
  stack: string,
  names: readonly string[],
): Promise<ReadonlyMap<string, ReleaseRecord>> {
  const reachable = ReachableStack.of(stack, config);
  try {
    return await releasesIn(await reachable.records(), names);
  } catch (error) {
    if (error instanceof NotThereError && !(await reachable.hasLocations())) return new Map();
    if (error instanceof ServerError) throw new InvalidInputError(error.message, { cause: error });
    throw error;
  } finally {
    await reachable.close();
  }
}

/** The records of these locations in a store. */
export async function releasesIn(
  store: ObjectStore,
  names: readonly string[],
): Promise<ReadonlyMap<string, ReleaseRecord>> {
  const read = await Promise.allSettled(names.map((name) => readRelease(store, name)));
  const failed = read.filter((result) => result.status === "rejected");
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
