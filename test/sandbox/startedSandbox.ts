import { execFile, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { stringify } from "yaml";

import { PROJECT } from "../../sandbox/folders";
import type { RunningSandbox } from "../../sandbox/runningSandbox";
import { DagsterApi } from "../../stacks/dagsterApi";
import { findRun, launch } from "../../stacks/dagsterRuns";
import type { LocationHealth } from "../../stacks/health";
import type { PlatformStatus } from "../../stacks/status";

const FILES = "${SANDBOX_FILES_URL}";

/** The entries of the example repositories, beside the list. */
export const CRM = {
  name: "crm",
  repository: "acme/crm-pipelines",
  checkout: "crm",
  autoload: "crm.defs",
  env: { CRM_API_URL: `${FILES}/api` },
};
export const FINANCE = {
  name: "finance",
  repository: "acme/finance-pipelines",
  checkout: "finance",
  module: "finance.definitions",
};
export const SHOP = {
  name: "shop",
  repository: "acme/shop-dbt",
  checkout: "shop",
  autoload: "shop.defs",
};

/** A location whose API does not answer. */
export const API_DOWN = { ...CRM, name: "api-down", env: { CRM_API_URL: "http://127.0.0.1:9" } };

/** How a command ended. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** An entry of the list, as a person writes it. */
export type ListEntry = Readonly<Record<string, unknown>>;

/** Cold, with packages to download, on a machine that is busy. */
export const START_TIMEOUT_MS = 240_000;

/** A folder with copies of the example repositories, a list, and the sandbox's own things. */
export class Workplace {
  public readonly folder = mkdtempSync(join(tmpdir(), "dagster-platform-"));
  public readonly listFile = join(this.folder, "locations.yaml");
  public readonly sandboxFolder = join(this.folder, "sandbox");

  public constructor() {
    const leftOut = /\/(\.venv|__pycache__|\.local_defs_state)(\/|$)/;
    for (const example of ["finance", "crm", "shop"])
      cpSync(join(PROJECT, "examples", example), join(this.folder, example), {
        recursive: true,
        filter: (source) => !leftOut.test(source),
      });
  }

  /** Saves the list as an editor does. */
  public saveList(entries: readonly ListEntry[]): void {
    writeFileSync(
      this.listFile,
      stringify({ locations: entries }, { aliasDuplicateObjects: false }),
    );
  }

  /** Runs `npm run <command> -- --folder … <args>` to its end. */
  public run(command: string, ...args: readonly string[]): Promise<Ended> {
    const all = ["--import", "tsx", join(PROJECT, "commands", `${command}.ts`), ...args];
    return new Promise((resolve) => {
      execFile(
        process.execPath,
        [...all, "--folder", this.sandboxFolder],
        { cwd: PROJECT, maxBuffer: 10_000_000 },
        (error, stdout, stderr) => {
          resolve({ code: error === null ? 0 : Number(error.code ?? 1), stdout, stderr });
        },
      );
    });
  }

  /** What `npm run status` says of one location. */
  public async location(name: string): Promise<LocationHealth | undefined> {
    return (await this.status()).locations.find((found) => found.name === name);
  }

  public async status(): Promise<PlatformStatus> {
    const { stdout, stderr } = await this.run("status", "--json");
    if (stdout === "") throw new Error(`no status: ${stderr}`);
    return JSON.parse(stdout) as PlatformStatus;
  }

  public running(): RunningSandbox {
    const file = join(this.sandboxFolder, "running.json");
    return JSON.parse(readFileSync(file, "utf8")) as RunningSandbox;
  }
}

/** `npm start` in a workplace. */
export class StartedSandbox {
  public output = "";

  private constructor(
    public readonly workplace: Workplace,
    public readonly process: ChildProcess,
  ) {}

  /** Starts it and waits until it says where Dagster is. */
  public static async start(workplace: Workplace): Promise<StartedSandbox> {
    const started = StartedSandbox.launch(workplace);
    await started.says("Dagster: http");
    return started;
  }

  /** Starts it and waits for nothing. */
  public static launch(workplace: Workplace): StartedSandbox {
    const child = spawn(
      process.execPath,
      [
        ...["--import", "tsx", join(PROJECT, "commands", "start.ts"), "--port", "0"],
        ...["--locations", workplace.listFile, "--folder", workplace.sandboxFolder],
      ],
      { cwd: PROJECT, stdio: ["ignore", "pipe", "pipe"] },
    );
    const started = new StartedSandbox(workplace, child);
    const collect = (chunk: Buffer): void => {
      started.output += chunk.toString();
    };
    child.stdout.on("data", collect);
    child.stderr.on("data", collect);
    return started;
  }

  public get api(): DagsterApi {
    return new DagsterApi(this.workplace.running().dagsterUrl);
  }

  /** Waits until a text is in the output, after a position. @throws Error with the output */
  public async says(text: string, from = 0, timeoutMs = START_TIMEOUT_MS): Promise<void> {
    await until(
      () => this.output.includes(text, from) || this.process.exitCode !== null,
      timeoutMs,
      () => `"${text}" was not said:\n${this.output}`,
    );
    if (!this.output.includes(text, from))
      throw new Error(`ended without "${text}":\n${this.output}`);
  }

  /** Launches `slow_close` of the example `finance`, which takes these seconds, and waits until it has begun. */
  public async launchSlowRun(seconds: number): Promise<string> {
    const what = { repository: "__repository__", job: "slow_close", asset: undefined };
    const config = { ops: { wait_for_the_books: { config: { seconds } } } };
    const runId = await launch(this.api, "finance", what, config);
    const begun = async (): Promise<boolean> =>
      (await findRun(this.api, runId))?.status === "STARTED";
    await until(begun, 60_000, () => "the run did not start");
    return runId;
  }

  /** Waits for a run to end. @returns how it did */
  public async endOf(runId: string): Promise<string | undefined> {
    let status: string | undefined;
    const ended = async (): Promise<boolean> => {
      status = (await findRun(this.api, runId))?.status;
      return ["SUCCESS", "FAILURE", "CANCELED"].includes(status ?? "");
    };
    await until(ended, 120_000, () => `run ${runId} is ${status ?? "lost"}`);
    return status;
  }

  /** Ends it and waits until all of its processes are gone. */
  public async end(signal: NodeJS.Signals = "SIGINT"): Promise<void> {
    if (this.process.exitCode === null && this.process.signalCode === null) {
      this.process.kill(signal);
      await once(this.process, "exit");
    }
    await until(
      async () => (await processesOf(this.workplace.sandboxFolder)).length === 0,
      20_000,
      () => "processes are left",
    );
  }
}

/** Process ids whose command line names this folder. */
export async function processesOf(folder: string): Promise<readonly number[]> {
  const listed = await new Promise<string>((resolve) => {
    execFile("ps", ["-eo", "pid=,args="], { maxBuffer: 10_000_000 }, (_error, stdout) => {
      resolve(stdout);
    });
  });
  return listed
    .split("\n")
    .filter((line) => line.includes(folder))
    .map((line) => Number(line.trim().split(" ")[0]));
}

/** Waits for something to become true. @throws Error with the message when it does not in time */
export async function until(
  check: () => boolean | Promise<boolean>,
  timeoutMs: number,
  message: () => string,
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await check())) {
    if (Date.now() > deadline) throw new Error(message());
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
