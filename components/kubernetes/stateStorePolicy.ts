/**
 * Access key id of CI and of `npm run release`: the server's root account. It owns the buckets by
 * this name, so it never changes; the secret key does.
 */
export const PLATFORM_KEY_ID = "platform";
/** Access key id of code servers, runs, webserver and daemon. */
export const LOCATIONS_KEY_ID = "locations";

/** Prefix of defs state; in it, a folder for each location. */
const DEFS_STATE_PREFIX = "defs-state";

const DEFS_STATE_ACTIONS = ["s3:GetObject"] as const;
/** Long output is uploaded in parts. */
const COMPUTE_LOG_ACTIONS = [
  "s3:AbortMultipartUpload",
  "s3:GetObject",
  "s3:ListMultipartUploadParts",
  "s3:PutObject",
] as const;

/** What a policy's statement allows. */
export interface PolicyStatement {
  readonly Effect: "Allow";
  readonly Principal: { readonly AWS: readonly string[] };
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: { readonly StringLike: Readonly<Record<string, readonly string[]>> };
}

/** A bucket policy. */
export interface BucketPolicy {
  readonly Version: "2012-10-17";
  readonly Statement: readonly PolicyStatement[];
}

/**
 * What the key of the locations may do in the bucket of the state; the root account needs no policy.
 *
 * One key serves all locations, so it may not write what a release pins. `GetBucketLocation` is
 * for s3fs, which takes the bucket for missing without it, and tries to create one. A listing
 * that does not name the prefix is denied, and so is HeadBucket.
 */
export function stateStorePolicy(bucket: string): BucketPolicy {
  const arn = `arn:aws:s3:::${bucket}`;
  const defsState = `${DEFS_STATE_PREFIX}/*`;
  const listed = { StringLike: { "s3:prefix": [defsState] } };
  return {
    Version: "2012-10-17",
    Statement: [
      allow(["s3:GetBucketLocation"], arn),
      { ...allow(["s3:ListBucket"], arn), Condition: listed },
      allow(DEFS_STATE_ACTIONS, `${arn}/${defsState}`),
    ],
  };
}

/**
 * What the key of the locations may do in the bucket of the compute logs, which has nothing else:
 * read and write, delete nothing. Without the listing, an absent object is "denied".
 */
export function computeLogsPolicy(bucket: string): BucketPolicy {
  const arn = `arn:aws:s3:::${bucket}`;
  return {
    Version: "2012-10-17",
    Statement: [allow(["s3:ListBucket"], arn), allow(COMPUTE_LOG_ACTIONS, `${arn}/*`)],
  };
}

/**
 * The server's file of accounts; the root account is not in it. The numbers are owners of files,
 * which this server does not set.
 * @param secret - secret key of the locations
 */
export function stateStoreAccounts(secret: string) {
  const owner = { userID: 0, groupID: 0, projectID: 0 };
  const account = { access: LOCATIONS_KEY_ID, secret, role: "user", ...owner };
  return { accessAccounts: { [LOCATIONS_KEY_ID]: account } };
}

function allow(actions: readonly string[], resource: string): PolicyStatement {
  return {
    Effect: "Allow",
    Principal: { AWS: [LOCATIONS_KEY_ID] },
    Action: actions,
    Resource: [resource],
  };
}
