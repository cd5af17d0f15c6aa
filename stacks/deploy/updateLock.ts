import type { CiRun } from "./ciRun";
import type { UpdateRecord } from "./platformRecords";
import { withoutColours } from "./pulumiSaid";

/** A lock of a stack whose state is in a bucket or a folder. */
export interface StackLock {
  readonly username: string;
  readonly hostname: string;
  /** Of `pulumi`. */
  readonly pid: number;
  readonly since: Date;
}

/** What is known of who may hold a lock. */
export interface LockInput {
  /** As Pulumi counts them. */
  readonly count: number;
  readonly locks: readonly StackLock[];
  readonly stack: string;
  readonly run: CiRun;
  /** Of the update before this one. */
  readonly earlier: UpdateRecord | undefined;
  /** Whether a process of this machine runs. */
  readonly isAlive: (pid: number) => boolean;
}

export interface LockDecision {
  /** Every lock is of somebody who is surely gone. */
  readonly isDead: boolean;
  /** Why, or who holds it, since when, and what to do: one line. */
  readonly reason: string;
}

/** `pulumi up` takes its lock first of all; a job's lock has the clock of its record. */
const LOCK_WITHIN_MS = 300_000;
/** A lock's time is in whole seconds. */
const SECOND_MS = 1_000;

/**
 * The locks that keep Pulumi from what it was asked, as it says them.
 * @returns undefined when it was not kept from it
 * @see https://github.com/pulumi/pulumi/blob/v3.260.0/pkg/backend/diy/lock.go
 */
export function saidLocks(
  said: string,
): { readonly count: number; readonly locks: readonly StackLock[] } | undefined {
  const text = withoutColours(said);
  const count = /^error: .*the stack is currently locked by (\d+) lock\(s\)/m.exec(text)?.[1];
  if (count === undefined) return undefined;
  const each = /^ +\S.*: created by (.+)@([^@\s]+) \(pid (\d+)\) at (\S+)$/gm;
  const locks = [...text.matchAll(each)].map(
    ([, username = "", hostname = "", pid = "", since = ""]) => ({
      ...{ username, hostname, pid: Number(pid), since: new Date(since) },
    }),
  );
  return { count: Number(count), locks: locks.filter(({ since }) => !isNaN(since.getTime())) };
}

/**
 * Whether the locks of a stack may be taken away. Only a lock of somebody who is surely gone:
 *
 * - of this very machine, by a process that is gone. Not in CI, whose machines have the same names, and see
 *   no processes of each other;
 * - or of the job of CI that has left its record and not its end, when that job and this one are of one group: CI runs
 *   one of them at a time, so that one is over.
 */
export function decideLocks(input: LockInput): LockDecision {
  const { locks, count } = input;
  if (locks.length === 0 || locks.length !== count) {
    const reason = `the stack is locked, and Pulumi does not say by whom: ${advice(input)}`;
    return { isDead: false, reason };
  }
  const judged = locks.map((lock) => ({ lock, death: deathOf(lock, input) }));
  const alive = judged.find(({ death }) => death === undefined);
  if (alive === undefined) {
    const all = judged.map(({ lock, death = "" }) => `${described(lock)}: ${death}`);
    return { isDead: true, reason: `takes away the lock of ${all.join("; ")}` };
  }
  const more = isHere(alive.lock, input) && !input.run.isCi ? ", which still runs" : "";
  const reason = `the stack is locked by ${described(alive.lock)}${more}: ${advice(input)}`;
  return { isDead: false, reason };
}

/** Why nobody holds a lock any more; undefined: somebody may. */
function deathOf(lock: StackLock, input: LockInput): string | undefined {
  const { run, isAlive } = input;
  if (!run.isCi && isHere(lock, input))
    return isAlive(lock.pid) ? undefined : "that process is gone";
  if (!isOfEarlierJob(lock, input)) return undefined;
  return `the job of ${run.ciGroup ?? ""} that made it is over (${input.earlier?.runUrl ?? "no address"})`;
}

function isHere({ hostname }: StackLock, { run }: LockInput): boolean {
  return hostname === run.hostname;
}

function isOfEarlierJob(lock: StackLock, { run, earlier }: LockInput): boolean {
  if (earlier === undefined || run.ciGroup === null) return false;
  const after = lock.since.getTime() - new Date(earlier.startedAt).getTime();
  return (
    earlier.endedAt === null &&
    earlier.ciGroup === run.ciGroup &&
    earlier.hostname === lock.hostname &&
    earlier.username === lock.username &&
    after > -SECOND_MS &&
    after <= LOCK_WITHIN_MS
  );
}

function described({ username, hostname, pid, since }: StackLock): string {
  return `${username}@${hostname} (pid ${pid}) since ${since.toISOString().replace(/\.\d+/, "")}`;
}

function advice({ stack }: LockInput): string {
  return `wait until that update has ended; if it was killed, run \`pulumi cancel -s ${stack}\`, and this again`;
}
