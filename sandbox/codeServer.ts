import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { Client, credentials } from "@grpc/grpc-js";
import writeFileAtomic from "write-file-atomic";

import { codeServerArguments } from "../components/dagster/codeServer";
import { defsStateEnvironment, pinnedDefsState } from "../components/dagster/defsStateEnvironment";
import type { Location } from "../stacks/list/locationSchema";
import type { ReleaseRecord } from "../stacks/releaseRecord";
import type { Build } from "./builds";
import { pathOf } from "./ciJob";
import type { Folders } from "./folders";
import { answers, freePort, LOOPBACK, poll } from "./network";
import type { Processes, Running } from "./processes";
import { reasonIn } from "./pythonLog";
import { InvalidInputError } from "../stacks/invalidInputError";

/** What one code server runs. */
export interface CodeServerArgs {
  readonly location: Location;
  readonly release: ReleaseRecord;
  readonly build: Build;
  /** Name of the state store's bucket. */
  readonly bucket: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly folders: Folders;
  readonly processes: Processes;
}

/** The code does not load; the message is its last error. */
export class LoadError extends InvalidInputError {}

/** How long code may take to load. */
const LOAD_TIMEOUT_MS = 180_000;

/** A code server of one release, on a port of its own. */
export class CodeServer {
  private constructor(
    public readonly port: number,
    /** False: it only tells why its code does not load. */
    public readonly isLoaded: boolean,
    private readonly running: Running,
  ) {}

  /**
   * Starts a code server and waits until its code is loaded.
   * @throws LoadError
   */
  public static async start(args: CodeServerArgs): Promise<CodeServer> {
    const server = await CodeServer.launch(args, true);
    const deadline = Date.now() + LOAD_TIMEOUT_MS;
    const over = (): boolean => !server.isRunning() || Date.now() > deadline;
    if (await poll(() => answers(server.port), over)) return server;
    const timedOut = server.isRunning();
    await server.running.stop();
    if (timedOut) throw new LoadError(`not loaded after ${LOAD_TIMEOUT_MS / 1000} s`);
    throw new LoadError(reasonIn(readFileSync(server.running.logFile, "utf8")));
  }

  /** Starts one although its code does not load, so that Dagster's page shows why. */
  public static startBroken(args: CodeServerArgs): Promise<CodeServer> {
    return CodeServer.launch(args, false);
  }

  public isRunning(): boolean {
    return this.running.isRunning();
  }

  /** Resolves when the process is gone. */
  public async gone(): Promise<void> {
    await this.running.exited;
  }

  /** Takes no new runs, and ends by itself when its last run is over: as run pods outlive a code server's pod. */
  public retire(): void {
    const client = new Client(`${LOOPBACK}:${this.port}`, credentials.createInsecure());
    const same = (bytes: Buffer): Buffer => bytes;
    const done = (): void => {
      client.close();
    };
    client.makeUnaryRequest("/api.DagsterApi/ShutdownServer", same, same, Buffer.alloc(0), done);
  }

  public stop(): Promise<void> {
    return this.running.stop();
  }

  private static async launch(args: CodeServerArgs, loaded: boolean): Promise<CodeServer> {
    const { location, release, build, folders } = args;
    const port = await freePort();
    const pin = join(folders.root, "pins", `${location.name}-${port}.json`);
    mkdirSync(join(folders.root, "pins"), { recursive: true });
    writeFileAtomic.sync(pin, pinnedDefsState(release.defsState));
    const running = args.processes.start({
      name: location.name,
      command: build.python,
      args: [
        ...["-m", "dagster", "api", "grpc", "--host", LOOPBACK, "--port", String(port)],
        ...["--use-python-environment-entry-point", "--location-name", location.name],
        ...["--container-image", release.image],
        ...codeServerArguments(location),
        ...(loaded ? [] : ["--lazy-load-user-code"]),
      ],
      cwd: build.project,
      env: {
        ...args.environment,
        ...defsStateEnvironment({ bucket: args.bucket, location: location.name, pinPath: pin }),
        PATH: pathOf(build),
      },
    });
    return new CodeServer(port, loaded, running);
  }
}
