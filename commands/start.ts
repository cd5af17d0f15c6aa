import { resolve } from "node:path";

import { Command } from "commander";

import { sandboxFolders } from "../sandbox/folders";
import { Processes } from "../sandbox/processes";
import { findPythonTools } from "../sandbox/python";
import { Sandbox } from "../sandbox/sandbox";
import { findLaunchable, findRun, launch } from "../stacks/dagsterRuns";
import { InvalidInputError } from "../stacks/invalidInputError";
import { loadLocations, requireLocations } from "../stacks/locations";
import { formatReport } from "../stacks/list/mistake";
import type { PlatformStatus } from "../stacks/status";
import { colours, numberBetween, print, printError, runProgram } from "./commandLine";
import { statusTable } from "./statusTable";

interface StartOptions {
  readonly check?: true;
  readonly locations: string;
  readonly port: number;
  readonly folder?: string;
}

const STACK = "sandbox";

/** Longer than a run of an example takes on a busy machine. */
const RUN_TIMEOUT_MS = 180_000;

const PARENT_EVERY_MS = 1_000;

const started = Date.now();

const program = new Command("npm start --")
  .description("The whole platform on this machine, from the list; Ctrl-C ends it.")
  .option("--check", "start, launch a run, end; exit 0 when all is well")
  .option("--locations <file>", "the list", "locations.yaml")
  .option("--port <number>", "for Dagster's page, when it is free", numberBetween(0, 65535), 3000)
  .option("--folder <folder>", "where the sandbox keeps its things (default: .sandbox)")
  .action(async (options: StartOptions) => {
    const locations = requireLocations(options.locations, STACK);
    const folders = sandboxFolders(
      options.folder === undefined ? undefined : resolve(options.folder),
    );
    const tools = await findPythonTools(folders.environments);
    report(`Python ${tools.version}, packages by ${tools.uv === undefined ? "pip" : "uv"}`);
    const processes = await Processes.start(tools.python, folders);
    const ending = endOnSignal(processes);
    try {
      const listFile = resolve(options.locations);
      const sandbox = await Sandbox.start({
        listFile,
        folders,
        processes,
        tools,
        port: options.port,
        report,
      });
      ending.sandbox = sandbox;
      await sandbox.apply(locations);
      const status = await sandbox.status();
      print(`\n${statusTable(status)}\n`);
      if (options.check) await check(sandbox, status);
      else await stay(sandbox, options.locations);
    } finally {
      if (!ending.ended) await (ending.sandbox ?? processes).end();
    }
  });

/** Serves until a signal comes, and follows the list and the release records. */
async function stay(sandbox: Sandbox, listFile: string): Promise<never> {
  await sandbox.follow(() => {
    const { locations, mistakes } = loadLocations(listFile, STACK);
    if (mistakes.length > 0) printError(`${formatReport(mistakes)}\nnothing was changed`);
    else void sandbox.apply(locations);
  });
  print(
    `Dagster: ${colours.bold(sandbox.api.url)}   (save ${listFile} to change it, Ctrl-C to end)`,
  );
  return new Promise<never>(() => undefined);
}

/** Launches one run and waits for it. @throws InvalidInputError when a location or the run failed */
async function check(sandbox: Sandbox, status: PlatformStatus): Promise<void> {
  const failed = status.locations.filter((location) => !location.healthy);
  if (failed.length > 0)
    throw new InvalidInputError(`not healthy: ${failed.map(({ name }) => name).join(", ")}`);
  for (const { name } of status.locations) {
    const what = await findLaunchable(sandbox.api, name);
    if (what === undefined) continue;
    const runId = await launch(sandbox.api, name, what);
    report(`${name}: launched a run of ${what.asset?.join("/") ?? what.job}`);
    const result = await waitForRun(sandbox, runId);
    if (result !== "SUCCESS") throw new InvalidInputError(`${name}: the run ended as ${result}`);
    report(`${name}: the run succeeded`);
    return;
  }
  report("no location has anything to run");
}

async function waitForRun(sandbox: Sandbox, runId: string): Promise<string> {
  const deadline = Date.now() + RUN_TIMEOUT_MS;
  for (;;) {
    const run = await findRun(sandbox.api, runId);
    const status = run?.status ?? "lost";
    if (["SUCCESS", "FAILURE", "CANCELED", "lost"].includes(status)) return status;
    if (Date.now() > deadline) return `${status} after ${RUN_TIMEOUT_MS / 1000} s`;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

interface Ending {
  sandbox: Sandbox | undefined;
  ended: boolean;
}

/** Ends everything at Ctrl-C, at a kill, when the terminal closes, and when npm was killed. */
function endOnSignal(processes: Processes): Ending {
  const ending: Ending = { sandbox: undefined, ended: false };
  const end = (code: number): void => {
    if (ending.ended) return;
    ending.ended = true;
    print("\nending the sandbox");
    void (ending.sandbox ?? processes).end().finally(() => {
      process.exit(code);
    });
  };
  process.on("SIGINT", () => {
    end(isCheck() ? 130 : 0);
  });
  process.on("SIGTERM", () => {
    end(143);
  });
  process.on("SIGHUP", () => {
    end(129);
  });
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) end(129);
  }, PARENT_EVERY_MS).unref();
  return ending;
}

function isCheck(): boolean {
  return program.opts<StartOptions>().check === true;
}

function report(line: string): void {
  const seconds = ((Date.now() - started) / 1000).toFixed(1).padStart(6);
  print(`${colours.dim(`[${seconds} s]`)} ${line}`);
}

void runProgram(program);
