import * as s3 from "@pulumi/aws/s3";
import * as pulumi from "@pulumi/pulumi";

import { stateBucketPolicy } from "./stateBucketPolicy";
import { stateLifecycleRules } from "./stateLifecycle";

/** Arguments of {@link StateBucket}. All are plain: they are one bucket's identity and settings. */
export interface StateBucketArgs {
  /** Name of the bucket, unique in the world. Another name is another bucket. */
  readonly bucket: string;
  /** Region of the provider that the bucket is made with: its partition is in the policy. */
  readonly region: string;
  /** KMS key that encrypts the objects. @defaultValue - S3's own (AES256) */
  readonly kmsKeyArn?: string;
  /** Days until output of runs goes, from 1. */
  readonly computeLogsDays: number;
  /** Days until what a pull request left goes, from 1. */
  readonly branchDays: number;
  /** Days that a version stays after it was overwritten, from 1; the 10 newest stay for ever. */
  readonly oldVersionDays: number;
  /**
   * Bucket that gets the access log, below `<bucket>/`; it must let S3's log delivery write.
   * Plain value: decides whether there is a log.
   * @defaultValue - no log
   * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html
   */
  readonly accessLogsBucket?: string;
}

/**
 * Bucket of the state store.
 *
 * Creates a Bucket and its versioning, encryption, public access block, ownership, policy,
 * lifecycle and, if wanted, access log. State: all there is that cannot be made again: defs state,
 * release records, dbt artifacts. So the bucket is protected and never emptied: who wants it gone
 * takes it out of the stack's state, and deletes it by hand. No secret.
 * @example
 * new StateBucket("state", {
 *   bucket: "acme-dagster-prod",
 *   region: "eu-central-1",
 *   computeLogsDays: 30,
 *   branchDays: 14,
 *   oldVersionDays: 90,
 * })
 */
export class StateBucket extends pulumi.ComponentResource {
  /** Name of the bucket, once it is there. */
  readonly bucket: pulumi.Output<string>;
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: StateBucketArgs, opts?: pulumi.ComponentResourceOptions) {
    super("dagster-platform:aws:StateBucket", name, {}, opts);
    // All of it: a bucket that outlives its stack has to keep its versions and its locks.
    const child = { parent: this, protect: true };
    const made = new s3.Bucket(`${name}-bucket`, { bucket: args.bucket }, child);
    const { bucket } = made;
    const versioning = new s3.BucketVersioning(
      `${name}-versioning`,
      { bucket, versioningConfiguration: { status: "Enabled" } },
      child,
    );
    const encrypted = { bucket, rules: [encryptionRule(args)] };
    new s3.BucketServerSideEncryptionConfiguration(`${name}-encryption`, encrypted, child);
    const closed = { bucket, ...NOTHING_PUBLIC };
    const block = new s3.BucketPublicAccessBlock(`${name}-public-access`, closed, child);
    const owned = { bucket, rule: { objectOwnership: "BucketOwnerEnforced" } };
    new s3.BucketOwnershipControls(`${name}-ownership`, owned, child);
    const policy = JSON.stringify(stateBucketPolicy(args));
    // S3 answers 409 to changes of both at once.
    new s3.BucketPolicy(`${name}-policy`, { bucket, policy }, { ...child, dependsOn: [block] });
    new s3.BucketLifecycleConfiguration(
      `${name}-lifecycle`,
      { bucket, rules: [...stateLifecycleRules(args)] },
      // Rules for old versions want a bucket that has them.
      { ...child, dependsOn: [versioning] },
    );
    if (args.accessLogsBucket !== undefined)
      new s3.BucketLogging(
        `${name}-access-log`,
        { bucket, targetBucket: args.accessLogsBucket, targetPrefix: `${args.bucket}/` },
        child,
      );
    this.bucket = bucket;
    this.arn = made.arn;
    this.registerOutputs({ bucket: this.bucket, arn: this.arn });
  }
}

const NOTHING_PUBLIC = {
  blockPublicAcls: true,
  blockPublicPolicy: true,
  ignorePublicAcls: true,
  restrictPublicBuckets: true,
};

/** A bucket key asks KMS once for many objects. */
function encryptionRule({ kmsKeyArn }: StateBucketArgs) {
  if (kmsKeyArn === undefined)
    return { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } };
  const algorithm = { sseAlgorithm: "aws:kms", kmsMasterKeyId: kmsKeyArn };
  return { applyServerSideEncryptionByDefault: algorithm, bucketKeyEnabled: true };
}
