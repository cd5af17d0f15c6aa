import { existsSync } from "node:fs";
import { resolve } from "node:path";

import { Command } from "commander";

import { type Checked, checkChain } from "../stacks/doctor/checks";
import { inquiryOf } from "../stacks/doctor/inquiry";
import { InvalidInputError } from "../stacks/invalidInputError";
import { showValue } from "../stacks/list/mistake";
import { ANSWER_MS } from "../stacks/repositories/restServer";
import { colours, numberBetween, runAsProgram, runLongCommand, type Terminal } from "./commandLine";
import { defaultStack, doctorPlace } from "./doctorPlace";

interface Flags {
  readonly stack?: string;
  readonly checkout?: string;
  readonly locations?: string;
  readonly timeout: number;
  readonly json?: true;
}

const MARKS = { ok: "✓", problem: "✗", skipped: "–" } as const;

const COLOURS = { ok: colours.green, problem: colours.red, skipped: colours.dim } as const;

/** Longest that is waited for what was opened to close; a way to a cluster that does not answer takes longer. */
const CLOSE_MS = 1_000;

/**
 * `npm run doctor -- <name>`: checks everything that has to be true of a location, from the list to Dagster.
 * @returns 0, or 1 when something is wrong; what could not be asked is not wrong
 */
export function doctor(flags: readonly string[], terminal: Terminal): Promise<number> {
  const program = new Command("npm run doctor --")
    .description("Checks one location from the list to Dagster, and says what to do.")
    .argument("<name>", "of the location")
    .option("--stack <name>", "dev, prod, … or sandbox (default: the one on a cloud, or sandbox)")
    .option("--checkout <folder>", "working copy of its repository (default: as the list says)")
    .option("--locations <file>", "the list (default: the stack's)")
    .option(
      "--timeout <seconds>",
      "longest that is waited for one answer",
      numberBetween(0.1, 600),
      ANSWER_MS / 1000,
    )
    .option("--json", "print the result as JSON on standard output");
  const action = () => examine(program.args[0] ?? "", program.opts(), terminal);
  return runLongCommand(program, flags, action, terminal);
}

async function examine(name: string, flags: Flags, terminal: Terminal): Promise<number> {
  const { checkout, locations, timeout, json } = flags;
  if (checkout !== undefined && !existsSync(checkout))
    throw new InvalidInputError(
      `--checkout: has to be a folder here, got ${showValue(checkout)}, give the folder of a working copy of the repository`,
    );
  const stack = flags.stack ?? (await defaultStack());
  const place = await doctorPlace(stack, locations);
  const inquiry = inquiryOf({
    ...{ name, place, now: new Date(), environment: process.env },
    checkout: checkout === undefined ? undefined : resolve(checkout),
    timeoutMs: timeout * 1000,
  });
  const checks = await checkChain(inquiry);
  const healthy = checks.every(({ state }) => state !== "problem");
  if (json)
    terminal.out(`${JSON.stringify({ location: name, stack, healthy, checks }, null, 2)}\n`);
  else terminal.out(`${doctorTable(checks)}\n\n${summary(name, stack, checks)}\n`);
  await Promise.race([place.close(), new Promise((wake) => setTimeout(wake, CLOSE_MS))]);
  return healthy ? 0 : 1;
}

/** A line for each check, and below each that fails what to do. */
function doctorTable(checks: readonly Checked[]): string {
  const width = Math.max(...checks.map(({ check }) => check.length));
  return checks
    .flatMap((each) => {
      const { check, state, found } = each;
      const line = COLOURS[state](`${MARKS[state]} ${check.padEnd(width)}  ${oneLine(found)}`);
      return each.state === "problem"
        ? [line, `${" ".repeat(width + 4)}→ ${oneLine(each.fix)}`]
        : [line];
    })
    .join("\n");
}

/** Servers and records were asked: nothing of them moves or hides text on a terminal. */
function oneLine(text: string): string {
  return text.replaceAll(/\p{C}+/gu, " ");
}

/** What was not checked is not right for that. */
function summary(name: string, stack: string, checks: readonly Checked[]): string {
  const count = (wanted: Checked["state"]) => checks.filter(({ state }) => state === wanted).length;
  return `${name} in stack ${stack}: ${count("ok")} right, ${count("problem")} wrong, ${count("skipped")} not checked`;
}

// A way to a cluster that does not answer would be waited for.
if (require.main === module) void runAsProgram(doctor).then(() => process.exit());
