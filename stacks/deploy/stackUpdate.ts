import { rm } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

import type { CiRun } from "./ciRun";
import { InvalidInputError } from "../invalidInputError";
import type { ObjectStore } from "../objectStore";
import { readUpdateRecord, type UpdateRecord, writeUpdateRecord } from "./platformRecords";
import { type Pulumi, PulumiCliError } from "./pulumiCli";
import { saysConflict } from "./pulumiSaid";
import { clearInterrupted, findInterrupted, halfWritten, type HelmRevisions } from "./recovery";
import type { Shown } from "./shownProgram";
import { decideLocks, saidLocks } from "./updateLock";

/** All that an update takes. */
export interface StackUpdateInput {
  readonly stack: HelmRevisions;
  readonly pulumi: Pulumi;
  readonly run: CiRun;
  /** Of the records of deployments; undefined: not there before the first update. */
  readonly store: ObjectStore | undefined;
  /** Gets a line for people. */
  readonly say: (line: string) => void;
  /** How long Pulumi Cloud may say that another update runs. @defaultValue 10 minutes, asked every 10 seconds */
  readonly conflict?: { readonly forMs: number; readonly everyMs: number };
}

/** The provider for Kubernetes takes over what is there. For all updates it would be wrong (stacks/clusterProvider.ts). */
const TAKE_OVER = { PULUMI_K8S_UPSERT_EXISTING_OBJECTS: "true" };

const UP = ["up", "--yes", "--skip-preview"];

/** A lease of Pulumi Cloud ends by itself within five minutes. */
const CONFLICT = { forMs: 600_000, everyMs: 10_000 };

/** The dead take no new locks. */
const MOST_CLEARED = 3;

/**
 * One `pulumi up`, also after one that was killed: takes away the lock of a job that is surely gone, clears what
 * it has left half-done, and keeps in the store who is at it.
 */
export class StackUpdate {
  private earlier: UpdateRecord | undefined;
  private begun: UpdateRecord | undefined;
  private readonly conflict: { readonly until: number; readonly everyMs: number };
  private cleared = 0;
  private saidConflict = false;

  public constructor(private readonly input: StackUpdateInput) {
    const { forMs, everyMs } = input.conflict ?? CONFLICT;
    this.conflict = { until: Date.now() + forMs, everyMs };
  }

  /**
   * @returns how `pulumi up` has ended
   * @throws InvalidInputError when the stack is locked by somebody who may be at work
   */
  public async up(): Promise<Shown> {
    const { store } = this.input;
    this.earlier = store === undefined ? undefined : await readUpdateRecord(store);
    for (;;) {
      const ended = await this.attempt();
      if (typeof ended !== "string") return ended;
      await this.unblock(ended);
    }
  }

  /**
   * Says that it is over.
   * @param store - is there now, if it was not before
   * @param isComplete - whether everything that it was to make is made
   */
  public async end(store: ObjectStore, isComplete: boolean): Promise<void> {
    const { begun = this.record(false) } = this;
    const recovering = begun.recovering && !isComplete;
    await writeUpdateRecord(store, { ...begun, endedAt: new Date().toISOString(), recovering });
  }

  /** @returns what Pulumi says when another update runs, or may run */
  private async attempt(): Promise<Shown | string> {
    const recovered = await this.recover();
    if (typeof recovered === "string") return recovered;
    // What a killed update has made and not told of is there until one has got through.
    const recovering = recovered || (this.earlier?.recovering ?? false);
    await this.begin(this.record(recovering));
    const ended = await this.input.pulumi.operation(UP, recovering ? TAKE_OVER : {});
    const isBlocked = ended.code !== 0 && blocks(ended.said);
    return isBlocked ? ended.said : ended;
  }

  /** @returns whether there was something; or what Pulumi says when it is locked */
  private async recover(): Promise<boolean | string> {
    const { pulumi, stack, say } = this.input;
    try {
      const found = await findInterrupted(pulumi, stack);
      const things = [...found.operations, ...found.secrets];
      if (things.length === 0) return false;
      await clearInterrupted(found, pulumi, stack);
      for (const thing of things) say(`recovered from an update that was killed: ${thing}`);
      return true;
    } catch (error) {
      if (error instanceof PulumiCliError && blocks(error.said)) return error.said;
      throw error;
    }
  }

  private async unblock(said: string): Promise<void> {
    const locks = saidLocks(said);
    if (locks === undefined) {
      await this.waitForOther();
      return;
    }
    const { pulumi, run, say } = this.input;
    const { isDead, reason } = decideLocks({
      ...{ ...locks, run, isAlive, stack: pulumi.stack },
      earlier: this.earlier,
    });
    if (!isDead) {
      await this.giveBack();
      throw new InvalidInputError(reason);
    }
    this.cleared += 1;
    if (this.cleared > MOST_CLEARED) throw new Error(`locked again and again: ${reason}`);
    say(reason);
    // With such a file, `cancel` ends with an error.
    for (const file of await halfWritten(pulumi)) await rm(file);
    await pulumi.run("cancel", "--yes", "--stack", pulumi.stack);
  }

  /** Of Pulumi Cloud, whose locks end by themselves. */
  private async waitForOther(): Promise<void> {
    const { pulumi, say } = this.input;
    const { until, everyMs } = this.conflict;
    if (Date.now() + everyMs > until) {
      await this.giveBack();
      throw new InvalidInputError(
        `another update of ${pulumi.stack} runs, by what Pulumi Cloud says: run this again when it has ended; if it was killed, run \`pulumi cancel -s ${pulumi.stack}\` first`,
      );
    }
    if (!this.saidConflict)
      say("another update runs, by what Pulumi Cloud says: waits for its end");
    this.saidConflict = true;
    await sleep(everyMs);
  }

  private async begin(record: UpdateRecord): Promise<void> {
    const { store } = this.input;
    this.begun = record;
    if (store !== undefined) await writeUpdateRecord(store, record);
  }

  /** Who has the lock may still need his record. */
  private async giveBack(): Promise<void> {
    const { store } = this.input;
    if (store === undefined || this.begun === undefined) return;
    const { begun, earlier } = this;
    await writeUpdateRecord(store, earlier ?? { ...begun, endedAt: new Date().toISOString() });
  }

  private record(recovering: boolean): UpdateRecord {
    const { hostname, username, pid, runUrl, ciGroup } = this.input.run;
    const startedAt = new Date().toISOString();
    return {
      ...{ schemaVersion: 1, hostname, username, pid, startedAt, endedAt: null },
      ...{ runUrl, ciGroup, recovering },
    };
  }
}

function blocks(said: string): boolean {
  return saidLocks(said) !== undefined || saysConflict(said);
}

/** Signal 0 asks; a process of somebody else refuses it. */
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}
