import {
  GetObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  NoSuchKey,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from "@aws-sdk/client-s3";

import {
  ConflictError,
  NoBucketError,
  StoreError,
  type ObjectStore,
  type ObjectVersion,
  type StoredObject,
} from "./objectStore";

// The SDK prints four lines about Node 20 to everybody's terminal; which Node is used is the user's affair.
process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";

/** What each call has to be allowed. @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html */
const RIGHTS = {
  get: "s3:GetObject, and s3:ListBucket, without which an absent object is denied, too",
  // A write that names the etag it replaces looks at the object first.
  put: "s3:PutObject and s3:GetObject",
  list: "s3:ListBucket",
  history: "s3:ListBucketVersions",
  getVersion: "s3:GetObjectVersion",
};

export interface S3StoreArgs {
  /** `s3://bucket` */
  readonly url: string;
  /** For stores that are not AWS; then keys go into the path. @defaultValue - AWS of the region */
  readonly endpointUrl?: string;
  /** @defaultValue - the SDK's own chain (environment, profile, OIDC, pod identity) */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** @defaultValue - the SDK's own chain, or us-east-1 with an own endpoint */
  readonly region?: string;
}

/** A state store in a bucket of S3, or of anything that speaks its protocol. */
export class S3Store implements ObjectStore {
  public readonly url: string;
  private readonly bucket: string;
  private readonly client: S3Client;

  public constructor(args: S3StoreArgs) {
    this.url = args.url;
    this.bucket = new URL(args.url).hostname;
    const region = args.region ?? (args.endpointUrl === undefined ? undefined : "us-east-1");
    this.client = new S3Client({
      ...(args.endpointUrl === undefined ? {} : { endpoint: args.endpointUrl }),
      ...(args.credentials === undefined ? {} : { credentials: args.credentials }),
      ...(region === undefined ? {} : { region }),
      forcePathStyle: args.endpointUrl !== undefined,
    });
  }

  public addressOf(key: string): string {
    return `${this.url}/${key}`;
  }

  public async get(key: string): Promise<StoredObject | undefined> {
    try {
      const found = await this.client.send(new GetObjectCommand({ Bucket: this.bucket, Key: key }));
      return { body: (await found.Body?.transformToString()) ?? "", etag: found.ETag ?? "" };
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw this.explained(error, RIGHTS.get);
    }
  }

  public async put(key: string, body: string, etag: string | undefined): Promise<void> {
    const condition = etag === undefined ? { IfNoneMatch: "*" } : { IfMatch: etag };
    try {
      await this.client.send(
        new PutObjectCommand({
          Bucket: this.bucket,
          Key: key,
          Body: body,
          ContentType: "application/json",
          ...condition,
        }),
      );
    } catch (error) {
      if (isConflict(error))
        throw new ConflictError(`${this.url}/${key} was written by somebody else`);
      throw this.explained(error, RIGHTS.put);
    }
  }

  public async list(prefix: string): Promise<ReadonlyMap<string, string>> {
    const found = new Map<string, string>();
    let token: string | undefined;
    do {
      const page = await this.client
        .send(
          new ListObjectsV2Command({
            Bucket: this.bucket,
            Prefix: prefix,
            ContinuationToken: token,
          }),
        )
        .catch((error: unknown) => {
          throw this.explained(error, RIGHTS.list);
        });
      for (const object of page.Contents ?? []) found.set(object.Key ?? "", object.ETag ?? "");
      token = page.NextContinuationToken;
    } while (token !== undefined);
    return found;
  }

  public async history(key: string): Promise<readonly ObjectVersion[]> {
    const page = await this.client
      .send(new ListObjectVersionsCommand({ Bucket: this.bucket, Prefix: key }))
      .catch((error: unknown) => {
        throw this.explained(error, RIGHTS.history);
      });
    return (page.Versions ?? [])
      .filter((version) => version.Key === key)
      .map((version) => ({
        versionId: version.VersionId ?? "",
        lastModified: version.LastModified ?? new Date(0),
      }));
  }

  public async getVersion(key: string, versionId: string): Promise<string> {
    const found = await this.client
      .send(new GetObjectCommand({ Bucket: this.bucket, Key: key, VersionId: versionId }))
      .catch((error: unknown) => {
        throw this.explained(error, RIGHTS.getVersion);
      });
    return (await found.Body?.transformToString()) ?? "";
  }

  /** @param rights - that the call needs */
  private explained(error: unknown, rights: string): StoreError {
    if (isNamed(error, "NoSuchBucket")) return new NoBucketError(this.url, { cause: error });
    const reason = error instanceof Error ? error.message || error.name : String(error);
    const needs = isNamed(error, "AccessDenied") ? `: this needs ${rights}` : "";
    return new StoreError(`state store ${this.url}: ${reason}${needs}`, { cause: error });
  }
}

function isNamed(error: unknown, name: string): boolean {
  return error instanceof S3ServiceException && error.name === name;
}

/** What a conditional write answers when the object is not as it says; NoSuchKey: it is gone. */
function isConflict(error: unknown): boolean {
  if (!(error instanceof S3ServiceException)) return false;
  return error.name === "NoSuchKey" || [409, 412].includes(error.$metadata.httpStatusCode ?? 0);
}
