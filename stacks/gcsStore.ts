import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { addAbortSignal } from "node:stream";
import { text } from "node:stream/consumers";

import type { Bucket, File } from "@google-cloud/storage";

import { gcsLoginProblem, gcsProblem, statusOf, type GcsCall } from "./gcsProblem";
import {
  ConflictError,
  StoreError,
  type ObjectStore,
  type ObjectVersion,
  type StoredObject,
} from "./objectStore";
import { ServerError } from "./serverError";

export interface GcsStoreArgs {
  /** `gs://bucket` */
  readonly url: string;
  /**
   * Of a server that is not Google's; it is asked without credentials.
   * @defaultValue - Google's own, or what STORAGE_EMULATOR_HOST says
   */
  readonly apiEndpoint?: string;
  /** The most that one call takes, with all its repetitions. @defaultValue 90_000 */
  readonly deadlineMs?: number;
}

const DEFAULTS = { deadlineMs: 90_000 };

/** Of one request: what is stored here is small. */
const REQUEST_MS = 15_000;

/**
 * The library repeats what may be repeated: reads, and writes with a generation. Its `totalTimeout` stays far away: when that
 * is over, it never comes back (retry-request 7.0.2, `retryAfterDelay`).
 */
const RETRIES = { maxRetries: 3, maxRetryDelay: 2 };

/** In an object's own metadata: which `put` has written it. */
const WRITER = "dagster-platform-writer";

const LIST = { action: "list", needs: "storage.objects.list, on the bucket or the folder" };

/**
 * A state store in a bucket of Google Cloud Storage, with the default credentials of this machine. An etag is an object's
 * generation.
 */
export class GcsStore implements ObjectStore {
  public readonly url: string;
  private readonly deadlineMs: number;
  private opened: Promise<Bucket> | undefined;
  private found: Promise<void> | undefined;

  public constructor(private readonly args: GcsStoreArgs) {
    this.url = args.url;
    this.deadlineMs = args.deadlineMs ?? DEFAULTS.deadlineMs;
  }

  public addressOf(key: string): string {
    return `${this.url}/${key}`;
  }

  public async get(key: string): Promise<StoredObject | undefined> {
    const found = await this.ask(reading(key), (bucket, signal) =>
      absentOr(download(bucket.file(key), signal)),
    );
    // An absent bucket answers like an absent object.
    if (found === undefined) await this.requireBucket(key);
    return found;
  }

  public async put(key: string, body: string, etag: string | undefined): Promise<void> {
    const writer = randomUUID();
    const isDone = await this.ask(writing(key), async (bucket) => {
      try {
        await upload(bucket, key, Buffer.from(body), { generation: etag ?? 0, writer });
        return true;
      } catch (error) {
        if (statusOf(error) !== 412) throw error;
        // An upload whose answer was lost is repeated: then the conflict is with ourselves.
        const now = await absentOr(bucket.file(key).getMetadata());
        return now?.[0].metadata?.[WRITER] === writer;
      }
    });
    if (!isDone) throw new ConflictError(`${this.addressOf(key)} was written by somebody else`);
  }

  public async list(prefix: string): Promise<ReadonlyMap<string, string>> {
    const [files] = await this.ask(LIST, (bucket) => bucket.getFiles({ prefix }));
    return new Map(files.map((file) => [file.name, generationOf(file)]));
  }

  public async history(key: string): Promise<readonly ObjectVersion[]> {
    const [files] = await this.ask(LIST, (bucket) =>
      bucket.getFiles({ prefix: key, versions: true }),
    );
    return files
      .filter(({ name }) => name === key)
      .sort((one, other) => Number(generationOf(other)) - Number(generationOf(one)))
      .map((file) => ({
        versionId: generationOf(file),
        lastModified: new Date(file.metadata.timeCreated ?? 0),
      }));
  }

  public async getVersion(key: string, versionId: string): Promise<string> {
    const found = await this.ask(reading(key), (bucket, signal) =>
      absentOr(download(bucket.file(key, { generation: versionId }), signal)),
    );
    if (found !== undefined) return found.body;
    await this.requireBucket(key);
    throw new StoreError(`${this.addressOf(key)}: generation ${versionId} is not kept`);
  }

