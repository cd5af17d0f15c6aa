import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join, relative } from "node:path";

import { Command } from "commander";
import { sync as writeFileAtomic } from "write-file-atomic";

import { CALLERS, type CiFile, ciFiles } from "../stacks/ciFiles";
import { ciStack } from "../stacks/ciStack";
import { requireLocations } from "../stacks/locations";
import { ReachableStack } from "../stacks/reachableStack";
import { counted, runAsProgram, runCommand, type Terminal } from "./commandLine";

interface Flags {
  readonly stack?: string;
  readonly check?: true;
}

/**
 * `npm run render`: writes the CI files of the platform and of all its locations.
 * @param root - folder of the project
 * @returns 0; with `--check` 1 when a file is not what it would be
 */
export function render(flags: readonly string[], terminal: Terminal, root = process.cwd()): number {
  const program = new Command("npm run render --")
    .description("Writes the CI files of the platform's repository, and of each location's.")
    .option("--stack <name>", "stack that CI deploys (default: the one on a cloud)")
    .option("--check", "write nothing; fail when a file is stale");
  return runCommand(program, flags, () => renderFiles(program.opts(), terminal, root), terminal);
}

function renderFiles({ stack: named, check }: Flags, terminal: Terminal, root: string): number {
  const { stack, config, listFile } = ReachableStack.read(named ?? ciStack(root), root);
  const files = ciFiles(config, stack, requireLocations(listFile, stack, config.cloud));
  const stale = files.filter(({ path, text }) => present(join(root, path)) !== text);
  const left = leftCallers(files, root);
  const names = [...stale.map(({ path }) => path), ...left];
  if (names.length === 0) {
    terminal.out(`render: ${counted(files.length, "file")}, up to date\n`);
    return 0;
  }
  if (check) {
    for (const name of names) terminal.err(`stale: ${name}\n`);
    terminal.err(
      `${counted(names.length, "stale file")}: run \`npm run render\` and commit the result\n`,
    );
    return 1;
  }
  for (const { path, text } of stale) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileAtomic(join(root, path), text);
    terminal.out(`wrote ${path}\n`);
  }
  for (const path of left) {
    rmSync(join(root, path));
    terminal.out(`removed ${path}\n`);
  }
  return 0;
}

function present(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

/** Of locations that are no longer on the list. */
function leftCallers(files: readonly CiFile[], root: string): readonly string[] {
  const folder = join(root, CALLERS);
  if (!existsSync(folder)) return [];
  const wanted = new Set(files.map(({ path }) => path));
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((path) => !wanted.has(path))
    .sort();
}

if (require.main === module) void runAsProgram(render);
