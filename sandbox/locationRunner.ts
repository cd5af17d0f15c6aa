import type { Location } from "../stacks/list/locationSchema";
import { readRelease } from "../stacks/releases";
import { digestOf, findBuild, finishedBuilds, tidyBuilds } from "./builds";
import { checkoutFolder, runCiJob } from "./ciJob";
import { CodeServer, LoadError, type CodeServerArgs } from "./codeServer";
import { BuildError, type Environments } from "./environments";
import type { FileServer } from "./fileServer";
import type { Folders } from "./folders";
import { locationEnvironment, type Addresses } from "./processEnvironment";
import type { Processes } from "./processes";
import { BUCKET, type StateServer } from "./stateServer";

/** What all locations of one sandbox share. */
export interface RunnerContext {
  readonly folders: Folders;
  readonly processes: Processes;
  readonly environments: Environments;
  readonly state: StateServer;
  readonly files: FileServer;
  readonly addresses: Addresses;
  readonly listFile: string;
  /** Resolves when code servers may start. */
  readonly tablesMade: Promise<void>;
  readonly report: (line: string) => void;
  /** Called when a location serves from another port, or no longer. */
  readonly changed: () => Promise<void>;
  /** Called when a piece of work is done, well or not. */
  readonly settled: () => void;
}

const RESTART_DELAYS_MS = [1_000, 2_000, 5_000, 15_000, 60_000];

/** Brings one location up, keeps it up, rolls it to a new release, and takes it away. */
export class LocationRunner {
  /** Why it failed, or why a newer release is not served. */
  public reason: string | undefined;
  /** When the release was made that was tried last. */
  public triedRelease: string | null = null;
  private server: CodeServer | undefined;
  /** The release and entry that the code server was last started for. */
  private tried = "";
  private removed = false;
  private tidied = false;
  private restarts = 0;
  private work: Promise<void> = Promise.resolve();

  public constructor(
    private location: Location,
    private readonly context: RunnerContext,
  ) {}

  /** The port of the code server in use; undefined: none yet. */
  public get port(): number | undefined {
    return this.server?.port;
  }

  /** Ends when everything that was asked for is done; never fails: see {@link reason}. */
  public settled(): Promise<void> {
    return this.work;
  }

  /** Runs the CI job when the checkout is new, then serves the release. */
  public bring(): Promise<void> {
    return this.enqueue(async () => {
      this.reason = undefined;
      const checkout = checkoutFolder(this.location, this.context.listFile);
      this.context.files.add(this.location.name, checkout);
      const failure = (await this.isPushed(checkout)) ? await this.runJob(checkout) : undefined;
      await this.deploy();
      if (failure !== undefined) throw failure;
    });
  }

  /** Serves what the release record says now. */
  public follow(): Promise<void> {
    return this.enqueue(() => this.deploy());
  }

  /** The entry of the list changed. */
  public update(location: Location): Promise<void> {
    this.location = location;
    return this.bring();
  }

  /** Takes the location away; its runs go on to their end, its state stays. */
  public remove(): Promise<void> {
    this.removed = true;
    return this.enqueue(async () => {
      const old = this.server;
      this.server = undefined;
      await this.context.changed();
      old?.retire();
    });
  }

  /** From now on nothing is started any more, and an end of the code server is meant. */
  public end(): void {
    this.removed = true;
  }

  private enqueue(task: () => Promise<void>): Promise<void> {
    this.work = this.work.then(async () => {
      try {
        await task();
      } catch (error) {
        if (this.removed) return;
        this.reason = error instanceof Error ? error.message : String(error);
        this.say(this.reason);
      }
      this.context.settled();
    });
    return this.work;
  }

  /** A push is a checkout that differs from the newest build; one without a usable release counts too. */
  private async isPushed(checkout: string): Promise<boolean> {
    const { folders, state } = this.context;
    const { name } = this.location;
    const release = await readRelease(state.store, name);
    if (!this.tidied) tidyBuilds(folders.builds, name, release?.record.image);
    // Once: later a release by hand may be in the middle of its build.
    this.tidied = true;
    if (release === undefined) return true;
    if (findBuild(folders.builds, name, release.record.image) === undefined) return true;
    const [newest] = finishedBuilds(folders.builds, name);
    return newest?.sourceDigest !== digestOf(checkout);
  }

  /** A failed job is no reason to stop serving the release before. @returns its failure */
  private async runJob(checkout: string): Promise<Error | undefined> {
    try {
      await runCiJob(this.location, checkout, {
        ...this.context,
        stateStore: this.context.state.store.url,
        environment: locationEnvironment(this.location, this.context.addresses),
        report: (line) => {
          this.say(line);
        },
      });
      return undefined;
    } catch (error) {
      if (error instanceof BuildError) return error;
      throw error;
    }
  }

  private async deploy(): Promise<void> {
    const stored = await readRelease(this.context.state.store, this.location.name);
    if (stored === undefined || this.removed) return;
    const { record } = stored;
    const wanted = JSON.stringify([record.image, record.defsState, this.location]);
    if (this.server?.isRunning() === true && this.tried === wanted) return;
    const build = findBuild(this.context.folders.builds, this.location.name, record.image);
    if (build === undefined) throw new BuildError(`no build ${record.image} on this machine`);
    this.tried = wanted;
    this.triedRelease = record.releasedAt;
    // What was wrong with the release before is over; waiting commands look at this one.
    this.reason = undefined;
    this.context.settled();
    await this.roll({
      ...this.context,
      location: this.location,
      release: record,
      build,
      bucket: BUCKET,
      environment: locationEnvironment(this.location, this.context.addresses),
    });
  }

  /** The new code server takes over only when its code is loaded; the old one goes when its runs are over. */
  private async roll(args: CodeServerArgs): Promise<void> {
    await this.context.tablesMade;
    const old = this.server?.isRunning() === true ? this.server : undefined;
    const started = await CodeServer.start(args).catch(async (error: unknown) => {
      if (!(error instanceof LoadError)) throw error;
      if (old?.isLoaded === true)
        throw new LoadError(`${error.message} (the release before goes on serving)`);
      await this.switchTo(await CodeServer.startBroken(args), old);
      throw error;
    });
    await this.switchTo(started, old);
    this.say(`serving ${args.release.image}`);
  }

  private async switchTo(server: CodeServer, old: CodeServer | undefined): Promise<void> {
    this.server = server;
    void server.gone().then(() => {
      this.restart(server);
    });
    await this.context.changed();
    old?.retire();
  }

  private restart(ended: CodeServer): void {
    if (this.removed || this.server !== ended) return;
    const delay = RESTART_DELAYS_MS[Math.min(this.restarts, RESTART_DELAYS_MS.length - 1)];
    this.restarts += 1;
    this.tried = "";
    setTimeout(() => {
      if (!this.removed && this.server === ended) void this.follow();
    }, delay).unref();
  }

  private say(line: string): void {
    this.context.report(`${this.location.name}: ${shortenDigests(line)}`);
  }
}

function shortenDigests(line: string): string {
  return line.replaceAll(/(sha256:[0-9a-f]{12})[0-9a-f]{52}/g, "$1");
}
