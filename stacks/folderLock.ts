import { randomUUID } from "node:crypto";
import { closeSync, openSync, renameSync, statSync, unlinkSync } from "node:fs";
import { join } from "node:path";

/** The lock is held for milliseconds: the same one seen for so long is of a process that is gone. */
const STALE_MS = 5_000;

const EVERY_MS = 10;

/**
 * The lock of a folder of objects: a file that only one can make, as components/ci/folder_store.py makes it. Node has no
 * flock, and neither have all network drives.
 */
export class FolderLock {
  private readonly file: string;

  public constructor(private readonly folder: string) {
    this.file = join(folder, ".lock");
  }

  /**
   * Does something while nobody else holds the lock.
   * @param action - gets the question whether the lock is still ours; asked before the last step
   */
  public async whileHeld<T>(action: (isOurs: () => boolean) => T): Promise<T> {
    const identity = await this.acquire();
    const isOurs = (): boolean => this.identity() === identity;
    try {
      return action(isOurs);
    } finally {
      if (isOurs()) unlinkSync(this.file);
    }
  }

  private async acquire(): Promise<string> {
    let seen: string | undefined;
    let since = 0;
    for (;;) {
      const made = this.tryMake();
      if (made !== undefined) return made;
      const holder = this.identity();
      if (holder !== seen) [seen, since] = [holder, performance.now()];
      else if (holder !== undefined && performance.now() - since > STALE_MS) this.takeAway();
      await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
    }
  }

  private tryMake(): string | undefined {
    try {
      closeSync(openSync(this.file, "wx"));
      return this.identity();
    } catch (error) {
      if (hasCode(error, "EEXIST")) return undefined;
      throw error;
    }
  }

  /** A rename, of which only one of several waiters succeeds. */
  private takeAway(): void {
    const away = join(this.folder, `.lock.${randomUUID()}`);
    try {
      renameSync(this.file, away);
      unlinkSync(away);
    } catch (error) {
      if (!hasCode(error, "ENOENT")) throw error;
    }
  }

  /** What tells two lock files of the same name apart. */
  private identity(): string | undefined {
    const stat = statSync(this.file, { bigint: true, throwIfNoEntry: false });
    return stat === undefined ? undefined : `${stat.ino} ${stat.mtimeNs}`;
  }
}

/** Whether Node says this of a file; jest's errors are of another realm, so there is no `instanceof`. */
export function hasCode(error: unknown, code: string): boolean {
  return (error as NodeJS.ErrnoException | null)?.code === code;
}
