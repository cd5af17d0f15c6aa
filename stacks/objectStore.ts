import { ServerError } from "./serverError";

/** One object as it is stored now. */
export interface StoredObject {
  readonly body: string;
  /** What `put` wants back to prove that nobody wrote in between. */
  readonly etag: string;
}

/** One earlier state of an object, newest first in a history. */
export interface ObjectVersion {
  readonly versionId: string;
  readonly lastModified: Date;
}

/** Thrown by {@link ObjectStore.put} when the object changed since it was read. */
export class ConflictError extends ServerError {}

/** Thrown when the store cannot be asked: wrong address, no rights, no network. */
export class StoreError extends ServerError {}

/** Thrown when a store answers that its bucket is not there, or not yet: a cloud's comes with the first update. */
export class NoBucketError extends StoreError {
  public constructor(
    /** Of the store. */
    public readonly url: string,
    options?: ErrorOptions,
  ) {
    super(
      `state store ${url}: there is no such bucket: correct its name, or run \`pulumi up\` for the stack first`,
      options,
    );
  }
}

/** The few things the platform does with a state store, the same for S3, GCS and a folder. */
export interface ObjectStore {
  /** The address, as the user gave it. */
  readonly url: string;
  /** Address of one object, for messages. */
  addressOf(key: string): string;
  get(key: string): Promise<StoredObject | undefined>;
  /**
   * Writes by compare-and-swap.
   * @param etag - of the object this replaces; `undefined`: there must be none yet
   * @throws ConflictError when somebody else wrote first
   */
  put(key: string, body: string, etag: string | undefined): Promise<void>;
  /** Keys below a prefix with their etags. */
  list(prefix: string): Promise<ReadonlyMap<string, string>>;
  /** All versions of one object, newest first. */
  history(key: string): Promise<readonly ObjectVersion[]>;
  getVersion(key: string, versionId: string): Promise<string>;
}
