import type { StateRight } from "../identities/stateRights";
import { awsDomain, bucketArn } from "./awsNames";
import { allow, type PolicyStatement } from "./policyDocument";

/** A bucket that rights are given in. */
export interface StateBucketPlace {
  readonly bucket: string;
  readonly region: string;
  /** KMS key that encrypts it; undefined: S3's own. */
  readonly kmsKeyArn?: string;
}

const READ_ACTIONS = ["s3:GetObject"] as const;
/** An upload in parts is one PutObject to IAM; aborting it deletes no object. */
const WRITE_ACTIONS = ["s3:AbortMultipartUpload", "s3:PutObject"] as const;

/**
 * What an identity may do in a bucket; nobody may delete.
 *
 * `GetBucketLocation` is for s3fs, which takes the bucket for missing without it, and tries to
 * create one. S3 does not tell apart putting and overwriting: versions keep what was there.
 */
export function stateStatements(
  place: StateBucketPlace,
  rights: readonly StateRight[],
): readonly PolicyStatement[] {
  const bucket = bucketArn(place.bucket, place.region);
  const objects = (paths: readonly string[]) =>
    paths.map((path) => `${bucket}/${path.endsWith("/") ? `${path}*` : path}`);
  const read = paths(rights, ["read", "create", "write"]);
  const written = paths(rights, ["create", "write", "put"]);
  const listed = read.filter((path) => path.endsWith("/"));
  const prefixes = { StringLike: { "s3:prefix": listed.map((path) => `${path}*`) } };
  return [
    allow("FindBucket", ["s3:GetBucketLocation"], [bucket]),
    ...(listed.length === 0 ? [] : [allow("ListState", ["s3:ListBucket"], [bucket], prefixes)]),
    ...(read.length === 0 ? [] : [allow("ReadState", READ_ACTIONS, objects(read))]),
    ...(written.length === 0 ? [] : [allow("WriteState", WRITE_ACTIONS, objects(written))]),
    ...keyStatements(place, bucket, written.length > 0),
  ];
}

function paths(
  rights: readonly StateRight[],
  kinds: readonly StateRight["may"][],
): readonly string[] {
  return rights.filter(({ may }) => kinds.includes(may)).map(({ path }) => path);
}

/**
 * The key for this bucket alone, and only through S3. A bucket that is not ours may have no bucket
 * key: then each object is the context, and not the bucket.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
 */
function keyStatements(
  { kmsKeyArn, region }: StateBucketPlace,
  bucket: string,
  writes: boolean,
): readonly PolicyStatement[] {
  if (kmsKeyArn === undefined) return [];
  const actions = ["kms:Decrypt", ...(writes ? ["kms:GenerateDataKey"] : [])];
  const conditions = {
    StringEquals: { "kms:ViaService": `s3.${awsDomain(region)}` },
    StringLike: { "kms:EncryptionContext:aws:s3:arn": [bucket, `${bucket}/*`] },
  };
  return [allow("UseStateKey", actions, [kmsKeyArn], conditions)];
}
