import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** Programs that these tests run when they are there; each can be named by a variable, too. */
const VARIABLES = {
  act: "ACT",
  actionlint: "ACTIONLINT",
  zizmor: "ZIZMOR",
  "check-jsonschema": "CHECK_JSONSCHEMA",
} as const;

export type Tool = keyof typeof VARIABLES;

/** Where a program is; undefined: nowhere. */
export function findTool(tool: Tool): string | undefined {
  const named = process.env[VARIABLES[tool]];
  if (named !== undefined && named !== "") return named;
  return searchPath(tool);
}

/** Where a program is that every machine has. */
export function onPath(program: string): string {
  const path = searchPath(program);
  if (path === undefined) throw new Error(`${program} is not on the PATH`);
  return path;
}

/** Where a program is, for a test that {@link describeWith} lets run only then. */
export function toolPath(tool: Tool): string {
  const path = findTool(tool);
  if (path === undefined) throw new Error(missing(tool));
  return path;
}

/**
 * Tests that need a program. Where it is not, they are skipped by name, and say so.
 * @throws Error when it is missing and CI_TOOLS_REQUIRED is set: CI does not skip them
 */
export function describeWith(tool: Tool, title: string, tests: () => void): void {
  if (findTool(tool) !== undefined) {
    describe(title, tests);
    return;
  }
  if (process.env["CI_TOOLS_REQUIRED"] !== undefined) throw new Error(missing(tool));
  process.stderr.write(`skipped: ${title}: ${missing(tool)}\n`);
  describe.skip(`${title} (skipped: ${missing(tool)})`, tests);
}

function missing(tool: Tool): string {
  return `${tool} is not on the PATH, and ${VARIABLES[tool]} does not name one`;
}

function searchPath(program: string): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  return folders.map((folder) => join(folder, program)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
