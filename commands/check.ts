import { Command } from "commander";
import { readAdvice } from "../stacks/list/advice";
import { unknownStack } from "../stacks/list/listChecks";
import { readListFile } from "../stacks/list/listFile";
import { checkAllStacks, loadLocations } from "../stacks/locations";
import { InvalidInputError } from "../stacks/invalidInputError";
import { type Mistake, showValue } from "../stacks/list/mistake";
import { stackCloud } from "../stacks/list/stackCloud";
import { stackName } from "../stacks/list/stackName";
import { counted, printMistakes, runAsProgram, runCommand, type Terminal } from "./commandLine";

interface Flags {
  readonly locations: string;
  readonly stack?: string;
  readonly json?: true;
}

/** What was found; the JSON that `--json` prints has `ok` before it. */
interface Findings {
  /** Entries of the list; with `--stack`, those that the stack has. */
  readonly locations: number;
  readonly mistakes: readonly Mistake[];
}

/**
 * `npm run check`: does all checks of the list and nothing else.
 * @returns 0 without a mistake, else 1
 */
export function check(flags: readonly string[], terminal: Terminal): number {
  const program = new Command("check")
    .description("Checks locations.yaml, and changes nothing.")
    .option("--locations <file>", "the list", "locations.yaml")
    .option("--stack <name>", "check for this stack only (default: for each one there is)")
    .option("--json", "print the result as JSON on standard output");
  return runCommand(program, flags, () => checkList(program.opts(), terminal), terminal);
}

function checkList(flags: Flags, terminal: Terminal): number {
  const findings = find(flags);
  const ok = findings.mistakes.length === 0;
  if (flags.json) terminal.out(`${JSON.stringify({ ok, ...findings }, null, 2)}\n`);
  else if (ok) terminal.out(`${summary(flags, findings.locations)}\n`);
  else printMistakes(findings.mistakes, flags.locations, terminal);
  return ok ? 0 : 1;
}

function find({ locations: file, stack }: Flags): Findings {
  if (stack === undefined) {
    const { entries, mistakes } = checkAllStacks(file);
    return { locations: entries, mistakes };
  }
  requireStack(stack, file);
  const { locations, mistakes } = loadLocations(file, stack, stackCloud(file, stack));
  return { locations: locations.length, mistakes };
}

/** A misspelt stack has no limits and no overrides in the list: it would always be fine. */
function requireStack(stack: string, file: string): void {
  const read = readListFile(file);
  const known = "mistakes" in read ? undefined : read.knownStacks;
  const name = stackName.safeParse(stack);
  const problem = name.error?.issues[0]?.message ?? unknownStack(stack, known);
  if (problem === undefined) return;
  const { rule, fix } = readAdvice(problem);
  throw new InvalidInputError(`--stack: ${rule}, got ${showValue(stack)}, ${fix}`);
}

function summary({ locations: file, stack }: Flags, locations: number): string {
  const where = stack === undefined ? "" : ` in stack ${stack}`;
  return `${file}: ${counted(locations, "location")}${where}, no mistakes`;
}

if (require.main === module) void runAsProgram(check);
