import type {
  DefsStateSettings,
  GcsComputeLogs,
  S3ComputeLogs,
} from "../components/dagster/instanceSettings";

/** How the processes of a platform reach its state store; all that `components/dagster` gets to know of it. */
export interface StateStoreAccess {
  readonly bucket: string;
  /** `s3://bucket` or `gs://bucket` */
  readonly url: string;
  readonly defsState: DefsStateSettings;
  readonly computeLogs: S3ComputeLogs | GcsComputeLogs;
  /** Secrets of the namespace with static keys, by name; none where identities come from the cloud. */
  readonly keySecrets: readonly string[];
}

/** An S3 that is not AWS, with static keys. */
export interface S3Endpoint {
  readonly endpointUrl: string;
  readonly bucket: string;
  /** Bucket of the compute logs. @defaultValue - the same one, where they have a prefix */
  readonly logsBucket?: string;
  /** Secret with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. */
  readonly keySecret: string;
}

/** botocore asks for a region, whoever answers. */
const ANY_REGION = "us-east-1";

/**
 * An S3-compatible store with static keys. Its address stands in the instance config and not in `AWS_ENDPOINT_URL`, so that code
 * can still talk to AWS.
 */
export function s3EndpointAccess(endpoint: S3Endpoint): StateStoreAccess {
  const { bucket, logsBucket = bucket, endpointUrl, keySecret } = endpoint;
  return {
    ...{ bucket, url: `s3://${bucket}` },
    defsState: { targetProtocol: "s3", targetOptions: { endpoint_url: endpointUrl } },
    computeLogs: { kind: "s3", bucket: logsBucket, endpointUrl, region: ANY_REGION },
    keySecrets: [keySecret],
  };
}

/** A bucket of AWS; identities come from the cluster. */
export function awsBucketAccess(bucket: string, region: string): StateStoreAccess {
  const computeLogs = { kind: "s3", bucket, region } as const;
  const defsState = { targetProtocol: "s3" } as const;
  return { bucket, url: `s3://${bucket}`, defsState, computeLogs, keySecrets: [] };
}

/** A bucket of Google Cloud; identities come from the cluster. */
export function gcsBucketAccess(bucket: string): StateStoreAccess {
  const computeLogs = { kind: "gcs", bucket } as const;
  const defsState = { targetProtocol: "gs" } as const;
  return { bucket, url: `gs://${bucket}`, defsState, computeLogs, keySecrets: [] };
}
