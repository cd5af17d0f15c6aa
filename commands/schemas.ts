import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Command } from "commander";
import { InvalidInputError } from "../stacks/invalidInputError";
import { locationsJsonSchema } from "../stacks/list/locationsJsonSchema";
import { runAsProgram, runLongCommand, type Terminal } from "./commandLine";
import { awsRights } from "./rights/awsRights";
import { gcpRights } from "./rights/gcpRights";
import { configTable } from "./configTable";
import { keyTable } from "./keyTable";

/** A file, or a part of one, that is made from what the program checks with. */
interface Made {
  readonly file: string;
  /** The whole new text, given the present one (undefined: there is no such file) and the project's folder. */
  readonly text: (present: string | undefined, root: string) => string | Promise<string>;
}

const MADE: readonly Made[] = [
  {
    file: "schemas/locations.schema.json",
    text: () => `${JSON.stringify(locationsJsonSchema(), null, 2)}\n`,
  },
  page("docs/locations.md", { keys: () => keyTable(locationsJsonSchema()) }),
  page("docs/config.md", {
    keys: (root) => configTable(readFileSync(join(root, "Pulumi.yaml"), "utf8")),
  }),
  page("docs/security.md", { "rights on AWS": awsRights, "rights on Google Cloud": gcpRights }),
];

/** Makes a part of a page, given the project's folder. */
type Part = (root: string) => string | Promise<string>;

/** A page with parts that are made, each between two marks with its name. */
function page(file: string, parts: Readonly<Record<string, Part>>): Made {
  const text = async (present: string | undefined, root: string): Promise<string> => {
    let page = present ?? "";
    for (const [name, part] of Object.entries(parts)) {
      const marks = new RegExp(
        String.raw`(<!-- ${name}: made by \`npm run schemas\` -->)[\s\S]*?(<!-- end of ${name} -->)`,
      );
      if (!marks.test(page))
        throw new InvalidInputError(`${file}: has lost the marks of ${name}, which is made`);
      const made = await part(root);
      page = page.replace(
        marks,
        (_, start: string, end: string) => `${start}\n\n${made}\n\n${end}`,
      );
    }
    return page;
  };
  return { file, text };
}

/**
 * `npm run schemas`: writes the JSON Schema of the list and the tables of keys in the pages.
 * @param root - folder of the project
 * @returns 0; with `--check` 1 when a file is not what it would be
 */
export function schemas(flags: readonly string[], terminal: Terminal, root = "."): Promise<number> {
  const program = new Command("schemas")
    .description("Writes schemas/*.json, and the tables in docs/ of keys and of rights.")
    .option("--check", "write nothing; fail when a file is stale");
  return runLongCommand(program, flags, () => make(program.opts(), terminal, root), terminal);
}

async function make(
  { check }: { readonly check?: true },
  terminal: Terminal,
  root: string,
): Promise<number> {
  const stale: { readonly file: string; readonly wanted: string }[] = [];
  for (const { file, text } of MADE) {
    const present = readText(join(root, file));
    const wanted = await text(present, root);
    if (present !== wanted) stale.push({ file, wanted });
  }
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

if (require.main === module) void runAsProgram(schemas);
