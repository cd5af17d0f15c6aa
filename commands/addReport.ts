import type { TextFile, Written } from "../stacks/add/callerFiles";
import type { Inserted } from "../stacks/add/insertEntry";
import type { Terminal } from "./commandLine";

/** What was added, or would be. */
export interface Addition {
  readonly name: string;
  readonly file: string;
  readonly isDryRun: boolean;
  readonly inserted: Inserted;
  /** What was found, and what could not be. */
  readonly notes: readonly string[];
  /** Files of the location's repository, and what became of them in the checkout. */
  readonly caller: readonly (TextFile & { readonly written?: Written })[];
  /** What a person still has to do. */
  readonly remaining: readonly string[];
}

/** Folder of the platform's repository with the files for others, as `npm run render` writes it. */
const CALLERS = "callers";

/** A longer file is not printed. */
const MAX_LINES = 60;

const NUMBERS = ["no", "one", "two", "three", "four"];

/** Says on standard output what was added. */
export function reportAddition(addition: Addition, terminal: Terminal): void {
  const { name, file, isDryRun, inserted, notes, caller, remaining } = addition;
  const lines = [
    `${file}:${inserted.line}: ${isDryRun ? "would add" : "added"} ${name}`,
    ...addedLines(inserted),
    ...(notes.length === 0 ? [] : ["", ...notes]),
    ...caller.flatMap((each) => callerLines(each, name)),
    "",
    `${NUMBERS[remaining.length] ?? remaining.length} things remain:`,
    ...remaining.map((sentence, index) => `${index + 1}. ${sentence}`),
  ];
  terminal.out(`${lines.join("\n")}\n`);
}

/** The same for machines. */
export function additionJson(addition: Addition): string {
  const { inserted, isDryRun, ...rest } = addition;
  const { line } = inserted;
  const entry = addedLines(inserted).join("\n");
  return JSON.stringify({ ok: true, dryRun: isDryRun, ...rest, line, entry }, null, 2);
}

function addedLines({ edits }: Inserted): readonly string[] {
  return edits
    .flatMap(({ text }) => text.split(/\r?\n/))
    .filter((line) => line.trim() !== "" && line.trim() !== ",");
}

function callerLines(
  { path, text, written }: Addition["caller"][number],
  name: string,
): readonly string[] {
  if (written === "written" || written === "there already")
    return ["", `${path} of its repository: ${written} in the checkout`];
  const there =
    written === "kept" ? " (the checkout has another one, which stays: put this into it)" : "";
  const lines = text.trimEnd().split("\n");
  const place = `${path} of its repository${there}`;
  return lines.length > MAX_LINES
    ? [
        "",
        `${place}: ${lines.length} lines, which \`npm run render\` writes into ${CALLERS}/${name}`,
      ]
    : ["", `${place}:`, "", ...lines];
}
