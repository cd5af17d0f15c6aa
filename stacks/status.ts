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

/** Why a location's job failed, or why a release of it is not served. */
export interface Problem {
  readonly text: string;
  /** Of the release that was tried last; null: none yet. With a later one the problem is over. */
  readonly releasedAt: string | null;
}

export interface StatusArgs {
  readonly api: DagsterApi;
  readonly store: ObjectStore;
  /** Names on the list. */
  readonly locations: readonly string[];
  readonly now: Date;
  /** By location: what neither Dagster nor the store can know. @defaultValue none */
  readonly problems?: Readonly<Record<string, Problem>>;
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
        otherProblem: error ?? currentProblem(args.problems?.[name], record),
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

function currentProblem(
  problem: Problem | undefined,
  record: ReleaseRecord | undefined,
): string | undefined {
  return problem?.releasedAt === (record?.releasedAt ?? null) ? problem.text : undefined;
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
