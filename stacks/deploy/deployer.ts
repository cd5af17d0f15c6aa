import type { CiRun } from "./ciRun";
import type { DeployNeedsInput } from "./deployNeeds";
import {
  goneDeployment,
  locationOutcome,
  type LocationOutcome,
  type UpdateOutcome,
} from "./deployOutcome";
import { type Deployment, readDeployments, writeDeployment } from "./deployments";
import { NotThereError } from "../kubectlProblem";
import type { Location } from "../list/locationSchema";
import { requireLocations } from "../locations";
import { NoBucketError, type ObjectStore } from "../objectStore";
import {
  type PlatformRecord,
  readPlatformRecord,
  readUpdateRecord,
  writePlatformRecord,
} from "./platformRecords";
import { PulumiCli } from "./pulumiCli";
import { saidErrors } from "./pulumiSaid";
import type { ReachableStack } from "../reachableStack";
import { rolloutResult } from "./rolloutResult";
import type { Shown } from "./shownProgram";
import { StackUpdate } from "./stackUpdate";
import { isDeployed, wantedLocations } from "./wantedReleases";

/** What is deployed, by whom. */
export interface DeployerInput {
  readonly stack: ReachableStack;
  readonly run: CiRun;
  /** Of the working copy; null: not known. */
  readonly commit: string | null;
  /** Gets a line for people. */
  readonly say: (line: string) => void;
  /** Gets what Pulumi says, as it comes. */
  readonly show: (text: string) => void;
}

/** What a deployment came to. */
export interface Deployed {
  /** In the order of the list. */
  readonly locations: readonly LocationOutcome[];
  /** Of `pulumi up`; undefined: it succeeded. */
  readonly error: string | undefined;
}

/** What stands in the store. */
interface Look extends DeployNeedsInput {
  /** Of records of deployments; undefined: it comes with the first update. */
  readonly store: ObjectStore | undefined;
}

/** Deploys a stack, and writes what became of each location's release. */
export class Deployer {
  private readonly locations: readonly Location[];
  private looked: Look | undefined;

  /** @throws InvalidInputError with all mistakes of the list */
  public constructor(private readonly input: DeployerInput) {
    const { stack } = input;
    this.locations = requireLocations(stack.listFile, stack.stack, stack.config.cloud);
  }

  /** What is wanted, and what was deployed. */
  public async look(): Promise<DeployNeedsInput> {
    this.looked ??= await this.lookInto(await this.storeIfThere());
    return this.looked;
  }

  /** Runs `pulumi up`. @throws InvalidInputError when another update runs, or may run */
  public async deploy(): Promise<Deployed> {
    const before = (this.looked ??= await this.lookInto(await this.storeIfThere()));
    const { stack, run, say, show } = this.input;
    const jobs = await stack.rolloutJobs();
    const pulumi = new PulumiCli(stack.stack, show);
    const update = new StackUpdate({ stack, pulumi, run, say, store: before.store });
    const outcome = await this.outcomeOf(await update.up(), jobs);
    // The way there may have ended with a pod.
    await stack.close();
    const store = await this.storeIfThere();
    const after = await this.lookInto(store);
    const locations = this.judge(before, after, outcome);
    if (store !== undefined) {
      await this.write(store, locations, before);
      if (outcome.succeeded) await this.writePlatform(store, before);
      // The Job comes after everything else.
      await update.end(store, outcome.succeeded || outcome.rollout !== undefined);
    }
    return { locations, error: outcome.succeeded ? undefined : firstError(outcome) };
  }

  private judge(before: Look, after: Look, update: UpdateOutcome): readonly LocationOutcome[] {
    const { run } = this.input;
    return before.wanted.map((wanted, index) =>
      locationOutcome({
        ...{ before: wanted, after: after.wanted[index] ?? wanted, update, runUrl: run.runUrl },
        earlier: before.deployments.get(wanted.name),
        dagsterUrl: this.dagsterUrl(wanted.name),
        now: new Date(),
      }),
    );
  }

  /** A record for each location whose release it has tried, and for those that are gone. */
  private async write(
    store: ObjectStore,
    locations: readonly LocationOutcome[],
    { deployments, platform, wanted }: Look,
  ): Promise<void> {
    const { runUrl } = this.input.run;
    const names = new Set(wanted.map(({ name }) => name));
    const gone = (platform?.locations ?? [])
      .filter((name) => !names.has(name))
      .flatMap((name) => deployments.get(name) ?? [])
      .map((deployment) => goneDeployment(deployment, { runUrl, now: new Date() }));
    const written = [...locations.map(({ deployment }) => deployment), ...gone];
    const isNew = (deployment: Deployment | undefined) => deployment !== undefined;
    await Promise.all(written.filter(isNew).map((each) => writeDeployment(store, each)));
  }

  private async writePlatform(store: ObjectStore, { wanted, commit }: Look): Promise<void> {
    const record: PlatformRecord = {
      ...{ schemaVersion: 1, commit, at: new Date().toISOString(), runUrl: this.input.run.runUrl },
      locations: wanted
        .filter(isDeployed)
        .map(({ name }) => name)
        .sort(),
    };
    await writePlatformRecord(store, record);
  }

  private async outcomeOf(
    { code, said, stoppedBy }: Shown,
    jobs: readonly string[],
  ): Promise<UpdateOutcome> {
    const succeeded = code === 0;
    const stopped = { resource: undefined, text: `it was stopped by ${stoppedBy ?? ""}` };
    const errors = stoppedBy === undefined ? saidErrors(said) : [stopped];
    if (succeeded) return { succeeded, errors, rollout: undefined };
    const { stack } = this.input;
    // Each update that comes to its end makes one, whose name is new.
    const [job] = (await stack.rolloutJobs()).filter((name) => !jobs.includes(name));
    const log = job === undefined ? "" : await stack.rolloutLog(job);
    return { succeeded, errors, rollout: rolloutResult(log) };
  }

  private async lookInto(store: ObjectStore | undefined): Promise<Look> {
    const { stack, commit } = this.input;
    const records = store === undefined ? undefined : await stack.records();
    const wanted = await wantedLocations(this.locations, records);
    const none = { store, wanted, commit, platform: undefined, update: undefined };
    if (store === undefined) return { ...none, deployments: new Map() };
    const [platform, update] = await Promise.all([
      readPlatformRecord(store),
      readUpdateRecord(store),
    ]);
    const names = [...wanted.map(({ name }) => name), ...(platform?.locations ?? [])];
    const deployments = await readDeployments(store, [...new Set(names)]);
    return { ...none, platform, update, deployments };
  }

  /** In the cluster, and in a cloud, it is made by the first update. */
  private async storeIfThere(): Promise<ObjectStore | undefined> {
    try {
      const store = await this.input.stack.deployments();
      await readPlatformRecord(store);
      return store;
    } catch (error) {
      if (error instanceof NotThereError || error instanceof NoBucketError) return undefined;
      throw error;
    }
  }

  private dagsterUrl(location: string): string | null {
    const { ingressHost } = this.input.stack.config;
    return ingressHost === undefined ? null : `https://${ingressHost}/locations/${location}`;
  }
}

function firstError({ errors }: UpdateOutcome): string {
  const [first] = errors;
  if (first === undefined) return "it does not say why";
  return first.resource === undefined ? first.text : `${first.resource}: ${first.text}`;
}
