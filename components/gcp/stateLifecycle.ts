import { COMPUTE_LOGS_PREFIX } from "../dagster/computeLogs";

/** When things of the state store go. */
export interface StateLifecycle {
  /** Days that run output stays. */
  readonly computeLogsDays: number;
  /** Days that what belongs to pull requests stays. */
  readonly branchDays: number;
  /** Days that old versions of everything else stay. */
  readonly oldVersionDays: number;
}

/** A rule of a bucket's life cycle; all conditions of one rule have to hold. */
export interface LifecycleRule {
  readonly action: { readonly type: "Delete" | "AbortIncompleteMultipartUpload" };
  readonly condition: {
    readonly age?: number;
    readonly daysSinceNoncurrentTime?: number;
    readonly numNewerVersions?: number;
    readonly matchesPrefixes?: string[];
    readonly withState?: "LIVE" | "ARCHIVED";
  };
}

/** Of each object, however old: enough to go back to. The current version counts, if there is one. */
const KEPT_VERSIONS = 10;

/** An upload that takes longer has failed. */
const UPLOAD_DAYS = 7;

const COMPUTE_LOGS = `${COMPUTE_LOGS_PREFIX}/`;
const BRANCHES = "branches/";

/**
 * The rules of a state bucket. Nothing that is current goes by age, but run output and what belongs to
 * pull requests. Deleting a current object makes it an old version, and of run output each
 * upload while a run goes on makes one: below those two prefixes old versions stay one day.
 * @see https://docs.cloud.google.com/storage/docs/lifecycle
 */
export function stateLifecycle(days: StateLifecycle): readonly LifecycleRule[] {
  return [
    remove({
      withState: "ARCHIVED",
      daysSinceNoncurrentTime: days.oldVersionDays,
      numNewerVersions: KEPT_VERSIONS,
    }),
    remove({ withState: "LIVE", age: days.computeLogsDays, matchesPrefixes: [COMPUTE_LOGS] }),
    remove({ withState: "LIVE", age: days.branchDays, matchesPrefixes: [BRANCHES] }),
    remove({
      withState: "ARCHIVED",
      daysSinceNoncurrentTime: 1,
      matchesPrefixes: [BRANCHES, COMPUTE_LOGS],
    }),
    { action: { type: "AbortIncompleteMultipartUpload" }, condition: { age: UPLOAD_DAYS } },
  ];
}

function remove(condition: LifecycleRule["condition"]): LifecycleRule {
  return { action: { type: "Delete" }, condition };
}
