import * as storage from "@pulumi/gcp/storage";
import * as pulumi from "@pulumi/pulumi";

import { stateLifecycle } from "./stateLifecycle";

/** Arguments of {@link StateBucket}. */
export interface StateBucketArgs {
  /** Name of the bucket; all of Google Cloud's customers share one list of names. Plain value. */
  readonly bucket: string;
  /** Id of the project. */
  readonly project: string;
  /** Region, such as `europe-west3`. Another one is another bucket. */
  readonly location: string;
  /**
   * Key of Cloud KMS in the same region, `projects/…/cryptoKeys/…`. Cloud Storage's service agent of
   * the project has to be allowed to use it.
   * @defaultValue - a key of Google
   * @see https://docs.cloud.google.com/storage/docs/encryption/using-customer-managed-keys
   */
  readonly kmsKeyName?: pulumi.Input<string>;
  /** Days that run output stays, from 1. */
  readonly computeLogsDays: number;
  /** Days that what belongs to pull requests stays, from 1. */
  readonly branchDays: number;
  /** Days that old versions stay, from 1; the ten newest of an object always stay. */
  readonly oldVersionDays: number;
  /** Days that what is deleted for good can be restored, 7 to 90. */
  readonly softDeleteDays: number;
  /**
   * Bucket that gets the log of requests; Google's `cloud-storage-analytics` group has to be allowed to
   * create objects there.
   * @defaultValue - no log
   * @see https://docs.cloud.google.com/storage/docs/access-logs
   */
  readonly accessLogsBucket?: pulumi.Input<string>;
}

const SECONDS_A_DAY = 24 * 60 * 60;

/**
 * The bucket of a state store: private, versioned, with soft delete.
 *
 * Creates a Bucket, which `pulumi destroy` refuses to delete (`protect`), and which cannot be deleted
 * while there is something in it. State: all of it. No secrets.
 * @example
 * new StateBucket("state", {
 *   bucket: "dagster-prod-acme",
 *   project: "acme",
 *   location: "europe-west3",
 *   computeLogsDays: 30,
 *   branchDays: 14,
 *   oldVersionDays: 90,
 *   softDeleteDays: 7,
 * })
 */
export class StateBucket extends pulumi.ComponentResource {
  /** Name of the bucket, known when it is there. */
  readonly bucket: pulumi.Output<string>;

  constructor(name: string, args: StateBucketArgs, opts?: pulumi.ComponentResourceOptions) {
    super("dagster-platform:gcp:StateBucket", name, {}, opts);
    const bucket = new storage.Bucket(`${name}-bucket`, bucketArgs(args), {
      parent: this,
      protect: true,
    });
    this.bucket = bucket.name;
    this.registerOutputs({ bucket: this.bucket });
  }
}

function bucketArgs(args: StateBucketArgs): storage.BucketArgs {
  const { bucket, project, location, kmsKeyName, accessLogsBucket, softDeleteDays } = args;
  return {
    ...{ name: bucket, project, location },
    uniformBucketLevelAccess: true,
    publicAccessPrevention: "enforced",
    forceDestroy: false,
    versioning: { enabled: true },
    softDeletePolicy: { retentionDurationSeconds: softDeleteDays * SECONDS_A_DAY },
    lifecycleRules: [...stateLifecycle(args)],
    ...(kmsKeyName === undefined ? {} : { encryption: { defaultKmsKeyName: kmsKeyName } }),
    ...(accessLogsBucket === undefined
      ? {}
      : { logging: { logBucket: accessLogsBucket, logObjectPrefix: bucket } }),
  };
}
