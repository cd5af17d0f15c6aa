import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { PROJECT, type Folders } from "./folders";
import { InvalidInputError } from "../stacks/invalidInputError";

/** What to start. */
export interface Command {
  /** Of the process and of its log file; kebab case. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  /** @defaultValue - the sandbox's own environment */
  readonly env?: NodeJS.ProcessEnv;
}

/** A process that is meant to stay. */
export interface Running {
  readonly name: string;
  readonly logFile: string;
  /** The exit code, or the signal's name. */
  readonly exited: Promise<number | string>;
  readonly isRunning: () => boolean;
  /** SIGTERM to its group, SIGKILL after five seconds. */
  stop(): Promise<void>;
}

/** How a process ended that was waited for. */
export interface Ended {
  readonly code: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

/** Another sandbox works in the same folder. */
export class FolderInUseError extends InvalidInputError {}

const GRACE_MS = 5_000;

const FORGET_EVERY_MS = 1_000;

/**
 * Starts the sandbox's processes, each in a group of its own, and keeps `reaper.py` informed, so that none of them
 * outlives the sandbox, even after `kill -9`.
 */
export class Processes {
  private constructor(
    private readonly folders: Folders,
    private readonly reaper: ChildProcess,
  ) {}

  /**
   * @param python - any Python 3.10+
   * @throws FolderInUseError when the folder's lock is held by another sandbox
   */
  public static async start(python: string, folders: Folders): Promise<Processes> {
    mkdirSync(folders.logs, { recursive: true });
    const reaper = spawn(python, [join(PROJECT, "sandbox", "reaper.py"), folders.lock], {
      stdio: ["pipe", "pipe", "inherit"],
      detached: true,
    });
    // A write to a reaper that is gone must not end the sandbox with a stack trace.
    reaper.stdin.on("error", () => undefined);
    const lines = createInterface({ input: reaper.stdout });
    const [line] = (await Promise.race([once(lines, "line"), once(reaper, "exit")])) as [unknown];
    if (line === "ready") return new Processes(folders, reaper);
    const holder = String(line).replace("locked ", "");
    throw new FolderInUseError(
      `a sandbox is running in ${folders.root} (process ${holder}): end it with Ctrl-C, or give another --folder`,
    );
  }

  /** Starts a process that stays; its output goes to its log file, and the log before is kept once. */
  public start(command: Command): Running {
    const logFile = join(this.folders.logs, `${command.name}.log`);
    if (existsSync(logFile))
      renameSync(logFile, join(this.folders.logs, `${command.name}.previous.log`));
    const log = openSync(logFile, "w");
    const child = this.spawn(command, ["ignore", log, log]);
    closeSync(log);
    const exited = this.watch(child);
    const isRunning = (): boolean => child.exitCode === null && child.signalCode === null;
    return {
      name: command.name,
      logFile,
      exited,
      isRunning,
      stop: async () => {
        signalGroup(child, "SIGTERM");
        const timer = setTimeout(() => {
          signalGroup(child, "SIGKILL");
        }, GRACE_MS);
        await exited;
        clearTimeout(timer);
      },
    };
  }

  /** Runs a process to its end. @param onLine - called with each line of its standard output */
  public async run(command: Command, onLine?: (line: string) => void): Promise<Ended> {
    const child = this.spawn(command, ["ignore", "pipe", "pipe"]);
    const output = { stdout: "", stderr: "" };
    child.stderr?.on("data", (chunk: Buffer) => (output.stderr += chunk.toString()));
    const lines = child.stdout === null ? undefined : createInterface({ input: child.stdout });
    lines?.on("line", (line) => {
      output.stdout += `${line}\n`;
      onLine?.(line);
    });
    const code = await this.watch(child, "close");
    return { code, ...output };
  }

  /** Ends everything, and waits until it is gone. */
  public async end(): Promise<void> {
    if (this.reaper.exitCode !== null) return;
    this.reaper.stdin?.end();
    await once(this.reaper, "exit");
  }

  private spawn(command: Command, stdio: ("ignore" | "pipe" | number)[]): ChildProcess {
    const child = spawn(command.command, command.args, {
      cwd: command.cwd,
      env: command.env ?? process.env,
      stdio,
      detached: true,
    });
    if (child.pid !== undefined) this.reaper.stdin?.write(`+${child.pid}\n`);
    return child;
  }

  /** A group outlives its leader while a run goes on; once it is empty, its number may become somebody else's. */
  private forget(group: number): void {
    if (!groupAlive(group)) this.reaper.stdin?.write(`-${group}\n`);
    else
      setTimeout(() => {
        this.forget(group);
      }, FORGET_EVERY_MS).unref();
  }

  private async watch(child: ChildProcess, event = "exit"): Promise<number | string> {
    const [code, signal] = await new Promise<[number | null, string | null]>((resolve) => {
      child.once(event, (...args: [number | null, string | null]) => {
        resolve(args);
      });
      child.once("error", (error) => {
        resolve([null, error.message]);
      });
    });
    if (child.pid !== undefined) this.forget(child.pid);
    return code ?? signal ?? "unknown";
  }
}

/** The last lines of a log that say something, for a person. */
export function tail(logFile: string, lines: number): string {
  const text = readFileSync(logFile, "utf8");
  return text.trimEnd().split("\n").slice(-lines).join("\n");
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid !== undefined && groupAlive(child.pid)) process.kill(-child.pid, signal);
}

function groupAlive(group: number): boolean {
  try {
    process.kill(-group, 0);
    return true;
  } catch {
    return false;
  }
}
