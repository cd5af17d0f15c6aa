import { execFile } from "node:child_process";
import { homedir } from "node:os";
import { resolve } from "node:path";
import { promisify } from "node:util";

import { z } from "zod";

import { InvalidInputError } from "../invalidInputError";
import { saidErrors } from "./pulumiSaid";
import { ServerError } from "../serverError";
import { type Shown, showProgram } from "./shownProgram";

const backend = z.looseObject({ url: z.string() });

const MAX_STATE_BYTES = 512 * 1024 * 1024;

/** A command of Pulumi failed; the message is one line. */
export class PulumiCliError extends ServerError {
  public constructor(
    message: string,
    /** All that it said. */
    public readonly said: string,
  ) {
    super(message);
  }
}

/** What is done with {@link PulumiCli}. */
export type Pulumi = Pick<PulumiCli, "stack" | "run" | "operation" | "backendFolder">;

/** The program `pulumi`, for one stack. */
export class PulumiCli {
  public constructor(
    public readonly stack: string,
    private readonly show: (text: string) => void = () => undefined,
  ) {}

  /**
   * @returns standard output
   * @throws PulumiCliError
   */
  public async run(...args: readonly string[]): Promise<string> {
    try {
      const options = { maxBuffer: MAX_STATE_BYTES };
      return (await promisify(execFile)("pulumi", [...args, "--non-interactive"], options)).stdout;
    } catch (error) {
      const { code, stderr } = error as { code?: unknown; stderr?: string };
      if (code === "ENOENT") throw noPulumi();
      if (stderr === undefined) throw error;
      const line = saidErrors(stderr)[0]?.text ?? stderr.trim().split("\n").at(-1) ?? "";
      const advice = line.includes("locked") ? ": `pulumi cancel` first, when no update runs" : "";
      const message = `pulumi ${args.slice(0, 2).join(" ")}: ${line}${advice}`;
      throw new PulumiCliError(message, stderr);
    }
  }

  /**
   * An update or a preview; shows what it says.
   * @param env - more variables
   */
  public async operation(
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): Promise<Shown> {
    const program = ["pulumi", ...args, "--non-interactive", "--stack", this.stack];
    const stopping = (): void => {
      this.show("stopping: pulumi ends what it has begun\n");
    };
    const options = { env: { ...process.env, ...env }, show: this.show, stopping };
    const shown = await showProgram(program, options);
    // Of the shell that was to start it.
    if (shown.code === 127) throw noPulumi();
    return shown;
  }

  /** The folder of a backend that is one. */
  public async backendFolder(): Promise<string | undefined> {
    const { url } = backend.parse(JSON.parse(await this.run("whoami", "--json")));
    if (!url.startsWith("file://")) return undefined;
    return resolve(url.slice("file://".length).replace(/^~/, homedir()));
  }
}

function noPulumi(): InvalidInputError {
  return new InvalidInputError("pulumi is not on the PATH: install its CLI");
}
