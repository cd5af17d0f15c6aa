import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import type { Answer } from "../repositories/answer";
import type { Excluded } from "./projectFindings";

/** The scripts that CI runs. */
const SCRIPTS = join(__dirname, "..", "..", "components", "ci");

/** What CI asks before it builds; it writes nothing, also no `__pycache__`. */
const CODE = [
  "import json, pathlib, sys",
  "scripts, project, paths = sys.argv[1], pathlib.Path(sys.argv[2]), json.loads(sys.argv[3])",
  "sys.path.insert(0, scripts)",
  "import local_state",
  "found = local_state.first_excluded(project, paths)",
  "print(json.dumps(found and vars(found)))",
].join("\n");

const PYTHONS = ["python3", "python"];

const TIMEOUT_MS = 10_000;

/** Ignore files of a build, by name. */
export type IgnoreFiles = Readonly<Record<string, string | undefined>>;

/**
 * The first of some files that the ignore files keep out of an image, by CI's own script: there is one reading of their patterns.
 * @param paths - relative to the build context
 */
export async function firstExcluded(
  ignoreFiles: IgnoreFiles,
  paths: readonly string[],
  pythons: readonly string[] = PYTHONS,
): Promise<Answer<Excluded | null>> {
  const folder = await mkdtemp(join(tmpdir(), "doctor-"));
  try {
    for (const [name, text] of Object.entries(ignoreFiles))
      if (text !== undefined) await writeFile(join(folder, name), text);
    return await ask(pythons, ["-B", "-c", CODE, SCRIPTS, folder, JSON.stringify(paths)]);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function ask(
  pythons: readonly string[],
  args: readonly string[],
): Promise<Answer<Excluded | null>> {
  let reason = "";
  for (const python of pythons) {
    try {
      const { stdout } = await promisify(execFile)(python, args, { timeout: TIMEOUT_MS });
      return { value: JSON.parse(stdout) as Excluded | null };
    } catch (error) {
      const { code, stderr = "" } = error as { code?: unknown; stderr?: string };
      if (code !== "ENOENT") reason = `: ${lastLine(stderr) || `${python} ended without a word`}`;
    }
  }
  return { unknown: `no Python here reads .dockerignore as CI does${reason}` };
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "";
}
