import { existsSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";

import { stringify } from "yaml";
import writeFileAtomic from "write-file-atomic";

import { instanceConfig } from "../components/dagster/instanceConfig";
import { workspace } from "../components/dagster/workspace";
import { DagsterApi } from "../stacks/dagsterApi";
import { cancelLostRun, runsInProgress } from "../stacks/dagsterRuns";
import type { Folders } from "./folders";
import { LOOPBACK, poll } from "./network";
import { tail, type Processes, type Running } from "./processes";

/** A location's code server, for the workspace. */
export interface Server {
  readonly name: string;
  readonly port: number;
}

const RESTART_AFTER_MS = 1_000;

const DAEMONS_TIMEOUT_MS = 30_000;

/** YAML that a person reads: no anchors. */
const PLAIN = { aliasDuplicateObjects: false };

/** Webserver and daemon, with the documents that the builders make for the cluster. */
export class DagsterSystem {
  public readonly api: DagsterApi;
  /** The webserver answers, and has read the workspace as it is then. */
  public ready: Promise<void> = Promise.resolve();
  /** The database can be used by several processes. */
  public tablesMade: Promise<void> = Promise.resolve();
  private ended = false;
  private up = false;

  private constructor(
    private readonly python: string,
    private readonly processes: Processes,
    private readonly folders: Folders,
    private readonly port: number,
    private readonly environment: NodeJS.ProcessEnv,
  ) {
    this.api = new DagsterApi(`http://${LOOPBACK}:${port}`);
  }

  /**
   * Starts both with an empty workspace; {@link ready} tells when the webserver answers.
   * @param python - of the platform's environment
   */
  public static start(
    python: string,
    processes: Processes,
    folders: Folders,
    port: number,
    environment: NodeJS.ProcessEnv,
  ): DagsterSystem {
    const system = new DagsterSystem(python, processes, folders, port, environment);
    const fresh = !existsSync(join(folders.dagsterHome, "storage"));
    mkdirSync(folders.dagsterHome, { recursive: true });
    writeFileAtomic.sync(join(folders.dagsterHome, "dagster.yaml"), instanceDocument(folders));
    system.writeWorkspace([]);
    system.ready = system.bringUp(fresh);
    // On a fresh SQLite home, two processes that make the tables at once disturb each other.
    system.tablesMade = fresh ? system.ready : Promise.resolve();
    return system;
  }

  /** Writes the workspace and makes the webserver read it; the daemon does by itself within a minute. */
  public async serve(servers: readonly Server[]): Promise<void> {
    this.writeWorkspace(servers);
    if (this.up) await this.api.reloadWorkspace();
  }

  /** Waits until every daemon has reported for the first time, but not for ever. */
  public async daemonsReported(): Promise<void> {
    const deadline = Date.now() + DAEMONS_TIMEOUT_MS;
    const reported = async (): Promise<boolean> =>
      (await this.api.platform()).unhealthyDaemons.length === 0;
    await poll(reported, () => Date.now() > deadline, 500);
  }

  /** From now on an end of the processes is meant. */
  public end(): void {
    this.ended = true;
  }

  private async bringUp(fresh: boolean): Promise<void> {
    const webserver = this.keepRunning("dagster-webserver", () => this.webserver());
    if (!fresh) this.keepRunning("dagster-daemon", () => this.daemon());
    if (
      !(await poll(
        () => this.answers(),
        () => !webserver.isRunning(),
      ))
    )
      throw new Error(`Dagster's webserver ended: ${tail(webserver.logFile, 3)}`);
    this.up = true;
    await this.api.reloadWorkspace();
    await this.cancelLostRuns();
    if (fresh) this.keepRunning("dagster-daemon", () => this.daemon());
  }

  private writeWorkspace(servers: readonly Server[]): void {
    const hosts = servers.map((server) => ({ ...server, host: LOOPBACK }));
    writeFileAtomic.sync(this.folders.workspace, stringify(workspace(hosts), PLAIN));
  }

  private webserver(): Running {
    return this.processes.start({
      name: "dagster-webserver",
      command: join(dirname(this.python), "dagster-webserver"),
      args: ["--host", LOOPBACK, "--port", String(this.port), "-w", this.folders.workspace],
      env: this.environment,
    });
  }

  private daemon(): Running {
    return this.processes.start({
      name: "dagster-daemon",
      command: join(dirname(this.python), "dagster-daemon"),
      args: ["run", "-w", this.folders.workspace],
      env: this.environment,
    });
  }

  /** Starts a process again when it ends, as Kubernetes would. */
  private keepRunning(name: string, start: () => Running): Running {
    const running = start();
    void running.exited.then(() => {
      setTimeout(() => {
        if (!this.ended) this.keepRunning(name, start);
      }, RESTART_AFTER_MS);
    });
    return running;
  }

  private async answers(): Promise<boolean> {
    const info = await fetch(`${this.api.url}/server_info`).catch(() => undefined);
    return info?.ok === true;
  }

  /** Runs of an earlier start whose processes ended with it. */
  private async cancelLostRuns(): Promise<void> {
    for (const run of await runsInProgress(this.api)) await cancelLostRun(this.api, run.runId);
  }
}

/** `dagster.yaml`: the cluster's, with SQLite, local logs and runs as processes. */
function instanceDocument(folders: Folders): string {
  const config = instanceConfig({
    storage: { kind: "sqlite", directory: join(folders.dagsterHome, "storage") },
    defsState: { targetProtocol: "s3" },
    computeLogs: { kind: "local", directory: join(folders.dagsterHome, "compute-logs") },
    runLauncher: { kind: "default" },
  });
  return stringify(config, PLAIN);
}
