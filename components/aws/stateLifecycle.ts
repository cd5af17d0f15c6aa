import { COMPUTE_LOGS_PREFIX } from "../dagster/computeLogs";

/** How long what may go from the state bucket stays there. */
export interface StateLifecycleInput {
  /** Days until output of runs goes, from 1. */
  readonly computeLogsDays: number;
  /** Days until state and records of a branch go, from 1. */
  readonly branchDays: number;
  /** Days that a version stays after it was overwritten or deleted, from 1. */
  readonly oldVersionDays: number;
}

/** A rule of S3, as the provider has it. */
interface LifecycleRule {
  readonly id: string;
  readonly status: "Enabled";
  readonly filter: { readonly prefix: string };
  readonly expiration?: { readonly days?: number; readonly expiredObjectDeleteMarker?: boolean };
  readonly noncurrentVersionExpiration?: {
    readonly noncurrentDays: number;
    readonly newerNoncurrentVersions?: number;
  };
  readonly abortIncompleteMultipartUpload?: { readonly daysAfterInitiation: number };
}

/** Old versions that stay whatever their age: a rollback may go back as many. */
const VERSIONS_KEPT = 10;

const UPLOAD_DAYS = 7;

/**
 * Lifecycle rules of the state bucket: nothing current goes but branches and output of runs. Where
 * two rules apply, S3 takes the shorter time; so what has expired there is gone a day later.
 * A marker cannot be expired by a rule that also has days, therefore the last rule.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-conflicts.html
 */
export function stateLifecycleRules(input: StateLifecycleInput): readonly LifecycleRule[] {
  return [
    {
      ...rule("old-versions", ""),
      noncurrentVersionExpiration: {
        noncurrentDays: input.oldVersionDays,
        newerNoncurrentVersions: VERSIONS_KEPT,
      },
    },
    expiry("branches", "branches/", input.branchDays),
    expiry("compute-logs", `${COMPUTE_LOGS_PREFIX}/`, input.computeLogsDays),
    {
      ...rule("leftovers", ""),
      expiration: { expiredObjectDeleteMarker: true },
      abortIncompleteMultipartUpload: { daysAfterInitiation: UPLOAD_DAYS },
    },
  ];
}

function expiry(id: string, prefix: string, days: number): LifecycleRule {
  const noncurrentVersionExpiration = { noncurrentDays: 1 };
  return { ...rule(id, prefix), expiration: { days }, noncurrentVersionExpiration };
}

/** An empty prefix is the whole bucket. */
function rule(id: string, prefix: string) {
  return { id, status: "Enabled", filter: { prefix } } as const;
}