  /** Asked once, and within the key's folder: there may be no right to list more than that. */
  private requireBucket(key: string): Promise<void> {
    const prefix = key.slice(0, key.lastIndexOf("/") + 1);
    this.found ??= this.ask(LIST, async (bucket) => {
      await bucket
        .getFiles({ prefix, maxResults: 1, autoPaginate: false })
        .catch((error: unknown) => {
          // Nobody is denied what is not there.
          if (statusOf(error) !== 403) throw error;
        });
    }).catch((error: unknown) => {
      this.found = undefined;
      throw error;
    });
    return this.found;
  }

  /** One call, with an end to it: the library has none for an answer that stalls. */
  private async ask<T>(
    call: Omit<GcsCall, "url">,
    work: (bucket: Bucket, signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    this.opened ??= this.open();
    const late = new AbortController();
    const timer = setTimeout(() => {
      late.abort();
    }, this.deadlineMs);
    const timeout = new Error(`network timeout at ${this.deadlineMs} ms`);
    const ended = once(late.signal, "abort").then(() => Promise.reject(timeout));
    try {
      return await Promise.race([this.opened.then((bucket) => work(bucket, late.signal)), ended]);
    } catch (error) {
      if (error instanceof ServerError) throw error;
      const reason = late.signal.aborted ? timeout : error;
      throw gcsProblem(reason, { url: this.url, ...call });
    } finally {
      clearTimeout(timer);
    }
  }

  private async open(): Promise<Bucket> {
    // Here and not above: it takes 0.1 s, and only who has gs:// needs it.
    const { Storage } = await import("@google-cloud/storage");
    const { url, apiEndpoint } = this.args;
    const storage = new Storage({
      timeout: REQUEST_MS,
      clientOptions: { transporterOptions: { timeout: REQUEST_MS } },
      retryOptions: RETRIES,
      ...(apiEndpoint === undefined ? {} : { apiEndpoint }),
    });
    // With STORAGE_EMULATOR_HOST the library leaves the path out of this, and of nothing else (7.22.0).
    storage.baseUrl = `${storage.apiEndpoint}/storage/v1`;
    // Asked for by itself, its errors are the reason; later some calls hide it.
    if (!storage.customEndpoint)
      await storage.authClient.getAccessToken().catch((error: unknown) => {
        throw gcsLoginProblem(error, url);
      });
    return storage.bucket(new URL(url).hostname);
  }
}

function reading(key: string): Omit<GcsCall, "url"> {
  return {
    action: `read ${key}`,
    needs: "storage.objects.get, and storage.objects.list, without which an absent one is denied",
  };
}

function writing(key: string): Omit<GcsCall, "url"> {
  return {
    action: `write ${key}`,
    needs: "storage.objects.create, and storage.objects.delete to replace one",
  };
}

/** One answer has both, so that the generation is the one of these bytes. */
async function download(file: File, signal: AbortSignal): Promise<StoredObject> {
  const stream = addAbortSignal(signal, file.createReadStream());
  let etag: string | undefined;
  stream.once("response", ({ headers }: { headers: Record<string, string | undefined> }) => {
    etag = headers["x-goog-generation"];
  });
  const body = await text(stream);
  if (etag === undefined) throw new Error("the answer has no x-goog-generation");
  return { body, etag };
}

/** @returns undefined for what is not there */
async function absentOr<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}

async function upload(
  bucket: Bucket,
  key: string,
  body: Buffer,
  { generation, writer }: { readonly generation: string | number; readonly writer: string },
): Promise<void> {
  const checksum = bucket.storage.crc32cGenerator();
  checksum.update(body);
  await bucket.file(key).save(body, {
    resumable: false,
    preconditionOpts: { ifGenerationMatch: generation },
    contentType: "application/json",
    // The server compares it. The library would do that after the upload, and delete what is there then.
    metadata: { crc32c: checksum.toString(), metadata: { [WRITER]: writer } },
    validation: false,
  });
}

function generationOf(file: File): string {
  return String(file.metadata.generation ?? "");
}
