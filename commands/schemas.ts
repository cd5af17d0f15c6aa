import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Command } from "commander";
import { InvalidInputError } from "../stacks/invalidInputError";
import { locationsJsonSchema } from "../stacks/locationsJsonSchema";
import { runAsProgram, runCommand, type Terminal } from "./commandLine";
import { keyTable } from "./keyTable";

/** A file, or a part of one, that is made from the schema of the list. */
interface Made {
  readonly file: string;
  /** The whole new text, given the present one (undefined: there is no such file). */
  readonly text: (present: string | undefined) => string;
}

const TABLE = /(<!-- keys: made by `npm run schemas` -->)[\s\S]*?(<!-- end of keys -->)/;

const MADE: readonly Made[] = [
  {
    file: "schemas/locations.schema.json",
    text: () => `${JSON.stringify(locationsJsonSchema(), null, 2)}\n`,
  },
  {
    file: "docs/locations.md",
    text: (present) => {
      if (present === undefined || !TABLE.test(present)) {
        throw new InvalidInputError("docs/locations.md: has lost the marks of its table of keys");
      }
      return present.replace(TABLE, (_, start: string, end: string) => {
        return `${start}\n\n${keyTable(locationsJsonSchema())}\n\n${end}`;
      });
    },
  },
];

/**
 * `npm run schemas`: writes the JSON Schema of the list and the table of keys in its page.
 * @param root - folder of the project
 * @returns 0; with `--check` 1 when a file is not what it would be
 */
export function schemas(flags: readonly string[], terminal: Terminal, root = "."): number {
  const program = new Command("schemas")
    .description("Writes schemas/*.json and the table of docs/locations.md.")
    .option("--check", "write nothing; fail when a file is stale");
  return runCommand(program, flags, () => make(program.opts(), terminal, root), terminal);
}

function make({ check }: { readonly check?: true }, terminal: Terminal, root: string): number {
  const stale = MADE.map(({ file, text }) => {
    const present = readText(join(root, file));
    return { file, present, wanted: text(present) };
  }).filter(({ present, wanted }) => present !== wanted);
  const files = stale.map(({ file }) => file).join(", ");
  if (check && stale.length > 0) {
    terminal.err(`stale: ${files}; run \`npm run schemas\` and commit the result\n`);
    return 1;
  }
  for (const { file, wanted } of stale) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), wanted);
  }
  terminal.out(stale.length === 0 ? "schemas: up to date\n" : `schemas: wrote ${files}\n`);
  return 0;
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

if (require.main === module) runAsProgram(schemas);
