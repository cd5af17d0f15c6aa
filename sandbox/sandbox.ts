import { mkdirSync, rmSync } from "node:fs";

import { watch, type FSWatcher } from "chokidar";
import writeFileAtomic from "write-file-atomic";

import type { DagsterApi } from "../stacks/dagsterApi";
import type { Location } from "../stacks/list/locationSchema";
import { releaseEtags } from "../stacks/releases";
import { platformStatus, type PlatformStatus, type Problem } from "../stacks/status";
import { DagsterSystem, type Server } from "./dagsterSystem";
import { Environments } from "./environments";
import { FileServer } from "./fileServer";
import type { Folders } from "./folders";
import { LocationRunner, type RunnerContext } from "./locationRunner";
import { freePort } from "./network";
import { processEnvironment, type Addresses } from "./processEnvironment";
import type { Processes } from "./processes";
import type { PythonTools } from "./python";
import type { RunningSandbox } from "./runningSandbox";
import { startStateServer, type StateServer } from "./stateServer";

export interface SandboxArgs {
  readonly listFile: string;
  readonly folders: Folders;
  readonly processes: Processes;
  readonly tools: PythonTools;
  /** Wanted for Dagster's page; another one is taken when it is in use. */
  readonly port: number;
  /** One line for each step. */
  readonly report: (line: string) => void;
}

/** How often the release records are looked at. */
const RECORDS_EVERY_MS = 1_000;

/**
 * The platform on this machine. Like `pulumi up` it is level-triggered: it looks at the list and at the release
 * records, and makes it so.
 */
export class Sandbox {
  private readonly runners = new Map<string, LocationRunner>();
  private readonly entries = new Map<string, string>();
  private watcher: FSWatcher | undefined;
  private timer: NodeJS.Timeout | undefined;
  private serving: Promise<void> = Promise.resolve();
  private ended = false;
  private etags: ReadonlyMap<string, string> = new Map();

  private constructor(
    private readonly args: SandboxArgs,
    private readonly state: StateServer,
    private readonly system: DagsterSystem,
    private readonly context: Omit<RunnerContext, "changed" | "settled">,
  ) {}

  public get api(): DagsterApi {
    return this.system.api;
  }

  /** Starts the platform's processes, without a location. */
  public static async start(args: SandboxArgs): Promise<Sandbox> {
    const { folders, processes, report, listFile } = args;
    mkdirSync(folders.environments, { recursive: true });
    const environments = new Environments(args.tools, processes, folders, report);
    const python = await environments.platform();
    report("packages of the platform are installed");
    const state = await startStateServer(python, processes, folders, await freePort());
    report(`state store answers at ${state.endpointUrl}`);
    const files = await FileServer.start();
    const addresses: Addresses = {
      endpointUrl: state.endpointUrl,
      filesUrl: files.url,
      dagsterHome: folders.dagsterHome,
    };
    const port = await freePort(args.port);
    const environment = processEnvironment(addresses);
    const system = DagsterSystem.start(python, processes, folders, port, environment);
    const { tablesMade } = system;
    const shared = { folders, processes, environments, state, files, addresses, listFile };
    return new Sandbox(args, state, system, { ...shared, tablesMade, report });
  }

  /** Makes the locations what the list says. @returns when all of them serve or have failed */
  public async apply(locations: readonly Location[]): Promise<void> {
    const wanted = new Map(locations.map((location) => [location.name, location]));
    for (const [name, runner] of this.runners)
      if (!wanted.has(name)) {
        this.runners.delete(name);
        this.entries.delete(name);
        this.args.report(`${name}: taken off the list`);
        void runner.remove();
      }
    for (const location of locations) this.applyOne(location);
    await Promise.all([...this.runners.values()].map((runner) => runner.settled()));
    await this.system.ready;
    await this.system.daemonsReported();
    this.announce();
  }

  /** Follows the list and the release records from now on. */
  public async follow(onListChange: () => void): Promise<void> {
    this.etags = await releaseEtags(this.state.store);
    this.watcher = watch(this.args.listFile, { ignoreInitial: true, awaitWriteFinish: WRITTEN });
    this.watcher.on("all", onListChange);
    this.timer = setInterval(() => void this.followRecords(), RECORDS_EVERY_MS);
    this.timer.unref();
  }

  /** What `npm run status` says. */
  public status(): Promise<PlatformStatus> {
    return platformStatus({
      api: this.api,
      store: this.state.store,
      locations: [...this.runners.keys()],
      problems: this.problems(),
      now: new Date(),
      maxStateAgeHours: Infinity,
    });
  }

  /** Tells the other commands where everything is, and how the jobs ended. */
  private announce(): void {
    if (this.ended) return;
    const running: RunningSandbox = {
      pid: process.pid,
      dagsterUrl: this.system.api.url,
      ...this.context.addresses,
      problems: this.problems(),
      listFile: this.args.listFile,
    };
    writeFileAtomic.sync(this.args.folders.running, `${JSON.stringify(running, null, 2)}\n`);
  }

  /** Ends every process. */
  public async end(): Promise<void> {
    this.ended = true;
    for (const runner of this.runners.values()) runner.end();
    clearInterval(this.timer);
    this.system.end();
    this.context.files.close();
    rmSync(this.args.folders.running, { force: true });
    await this.watcher?.close();
    await this.args.processes.end();
  }

  private applyOne(location: Location): void {
    const entry = JSON.stringify(location);
    const known = this.runners.get(location.name);
    if (known !== undefined && this.entries.get(location.name) === entry) return;
    this.entries.set(location.name, entry);
    if (known !== undefined) {
      void known.update(location);
      return;
    }
    const runner = new LocationRunner(location, {
      ...this.context,
      changed: () => this.serve(),
      settled: () => {
        this.announce();
      },
    });
    this.runners.set(location.name, runner);
    void runner.bring();
  }

  private problems(): Record<string, Problem> {
    const problems: Record<string, Problem> = {};
    for (const [name, { reason, triedRelease }] of this.runners)
      if (reason !== undefined) problems[name] = { text: reason, releasedAt: triedRelease };
    return problems;
  }

  private async followRecords(): Promise<void> {
    const etags = await releaseEtags(this.state.store).catch(() => this.etags);
    for (const [name, etag] of etags)
      if (this.etags.get(name) !== etag) void this.runners.get(name)?.follow();
    this.etags = etags;
  }

  /** One reload after the other; each takes what is true then. */
  private serve(): Promise<void> {
    this.serving = this.serving.then(() => this.serveNow());
    return this.serving;
  }

  private async serveNow(): Promise<void> {
    const servers: Server[] = [];
    for (const [name, runner] of this.runners)
      if (runner.port !== undefined) servers.push({ name, port: runner.port });
    await this.system.serve(servers);
  }
}

/** A save is over when the file has not grown for this long. */
const WRITTEN = { stabilityThreshold: 200, pollInterval: 50 };
