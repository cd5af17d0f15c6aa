import { isUtf8 } from "node:buffer";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname } from "node:path";
import type { Advice } from "./advice";
import type { ListSurroundings } from "./listChecks";
import { addTooLarge, MAX_LIST_BYTES } from "./locationList";
import type { Mistake } from "./mistake";
import { MistakeList } from "./mistakeList";

/** The text of a list and what stands around it. */
export interface ListText extends ListSurroundings {
  readonly text: string;
}

/** Why a file cannot be read: what Node calls it, and what that means. */
const UNREADABLE: Readonly<Record<string, Advice>> = {
  ENOENT: { rule: "does not exist", fix: "write it, or name another file with --locations" },
  ENOTDIR: { rule: "does not exist", fix: "write it, or name another file with --locations" },
  EISDIR: { rule: "is a folder", fix: "name the file in it" },
  EACCES: { rule: "may not be read", fix: "change its permissions" },
};

/** Reads the file of a list. Anything that keeps it from being read is a mistake of its own. */
export function readListFile(file: string): ListText | { readonly mistakes: readonly Mistake[] } {
  const mistakes = new MistakeList(file);
  try {
    const { size } = statSync(file);
    if (size > MAX_LIST_BYTES) addTooLarge(size, mistakes);
    else {
      const bytes = readFileSync(file);
      if (isUtf8(bytes)) return { text: bytes.toString("utf8"), ...surroundings(file) };
      addNotUtf8(bytes, mistakes);
    }
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "";
    const otherwise = { rule: `cannot be read (${code})`, fix: "check the path" };
    mistakes.addAt(1, "file", UNREADABLE[code] ?? otherwise, file);
  }
  return { mistakes: mistakes.sorted() };
}

function addNotUtf8(bytes: Buffer, mistakes: MistakeList): void {
  const rows = bytes.toString("utf8").split("\n");
  const line = rows.findIndex((row) => row.includes("\ufffd")) + 1;
  const advice = { rule: "has to be text in UTF-8", fix: "save it as UTF-8" };
  mistakes.addAt(line, "file", advice, rows[line - 1]?.trim());
}

/** Each stack has a `Pulumi.<stack>.yaml` beside the list; where there is none, nobody knows. */
function surroundings(file: string): ListSurroundings {
  const names = readdirSync(dirname(file)).flatMap(
    (name) => /^Pulumi\.(.+)\.yaml$/.exec(name)?.[1] ?? [],
  );
  return names.length === 0 ? {} : { knownStacks: names.sort() };
}
