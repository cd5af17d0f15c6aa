import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { Client, credentials } from "@grpc/grpc-js";
import writeFileAtomic from "write-file-atomic";

import { defsStateEnvironment, pinnedDefsState } from "../components/dagster/defsStateEnvironment";
import type { Location } from "../stacks/locationSchema";
import type { ReleaseRecord } from "../stacks/releaseRecord";
import type { Build } from "./builds";
import { pathOf } from "./ciJob";
import type { Folders } from "./folders";
import { answers, freePort, LOOPBACK, poll } from "./network";
import type { Processes, Running } from "./processes";
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
    public readonly release: ReleaseRecord,
    public readonly port: number,
    private readonly running: Running,
  ) {}

  /**
   * Starts a code server and waits until its code is loaded.
   * @throws LoadError
   */
  public static async start(args: CodeServerArgs): Promise<CodeServer> {
    const server = await CodeServer.launch(args, []);
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
    return CodeServer.launch(args, ["--lazy-load-user-code"]);
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

  private static async launch(
    args: CodeServerArgs,
    options: readonly string[],
  ): Promise<CodeServer> {
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
        ...codeArguments(location),
        ...options,
      ],
      cwd: build.project,
      env: {
        ...args.environment,
        ...defsStateEnvironment({ bucket: args.bucket, location: location.name, pinPath: pin }),
        PATH: pathOf(build),
      },
    });
    return new CodeServer(release, port, running);
  }
}

/** Where the code is, as options of `dagster api grpc`. */
export function codeArguments(location: Location): readonly string[] {
  if (location.module !== undefined) return ["--module-name", location.module];
  if (location.file !== undefined) return ["--python-file", location.file];
  if (location.package !== undefined) return ["--package-name", location.package];
  return ["--autoload-defs-module-name", location.autoload ?? ""];
}

/** The last exception of a Python log: its type and message in one line. */
export function reasonIn(log: string): string {
  const lines = log.split("\n").map((line) => line.trim());
  const errors = lines.filter((line) => /^[\w.]+(Error|Exception|Exit)\b.*/.test(line));
  return errors.at(-1) ?? lines.filter((line) => line !== "").at(-1) ?? "it ended without a word";
}
