import { spawn, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

/** The folder of the scripts under test. */
export const SCRIPTS = join(__dirname, "..", "..", "..", "components", "ci");

/** How a process ended, with all it said. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A running process, and its end. */
export interface Started {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
}

/**
 * The Python that has dagster, dagster-dg-cli, s3fs and moto.
 * @throws Error when there is none: these tests are never skipped
 */
export function pythonPath(): string {
  return pythonOf("SANDBOX_PYTHON", "dagster, dagster-dg-cli, s3fs and moto");
}

/**
 * The Python that has google-cloud-storage.
 * @throws Error when there is none
 */
export function gcsPythonPath(): string {
  return pythonOf("SANDBOX_GCS_PYTHON", "google-cloud-storage");
}

function pythonOf(variable: string, packages: string): string {
  const python = process.env[variable];
  if (python === undefined || python === "")
    throw new Error(
      `${variable} is not set: give the Python of the sandbox's environment, which has ${packages}`,
    );
  if (!existsSync(python)) throw new Error(`${variable}: there is no ${python}`);
  return python;
}

/** Starts Python with nothing of this process's environment but where programs are. */
export function startPython(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  input = "",
  python = pythonPath(),
): Started {
  const child = spawn(python, args, {
    env: { PATH: process.env["PATH"], HOME: process.env["HOME"], ...env },
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    child.once("error", reject);
    child.once("close", (code) => {
      resolve({ code, stdout, stderr });
    });
  });
  child.stdin.end(input);
  return { process: child, ended };
}

export function runScript(
  script: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<Ended> {
  return startPython([join(SCRIPTS, script), ...args], env).ended;
}

/**
 * Runs Python code that can import the scripts and gets `input` as `given`.
 * @returns what it puts into `answer`
 */
export async function evaluate(
  code: string,
  input: unknown,
  env: NodeJS.ProcessEnv = {},
): Promise<unknown> {
  const program = [
    `import json, sys; sys.path.insert(0, ${JSON.stringify(SCRIPTS)})`,
    "given = json.load(sys.stdin); answer = None",
    code,
    "print(json.dumps(answer))",
  ].join("\n");
  const {
    code: exitCode,
    stdout,
    stderr,
  } = await startPython(["-c", program], env, JSON.stringify(input)).ended;
  if (exitCode !== 0) throw new Error(stderr);
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as unknown;
}
