import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";

import writeFileAtomic from "write-file-atomic";

import { FolderLock, hasCode } from "./folderLock";
import {
  ConflictError,
  StoreError,
  type ObjectStore,
  type ObjectVersion,
  type StoredObject,
} from "./objectStore";
import { releaseKey } from "./releases";

export interface FolderStoreArgs {
  /** Absolute path; made by the first write. */
  readonly folder: string;
  /** Beginning of all keys, which the folder itself stands for. @defaultValue "" */
  readonly prefix?: string;
}

/** Earlier versions of one object that are kept. */
const KEPT = 100;

const ENTRY = /^(\d{13})-([0-9a-f]{12})\.json$/;

interface Entry extends ObjectVersion {
  readonly file: string;
}

/**
 * An object store in a folder, with the same files as components/ci/folder_store.py: an etag is the SHA-256 of an
 * object, and what is replaced goes to `.history/<key>/<when it was written>-<etag>.json`.
 */
export class FolderStore implements ObjectStore {
  public readonly url: string;
  private readonly folder: string;
  private readonly prefix: string;
  private readonly lock: FolderLock;

  public constructor({ folder, prefix = "" }: FolderStoreArgs) {
    this.url = `file://${folder}`;
    this.folder = folder;
    this.prefix = prefix;
    this.lock = new FolderLock(folder);
  }

  public addressOf(key: string): string {
    return join(this.folder, this.name(key));
  }

  public get(key: string): Promise<StoredObject | undefined> {
    return this.explained(() => this.read(key));
  }

  public put(key: string, body: string, etag: string | undefined): Promise<void> {
    const taken = new ConflictError(`${this.url}/${this.name(key)} was written by somebody else`);
    const file = join(this.folder, this.name(key));
    return this.explained(async () => {
      mkdirSync(dirname(file), { recursive: true });
      await this.lock.whileHeld((isOurs) => {
        const found = this.read(key);
        if (found?.etag !== etag) throw taken;
        if (found !== undefined) this.archive(key, found);
        if (!isOurs()) throw taken;
        writeFileAtomic.sync(file, body, { mode: 0o644 });
      });
    });
  }

  public list(prefix: string): Promise<ReadonlyMap<string, string>> {
    return this.explained(() => {
      const found = new Map<string, string>();
      for (const name of this.files().sort()) {
        const key = `${this.prefix}${name}`;
        const object = key.startsWith(prefix) ? this.read(key) : undefined;
        if (object !== undefined) found.set(key, object.etag);
      }
      return found;
    });
  }

  /** The present one, and those before. A file that was edited by hand is a version like any other. */
  public history(key: string): Promise<readonly ObjectVersion[]> {
    return this.explained(() => {
      const found = this.read(key);
      if (found === undefined) return [];
      const current = { versionId: short(found.etag), lastModified: this.writtenAt(key) };
      const [newest, ...older] = this.entries(key);
      const isKeptAlready = newest?.versionId === current.versionId;
      return [current, ...(newest === undefined || isKeptAlready ? [] : [newest]), ...older].map(
        ({ versionId, lastModified }) => ({ versionId, lastModified }),
      );
    });
  }

  public getVersion(key: string, versionId: string): Promise<string> {
    return this.explained(() => {
      const current = this.read(key);
      if (current !== undefined && short(current.etag) === versionId) return current.body;
      const entry = this.entries(key).find((other) => other.versionId === versionId);
      if (entry !== undefined) return readFileSync(entry.file, "utf8");
      throw new StoreError(`${this.url}/${this.name(key)}: version ${versionId} is not kept`);
    });
  }

  /** Keeps what is about to be replaced; a writer that died here has done it already. */
  private archive(key: string, found: StoredObject): void {
    const entries = this.entries(key);
    const [newest] = entries;
    if (newest?.versionId === short(found.etag)) return;
    const folder = this.historyOf(key);
    mkdirSync(folder, { recursive: true });
    // Clocks go wrong and git gives files new times: the order is that of the writing.
    const after = newest === undefined ? 0 : newest.lastModified.getTime() + 1;
    const stamp = String(Math.max(this.writtenAt(key).getTime(), after)).padStart(13, "0");
    writeFileAtomic.sync(join(folder, `${stamp}-${short(found.etag)}.json`), found.body);
    for (const { file } of entries.slice(KEPT - 1)) rmSync(file, { force: true });
  }

  /** The earlier versions, newest first. */
  private entries(key: string): readonly Entry[] {
    const folder = this.historyOf(key);
    return namesIn(folder)
      .sort()
      .reverse()
      .flatMap((name) => {
        const [, time = "", versionId = ""] = ENTRY.exec(name) ?? [];
        if (versionId === "") return [];
        return [{ versionId, lastModified: new Date(Number(time)), file: join(folder, name) }];
      });
  }

  private read(key: string): StoredObject | undefined {
    try {
      const bytes = readFileSync(join(this.folder, this.name(key)));
      const etag = createHash("sha256").update(bytes).digest("hex");
      return { body: bytes.toString("utf8"), etag };
    } catch (error) {
      if (hasCode(error, "ENOENT")) return undefined;
      throw error;
    }
  }

  private writtenAt(key: string): Date {
    return new Date(Math.floor(statSync(join(this.folder, this.name(key))).mtimeMs));
  }

  /** Names that begin with a dot are no objects. */
  private files(): string[] {
    return namesIn(this.folder, true)
      .filter((name) => !name.split(sep).some((part) => part.startsWith(".")))
      .filter((name) => statSync(join(this.folder, name)).isFile());
  }

  private historyOf(key: string): string {
    return join(this.folder, ".history", this.name(key));
  }

  /** Of the object's file, relative to the folder. */
  private name(key: string): string {
    const name = key.startsWith(this.prefix) ? key.slice(this.prefix.length) : undefined;
    if (name === undefined || relative(this.folder, join(this.folder, name)).startsWith(".."))
      throw new Error(`no key of this store: ${key}`);
    return name;
  }

  private async explained<T>(action: () => T | Promise<T>): Promise<T> {
    try {
      return await action();
    } catch (error) {
      const reason = (error as NodeJS.ErrnoException).code;
      if (reason === undefined) throw error;
      throw new StoreError(`${this.url}: cannot be used (${reason}): check the folder`, {
        cause: error,
      });
    }
  }
}

/**
 * The release records of a stack in a folder of its own: `<folder>/<location>.json`.
 * @param folder - absolute path; config `releasesFolder`
 */
export function releasesFolder(folder: string): FolderStore {
  return new FolderStore({ folder, prefix: dirname(releaseKey("any")) + "/" });
}

function short(etag: string): string {
  return etag.slice(0, 12);
}

function namesIn(folder: string, recursive = false): string[] {
  try {
    return readdirSync(folder, { recursive, encoding: "utf8" });
  } catch (error) {
    if (hasCode(error, "ENOENT")) return [];
    throw error;
  }
}
