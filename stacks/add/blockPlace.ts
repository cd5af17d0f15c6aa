import { isMap, isSeq, type Node, type YAMLMap, type YAMLSeq } from "yaml";

import { type EntryData, entryLines, type EntryStyle } from "./entryText";
import { type Edit, type GapLine, gapFrom, lineEndOf, lineStart, nextLine } from "./listEdit";

const DEFAULT_GAP = 1;

/**
 * Puts an entry into a list with dashes: below the entry before it and the comments that belong to that one. A comment belongs to the
 * entry above it when it is indented deeper than the dashes, or stands directly below it and apart from the next one; every other comment is the
 * next entry's.
 * @param key - offset of the list's key
 */
export function blockEdits(
  text: string,
  list: YAMLSeq,
  { entry, index, key }: { entry: EntryData; index: number; key: number },
): readonly Edit[] {
  const items = list.items as Node[];
  const style = styleOf(text, list, index);
  const { lineEnd, column } = style;
  const above = items[index - 1];
  const from = above === undefined ? nextLine(text, key) : below(text, above);
  const { lines, end } = gapFrom(text, from);
  const next = lines[ownLines(lines, above === undefined ? undefined : column)];
  const at = next?.start ?? end;
  const apart = areApart(text, items, index);
  const written = entryLines(entry, style);
  // The last line of the file has no end: the new one gets none, either.
  if (at === text.length && !text.endsWith("\n"))
    return [{ at, text: `${lineEnd.repeat(apart ? 2 : 1)}${written}` }];
  const isBlankAbove = /\n\r?\n$/.test(text.slice(0, at)) || keepsBlanks(text, above);
  const isBlankBelow = next?.isBlank === true && index < items.length;
  if (isBlankBelow || (apart && above !== undefined && index === items.length))
    return [{ at, text: `${isBlankAbove ? "" : lineEnd}${written}${lineEnd}` }];
  const blank = apart && above === undefined ? lineEnd : "";
  return [{ at, text: `${written}${lineEnd}${blank}` }];
}

/** An empty list in brackets becomes one with dashes; its comment stays. */
export function firstBlockEdits(
  text: string,
  list: Node,
  { entry, key, colon }: { entry: EntryData; key: number; colon: number },
): readonly Edit[] {
  const lineEnd = lineEndOf(text);
  const column = key - lineStart(text, key) + 2;
  const written = entryLines(entry, { column, gap: DEFAULT_GAP, flow: false, lineEnd });
  const at = nextLine(text, key);
  const brackets = { at: colon, until: rangeEnd(list), text: "" };
  return text.slice(0, at).endsWith("\n")
    ? [brackets, { at, text: `${written}${lineEnd}` }]
    : [brackets, { at, text: `${lineEnd}${written}` }];
}

/**
 * How many of the lines below an entry are its own.
 * @param column - of the dashes; undefined: above is the list's key, and what stands directly below that is the list's
 */
function ownLines(lines: readonly GapLine[], column: number | undefined): number {
  const others = lines.findIndex((line) => !line.isBlank && line.column <= (column ?? Infinity));
  const upper = lines.slice(0, others === -1 ? undefined : others);
  const own = upper.findLastIndex(({ isBlank }) => !isBlank) + 1;
  const blank = lines.findIndex(({ isBlank }, index) => isBlank && index >= own);
  const isDirectlyBelow = lines.slice(own, blank).every((line) => line.column >= (column ?? 0));
  return blank !== -1 && isDirectlyBelow ? blank : own;
}

/** Whether a blank line stands between entries, as far as there are some to see. */
function areApart(text: string, items: readonly Node[], index: number): boolean {
  const from = Math.min(Math.max(index, 1), items.length - 1) - 1;
  const item = items[from];
  if (item === undefined || items.length < 2) return false;
  return gapFrom(text, below(text, item)).lines.some(({ isBlank }) => isBlank);
}

function styleOf(text: string, list: YAMLSeq, index: number): EntryStyle {
  const start = (list as Node).range?.[0] ?? 0;
  const column = start - lineStart(text, start);
  const neighbour = list.items[index - 1] ?? list.items[index];
  const flow = isMap(neighbour) && neighbour.flow === true;
  return { column, gap: gapOf(text, neighbour), flow, lineEnd: lineEndOf(text) };
}

/** Blanks between a dash and what follows on its line. */
function gapOf(text: string, item: unknown): number {
  const at = (item as Node | undefined)?.range?.[0] ?? 0;
  const before = /-( +)$/.exec(text.slice(lineStart(text, at), at));
  return before?.[1]?.length ?? DEFAULT_GAP;
}

/** Beginning of the line below an entry's last value. */
function below(text: string, item: Node): number {
  const end = rangeEnd(lastNode(item));
  // A text in a block ends with the end of its last line.
  return text[end - 1] === "\n" ? end : nextLine(text, end);
}

/** Whether an entry ends with a text in a block (`|+`) to which blank lines below would belong. */
function keepsBlanks(text: string, item: Node | undefined): boolean {
  const start = item === undefined ? 0 : (lastNode(item).range?.[0] ?? 0);
  return /^[|>]\d?\+/.test(text.slice(start, start + 3));
}

/** The last value in a node, which ends where it ends; the node's own range has comments and blanks, too. */
function lastNode(node: Node): Node {
  if (isMap(node) && node.flow !== true) {
    const last = (node as YAMLMap<Node, Node | null>).items.at(-1);
    // A key without a value has an empty one, which may begin below comments.
    if (last !== undefined) return last.value === null ? last.key : lastNode(last.value);
  }
  const item =
    isSeq(node) && node.flow !== true ? (node.items.at(-1) as Node | undefined) : undefined;
  return item === undefined ? node : lastNode(item);
}

function rangeEnd(node: Node): number {
  return node.range?.[1] ?? 0;
}
