import { type Command, CommanderError, InvalidArgumentError } from "commander";
import { createColors } from "picocolors";
import { InvalidInputError } from "../stacks/invalidInputError";
import { ServerError } from "../stacks/serverError";
import { formatMistake, type Mistake } from "../stacks/list/mistake";

/** Where a command writes: the process' streams, or a test's. */
export interface Terminal {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Whether `err` shows colour. */
  readonly colour: boolean;
}

/** What a command does with its flags; the number is the exit code. */
export type Action = (terminal: Terminal) => number;

/** Standard output and error of this process; colour on a terminal only, and not with NO_COLOR. */
export const processTerminal: Terminal = {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  // `in`, because isTTY is undefined where it is not true, whatever its type says.
  colour: "isTTY" in process.stderr && process.stderr.isTTY && !process.env["NO_COLOR"],
};

/** Colours of standard output: on a terminal only, and not with NO_COLOR (picocolors alone would also colour in CI). */
export const colours = createColors(
  "isTTY" in process.stdout && process.stdout.isTTY && !process.env["NO_COLOR"],
);

/**
 * Reads the flags and runs the action. Never throws: a wrong flag, a mistake of the user and even a
 * bug are one line on standard error each, without a stack trace.
 * @param program - its flags; they are read by the action with `program.opts()`
 * @param flags - without `node` and the file of the command
 * @returns the exit code
 */
export function runCommand(
  program: Command,
  flags: readonly string[],
  action: Action,
  terminal: Terminal,
): number {
  try {
    withOneLineErrors(program, terminal).parse([...flags], { from: "user" });
    return action(terminal);
  } catch (error) {
    return exitCodeOf(error, terminal);
  }
}

/** As {@link runCommand}, for an action that takes time. */
export async function runLongCommand(
  program: Command,
  flags: readonly string[],
  action: (terminal: Terminal) => Promise<number>,
  terminal: Terminal,
): Promise<number> {
  try {
    withOneLineErrors(program, terminal).parse([...flags], { from: "user" });
    return await action(terminal);
  } catch (error) {
    return exitCodeOf(error, terminal);
  }
}

/**
 * As {@link runLongCommand}, for an action that reads its flags itself: reads this process' flags, and sets its exit code
 * when the action fails.
 */
export async function runProgram(program: Command): Promise<void> {
  bearClosedPipes();
  try {
    await withOneLineErrors(program, processTerminal).parseAsync();
  } catch (error) {
    process.exitCode = exitCodeOf(error, processTerminal);
  }
}

/** For a flag whose value is a number: refuses everything else in one line. */
export function numberBetween(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== "" && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`it must be a number from ${min} to ${max}`);
  };
}

/** One line on standard output. */
export function print(line: string): void {
  processTerminal.out(`${line}\n`);
}

/** One line on standard error, red on a terminal. */
export function printError(line: string): void {
  processTerminal.err(`${createColors(processTerminal.colour).red(line)}\n`);
}

function withOneLineErrors(program: Command, terminal: Terminal): Command {
  return program.exitOverride().configureOutput({
    writeOut: terminal.out,
    writeErr: terminal.err,
    // commander gives its suggestion a line of its own.
    outputError: (text) => {
      terminal.err(`${text.trim().replace(/\s*\n\s*/g, " ")}\n`);
    },
  });
}

function exitCodeOf(error: unknown, terminal: Terminal): number {
  // It has said its line itself.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 1;
  terminal.err(`${describe(error)}\n`);
  return 1;
}

/** What a user can mend, or what a server said, says all that there is to say; the rest is ours. */
function describe(error: unknown): string {
  if (error instanceof InvalidInputError || error instanceof ServerError) return error.message;
  const message = error instanceof Error ? error.message : String(error);
  return `a bug in dagster-platform: ${message.split("\n")[0] ?? ""}`;
}

/** Writes a report on standard error: a line for each mistake, and their number. */
export function printMistakes(
  mistakes: readonly Mistake[],
  file: string,
  terminal: Terminal,
): void {
  const { bold, red } = createColors(terminal.colour);
  for (const mistake of mistakes) {
    const place = `${mistake.file}:${mistake.line}:`;
    terminal.err(`${bold(place)}${formatMistake(mistake).slice(place.length)}\n`);
  }
  terminal.err(`${red(`${file}: ${counted(mistakes.length, "mistake")}`)}\n`);
}

/** `1 mistake`, `2 mistakes`, `no mistakes`. */
export function counted(number: number, thing: string): string {
  if (number === 1) return `1 ${thing}`;
  return `${number === 0 ? "no" : number} ${thing}s`;
}

/** Runs a command as the program of this process and sets its exit code. */
export async function runAsProgram(
  main: (flags: readonly string[], terminal: Terminal) => number | Promise<number>,
): Promise<void> {
  bearClosedPipes();
  process.exitCode = await main(process.argv.slice(2), processTerminal);
}

/** A reader that has enough (`| head`) closes the pipe: no reason for a stack trace, or to leave an update half-done. */
function bearClosedPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      process.exitCode = error.code === "EPIPE" ? (process.exitCode ?? 0) : 1;
    });
  }
}
