import { execFile } from "node:child_process";
import { availableParallelism, loadavg } from "node:os";
import { promisify } from "node:util";

import { Command, InvalidArgumentError } from "commander";

import { print, printError, runProgram } from "../commands/commandLine";
import { InvalidInputError } from "../stacks/invalidInputError";
import { measure, programLoad, type Series } from "./steps";
import { scaleTable } from "./scaleTable";

const LOCATIONS = [10, 50, 200];

const run = promisify(execFile);

interface Flags {
  readonly repeats: number;
  readonly json?: true;
}

const program = new Command("bench")
  .description("Measures the platform with the real engine, for some numbers of locations.")
  .argument("[locations...]", "how many locations each", wholeNumbers)
  .option("--repeats <number>", "tries of what changes little; the median counts", wholeNumber, 3)
  .option("--json", "print the seconds of all tries as JSON on standard output")
  .action((locations: readonly number[], flags: Flags) => bench(locations, flags));

async function bench(given: readonly number[], { repeats, json }: Flags): Promise<void> {
  const versions = await requireTools();
  let interrupted = false;
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.on(signal, () => {
      interrupted = true;
      printError("removes what it has made, then ends");
    });
  const goOn = (): void => {
    if (interrupted) throw new InvalidInputError("interrupted");
  };
  const load = await programLoad(2 * repeats - 1);
  const series: Series[] = [];
  for (const locations of given.length === 0 ? LOCATIONS : given) {
    printError(`${locations} locations …`);
    series.push(await measure(locations, repeats, goOn));
  }
  const machine = { cores: availableParallelism(), loadAverage: loadavg()[0] ?? 0, ...versions };
  const result = { machine, programLoad: load, series };
  print(json === true ? JSON.stringify(result, null, 2) : scaleTable(result));
}

/**
 * Versions of what is measured with.
 * @throws InvalidInputError naming all that is missing
 */
async function requireTools(): Promise<{ readonly pulumi: string; readonly kubernetes: string }> {
  const timeout = "--request-timeout=10s";
  const [pulumi, kubernetes] = await Promise.all([
    answer("pulumi", "version"),
    answer(
      "kubectl",
      "get",
      "nodes",
      timeout,
      "-o",
      "jsonpath={.items[0].status.nodeInfo.kubeletVersion}",
    ),
  ]);
  const missing = [
    ...(pulumi === undefined ? ["pulumi on PATH"] : []),
    ...(kubernetes === undefined ? ["kubectl on PATH with a cluster that answers"] : []),
  ];
  if (pulumi === undefined || kubernetes === undefined)
    throw new InvalidInputError(`missing: ${missing.join(", ")}`);
  return { pulumi, kubernetes };
}

async function answer(tool: string, ...args: readonly string[]): Promise<string | undefined> {
  return run(tool, args).then(
    ({ stdout }) => stdout.trim(),
    () => undefined,
  );
}

function wholeNumber(text: string): number {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("it must be a whole number from 1 to 9999");
}

/** commander gives one argument after the other. */
function wholeNumbers(text: string, before: readonly number[] = []): readonly number[] {
  return [...before, wholeNumber(text)];
}

void runProgram(program);
