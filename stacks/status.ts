import { lastRuns } from "./dagsterRuns";
import type { DagsterApi, PlatformAnswer } from "./dagsterApi";
import { locationHealth, type LocationHealth } from "./health";
import type { ObjectStore } from "./objectStore";
import type { ReleaseRecord } from "./releaseRecord";
import { readRelease } from "./releases";

/** The state of a platform: of a cluster or of the sandbox, asked in the same way. */
export interface PlatformStatus {
  readonly dagsterUrl: string;
  readonly stateStore: string;
  /** Every location healthy, every required daemon too. */
  readonly healthy: boolean;
  readonly unhealthyDaemons: readonly string[];
  /** Sorted by name. */
  readonly locations: readonly LocationHealth[];
}

export interface StatusArgs {
  readonly api: DagsterApi;
  readonly store: ObjectStore;
  /** Names on the list. */
  readonly locations: readonly string[];
  readonly now: Date;
  /** Of a location's job, by name: what neither Dagster nor the store can know. @defaultValue none */
  readonly problems?: Readonly<Record<string, { readonly text: string }>>;
  /** Age of a pinned state from which it counts as behind, in hours. */
  readonly maxStateAgeHours: number;
}

const RUNS = 3;

/**
 * Asks Dagster and the state store about every location of the list, and about those that Dagster still has.
 * @throws DagsterError, StoreError
 */
export async function platformStatus(args: StatusArgs): Promise<PlatformStatus> {
  const platform = await args.api.platform();
  const names = [...new Set([...args.locations, ...platform.locations.map(({ name }) => name)])];
  const runs = await lastRuns(args.api, names, RUNS);
  const locations = await Promise.all(
    names.sort().map(async (name) => {
      const { record, error } = await release(args.store, name);
      return locationHealth({
        ...args,
        name,
        release: record,
        otherProblem: error ?? args.problems?.[name]?.text,
        answer: platform.locations.find((location) => location.name === name),
        runs: runs.get(name) ?? [],
      });
    }),
  );
  return {
    dagsterUrl: args.api.url,
    stateStore: args.store.url,
    healthy: isHealthy(platform, locations),
    unhealthyDaemons: platform.unhealthyDaemons,
    locations,
  };
}

/** A record that is broken is that location's problem, not the end of the report. */
async function release(
  store: ObjectStore,
  name: string,
): Promise<{ record?: ReleaseRecord; error?: string }> {
  try {
    const found = await readRelease(store, name);
    return found === undefined ? {} : { record: found.record };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

function isHealthy(platform: PlatformAnswer, locations: readonly LocationHealth[]): boolean {
  return platform.unhealthyDaemons.length === 0 && locations.every((location) => location.healthy);
}
