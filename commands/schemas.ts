import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Command } from "commander";
import { InvalidInputError } from "../stacks/invalidInputError";
import { locationsJsonSchema } from "../stacks/list/locationsJsonSchema";
import { runAsProgram, runCommand, type Terminal } from "./commandLine";
import { configTable } from "./configTable";
import { keyTable } from "./keyTable";

/** A file, or a part of one, that is made from what the program checks with. */
interface Made {
  readonly file: string;
  /** The whole new text, given the present one (undefined: there is no such file) and the project's folder. */
  readonly text: (present: string | undefined, root: string) => string;
}

const TABLE = /(<!-- keys: made by `npm run schemas` -->)[\s\S]*?(<!-- end of keys -->)/;

const MADE: readonly Made[] = [
  {
    file: "schemas/locations.schema.json",
    text: () => `${JSON.stringify(locationsJsonSchema(), null, 2)}\n`,
  },
  page("docs/locations.md", () => keyTable(locationsJsonSchema())),
  page("docs/config.md", (root) => configTable(readFileSync(join(root, "Pulumi.yaml"), "utf8"))),
];

/** A page with a table of keys between two marks. */
function page(file: string, table: (root: string) => string): Made {
  const text = (present: string | undefined, root: string): string => {
    if (present === undefined || !TABLE.test(present)) {
      throw new InvalidInputError(`${file}: has lost the marks of its table of keys`);
    }
    return present.replace(
      TABLE,
      (_, start: string, end: string) => `${start}\n\n${table(root)}\n\n${end}`,
    );
  };
  return { file, text };
}

/**
 * `npm run schemas`: writes the JSON Schema of the list and the tables of keys in the pages.
 * @param root - folder of the project
 * @returns 0; with `--check` 1 when a file is not what it would be
 */
export function schemas(flags: readonly string[], terminal: Terminal, root = "."): number {
  const program = new Command("schemas")
    .description("Writes schemas/*.json and the tables of keys in docs/.")
    .option("--check", "write nothing; fail when a file is stale");
  return runCommand(program, flags, () => make(program.opts(), terminal, root), terminal);
}

function make({ check }: { readonly check?: true }, terminal: Terminal, root: string): number {
  const stale = MADE.map(({ file, text }) => {
    const present = readText(join(root, file));
    return { file, present, wanted: text(present, root) };
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
