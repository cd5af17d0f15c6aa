import type { Node, YAMLSeq } from "yaml";

import { type EntryData, flowEntry } from "./entryText";
import { type Edit, lineEndOf, lineStart } from "./listEdit";

/** Blanks and comments. */
const SKIPPED = /(?:\s|(?<=\s)#[^\n]*)*/y;

/** The rest of a line: blanks, and a comment. */
const REST_OF_LINE = /[ \t]*(?:(?<=\s)#[^\r\n]*)?(?=\r?\n)/y;

/** Puts an entry into a list with brackets, on a line of its own where the others have theirs. */
export function flowEdits(
  text: string,
  list: YAMLSeq,
  { entry, index }: { entry: EntryData; index: number },
): readonly Edit[] {
  const start = (list as Node).range?.[0] ?? 0;
  const written = flowEntry(entry);
  const above = list.items[index - 1] as Node | undefined;
  if (above === undefined) {
    const comma = list.items.length === 0 ? "" : ",";
    return [insertion(text, start + 1, { written, comma, indent: indentOf(text, list, start) })];
  }
  const end = above.range?.[1] ?? 0;
  const indent = indentOf(text, list, start);
  const separator = skip(text, end, SKIPPED);
  if (text[separator] === ",")
    return [insertion(text, separator + 1, { written, comma: ",", indent })];
  return [{ at: end, text: "," }, insertion(text, end, { written, comma: "", indent })];
}

function insertion(
  text: string,
  from: number,
  { written, comma, indent }: { written: string; comma: string; indent: string },
): Edit {
  const at = skip(text, from, REST_OF_LINE);
  if (at > from || /^\r?\n/.test(text.slice(from, from + 2)))
    return { at, text: `${lineEndOf(text)}${indent}${written}${comma}` };
  const isFirst = text[from - 1] === "[";
  return { at: from, text: isFirst ? `${written}${comma}${comma && " "}` : ` ${written}${comma}` };
}

/** Of the entries, where the first one has a line of its own; else two blanks more than the key. */
function indentOf(text: string, list: YAMLSeq, start: number): string {
  const at = (list.items[0] as Node | undefined)?.range?.[0] ?? start;
  const [line = "", blanks = ""] = /^(\s*).*/.exec(text.slice(lineStart(text, at), at)) ?? [];
  return line === blanks ? blanks : `${blanks}  `;
}

function skip(text: string, from: number, pattern: RegExp): number {
  pattern.lastIndex = from;
  return from + (pattern.exec(text)?.[0].length ?? 0);
}
