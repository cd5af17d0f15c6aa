import type { ActEnd } from "./act";

/** One call of an action or a program, in the order of all. */
export interface Call {
  readonly job: string;
  readonly name: string;
  /** Of an action. */
  readonly inputs?: Readonly<Record<string, string>>;
  /** Of a program. */
  readonly arguments?: readonly string[];
  /** Of the CI's scripts that uv ran. */
  readonly script?: string;
  readonly [more: string]: unknown;
}

interface LogLine {
  readonly jobID?: string;
  readonly jobResult?: string;
  readonly step?: string;
  readonly stage?: string;
  readonly stepResult?: string;
  readonly msg?: string;
  /** Whether a step has printed the message. */
  readonly raw_output?: boolean;
  /** A workflow command, as it was printed. */
  readonly raw?: string;
}

/** A workflow that has ended. */
export class WorkflowRun {
  private constructor(
    public readonly code: number | null,
    public readonly calls: readonly Call[],
    private readonly lines: readonly LogLine[],
  ) {}

  public static of({ code, output }: ActEnd, calls: string): WorkflowRun {
    return new WorkflowRun(code, parsed(calls) as Call[], parsed(output) as LogLine[]);
  }

  /** How each job ended that was started. */
  public get jobs(): Readonly<Record<string, string>> {
    return Object.fromEntries(
      this.lines.flatMap(({ jobID, jobResult }) =>
        jobID === undefined || jobResult === undefined ? [] : [[jobID, jobResult]],
      ),
    );
  }

  /** The steps that failed. */
  public get failed(): readonly string[] {
    return this.lines
      .filter(({ stepResult, stage }) => stepResult === "failure" && stage === "Main")
      .map(({ jobID = "", step = "" }) => `${jobID}: ${step}`);
  }

  /** What each job called, in short: `checkout`, `release.py`, `docker push`. */
  public get did(): Readonly<Record<string, readonly string[]>> {
    const jobs: Record<string, string[]> = {};
    for (const call of this.calls) (jobs[call.job] ??= []).push(inShort(call));
    return jobs;
  }

  /** The inputs of an action that are not empty, each time that it was called. */
  public inputsOf(action: string): readonly Readonly<Record<string, string>>[] {
    return this.calls
      .filter(({ name }) => name === action)
      .map(({ inputs = {} }) =>
        Object.fromEntries(Object.entries(inputs).filter(([, value]) => value !== "")),
      );
  }

  /** The arguments of a program, each time that its first is this one. */
  public argumentsOf(program: string, first: string): readonly (readonly string[])[] {
    return this.calls
      .filter(({ name }) => name === program)
      .flatMap(({ arguments: given = [] }) => (given[0] === first ? [given] : []));
  }

  /** All that the steps printed. */
  public get output(): string {
    return this.lines
      .flatMap(({ msg = "", raw_output: isOutput = false, raw }) => raw ?? (isOutput ? msg : []))
      .map((line) => line.trimEnd())
      .join("\n");
  }
}

function inShort({ name, script, arguments: given }: Call): string {
  if (script !== undefined) return script;
  if (given === undefined) return name;
  const words = given.filter((word) => !word.startsWith("-"));
  return [name, ...words.slice(0, words[0] === "run" ? 2 : 1)].join(" ");
}

function parsed(text: string): unknown[] {
  return text.split("\n").flatMap((line): unknown[] => {
    if (line.trim() === "") return [];
    try {
      return [JSON.parse(line)];
    } catch {
      return [{ msg: line, raw_output: true }];
    }
  });
}
