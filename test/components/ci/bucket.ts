import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  NoSuchKey,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";

/** A bucket as it is, without the proxy that a test makes fail. */
export interface Bucket {
  /** `s3://bucket` */
  readonly url: string;
  put(key: string, body: string): Promise<void>;
  delete(key: string): Promise<void>;
  /** Undefined: there is none. */
  get(key: string): Promise<string | undefined>;
  /** The versions of each object; which is the newest does not matter. */
  versions(): Promise<ReadonlyMap<string, readonly string[]>>;
}

/** A bucket of moto. */
export class S3Bucket implements Bucket {
  private readonly s3: S3Client;

  public constructor(
    endpoint: string,
    private readonly name: string,
  ) {
    const credentials = { accessKeyId: "test", secretAccessKey: "test" };
    this.s3 = new S3Client({ endpoint, region: "us-east-1", credentials, forcePathStyle: true });
  }

  public get url(): string {
    return `s3://${this.name}`;
  }

  public async put(key: string, body: string): Promise<void> {
    await this.s3.send(new PutObjectCommand({ Bucket: this.name, Key: key, Body: body }));
  }

  public async delete(key: string): Promise<void> {
    await this.s3.send(new DeleteObjectCommand({ Bucket: this.name, Key: key }));
  }

  public async get(key: string): Promise<string | undefined> {
    try {
      const found = await this.s3.send(new GetObjectCommand({ Bucket: this.name, Key: key }));
      return await found.Body?.transformToString();
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw error;
    }
  }

  public async versions(): Promise<ReadonlyMap<string, readonly string[]>> {
    const found = new Map<string, string[]>();
    for (let markers = {}, isMore = true; isMore;) {
      const input = { Bucket: this.name, ...markers };
      const page = await this.s3.send(new ListObjectVersionsCommand(input));
      // A delete is a change, too.
      for (const { Key = "", VersionId = "" } of [
        ...(page.Versions ?? []),
        ...(page.DeleteMarkers ?? []),
      ])
        found.set(Key, [...(found.get(Key) ?? []), VersionId]);
      markers = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
      isMore = page.IsTruncated === true;
    }
    return found;
  }
}
