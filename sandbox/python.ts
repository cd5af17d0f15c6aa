import { execFile } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { InvalidInputError } from "../stacks/invalidInputError";

const exec = promisify(execFile);

/** Dagster's range: 3.10 to 3.13. */
const CANDIDATES = ["python3.13", "python3.12", "python3.11", "python3.10", "python3", "python"];

const UV_VERSION = "0.13.9";

/** Something the machine lacks; one line that says what to install. */
export class MissingToolError extends InvalidInputError {}

/** What makes Python environments here. */
export interface PythonTools {
  /** A Python 3.10 to 3.13. */
  readonly python: string;
  /** `3.11.7` */
  readonly version: string;
  /** Undefined: it cannot be had, and pip does the work, only slower. */
  readonly uv: string | undefined;
}

/**
 * Finds Python, and uv: on the PATH, or from PyPI into a folder of its own.
 * @param folder - for uv
 * @throws MissingToolError
 */
export async function findPythonTools(folder: string): Promise<PythonTools> {
  const { python, version } = await findPython();
  return { python, version, uv: await findUv(python, folder) };
}

async function findPython(): Promise<{ python: string; version: string }> {
  const code = "import sys; print(sys.executable, *sys.version_info[:3])";
  const seen: string[] = [];
  for (const candidate of CANDIDATES) {
    const answer = await exec(candidate, ["-c", code]).catch(() => undefined);
    if (answer === undefined) continue;
    const [python = "", major, minor, patch] = answer.stdout.trim().split(" ");
    const version = [major, minor, patch].join(".");
    if (major === "3" && Number(minor) >= 10 && Number(minor) <= 13) return { python, version };
    seen.push(`${candidate} is ${version}`);
  }
  const found = seen.length === 0 ? "found none" : `found ${seen.join(", ")}`;
  throw new MissingToolError(
    `Python 3.10 to 3.13 is needed, ${found}: install one and put it on the PATH`,
  );
}

async function findUv(python: string, folder: string): Promise<string | undefined> {
  const onPath = await exec("uv", ["--version"]).catch(() => undefined);
  if (onPath !== undefined) return "uv";
  const own = join(folder, `uv-${UV_VERSION}`);
  const uv = join(own, "bin", "uv");
  const works = await exec(uv, ["--version"]).catch(() => undefined);
  if (works !== undefined) return uv;
  rmSync(own, { recursive: true, force: true });
  try {
    await exec(python, ["-m", "venv", own]);
    await exec(join(own, "bin", "python"), ["-m", "pip", "install", "-q", `uv==${UV_VERSION}`]);
    return uv;
  } catch {
    // Not there for this machine, or no way to it: pip is slower and does the same.
    return undefined;
  }
}
