import type { Command } from "commander";
import pc from "picocolors";

import { DagsterError } from "../stacks/dagsterApi";
import { InvalidInputError } from "../stacks/invalidInputError";
import { ConflictError, StoreError } from "../stacks/objectStore";

/** What a user can mend, or what a server said: its message is enough. */
const EXPECTED = [InvalidInputError, DagsterError, StoreError, ConflictError];

/** One line on standard output. */
export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** One line on standard error, red on a terminal. */
export function printError(line: string): void {
  process.stderr.write(`${pc.red(line)}\n`);
}

/**
 * Runs a command to its end and sets the exit code: 1 with one line for a mistake or a server's refusal. Anything else is a
 * bug; its stack trace is shown with `DEBUG=1`.
 */
export async function runProgram(program: Command): Promise<void> {
  try {
    await program.parseAsync();
  } catch (error) {
    process.exitCode = 1;
    if (EXPECTED.some((kind) => error instanceof kind)) printError((error as Error).message);
    else printError(bug(error));
  }
}

function bug(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (process.env["DEBUG"] !== undefined) return error.stack ?? error.message;
  return `${error.name}: ${error.message} (a bug; DEBUG=1 shows where)`;
}
