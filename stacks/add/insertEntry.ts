import { isDeepStrictEqual } from "node:util";

import { isMap, isScalar, isSeq, type Node, type Pair, parseDocument, type YAMLSeq } from "yaml";

import { InvalidInputError } from "../invalidInputError";
import { blockEdits, firstBlockEdits } from "./blockPlace";
import type { EntryData } from "./entryText";
import { flowEdits } from "./flowPlace";
import { type Edit, withEdits } from "./listEdit";

/** A list with one entry more. */
export interface Inserted {
  readonly text: string;
  /** Line of the new entry, from 1. */
  readonly line: number;
  /** Its place on the list, from 0. */
  readonly index: number;
  readonly edits: readonly Edit[];
}

/**
 * Puts an entry into the text of a list that has no mistakes; every other byte of it stays.
 * @param place - `sorted`: before the first entry with a later name
 * @throws InvalidInputError for a list that is written in a way that cannot be edited
 */
export function insertEntry(text: string, entry: EntryData, place: "sorted" | "end"): Inserted {
  const { list, key, isFlow } = locationsIn(text);
  const index = place === "end" ? list.items.length : sortedIndex(list, String(entry["name"]));
  const edits = editsFor(text, { list, key, isFlow, entry, index });
  const changed = withEdits(text, edits);
  const wanted = (dataOf(text)["locations"] as readonly unknown[]).toSpliced(index, 0, entry);
  if (!isDeepStrictEqual(dataOf(changed), { ...dataOf(text), locations: wanted }))
    throw new InvalidInputError(
      "the list is written in a way that cannot be edited here: write `locations:` with one `- name: …` for each entry, or add the entry yourself",
    );
  return { text: changed, line: lineOf(changed, index), index, edits };
}

function editsFor(
  text: string,
  {
    list,
    key,
    isFlow,
    entry,
    index,
  }: ReturnType<typeof locationsIn> & { entry: EntryData; index: number },
): readonly Edit[] {
  const start = key.range?.[0] ?? 0;
  if (list.flow !== true) return blockEdits(text, list, { entry, index, key: start });
  const end = key.range?.[1] ?? 0;
  const [found, colon = ""] = /^(\s*:)[ \t]*\[[ \t]*\]/.exec(text.slice(end)) ?? [];
  return found === undefined || isFlow
    ? flowEdits(text, list, { entry, index })
    : firstBlockEdits(text, list, { entry, key: start, colon: end + colon.length });
}

/** The list of entries, its key, and whether that is inside brackets. */
function locationsIn(text: string): { list: YAMLSeq; key: Node; isFlow: boolean } {
  const { contents } = parsed(text);
  const pairs = isMap(contents) ? (contents.items as Pair<Node, Node | null>[]) : [];
  const pair = pairs.find(({ key }) => isScalar(key) && key.value === "locations");
  if (!isMap(contents) || pair === undefined || !isSeq(pair.value))
    throw new Error("a list without mistakes has `locations`");
  return { list: pair.value, key: pair.key, isFlow: contents.flow === true };
}

function sortedIndex(list: YAMLSeq, name: string): number {
  const later = list.items.findIndex((item) => isMap(item) && String(item.get("name")) > name);
  return later === -1 ? list.items.length : later;
}

function lineOf(text: string, index: number): number {
  const { list } = locationsIn(text);
  const offset = (list.items[index] as Node | undefined)?.range?.[0] ?? 0;
  return text.slice(0, offset).split("\n").length;
}

function dataOf(text: string): Readonly<Record<string, unknown>> {
  return parsed(text).toJS() as Readonly<Record<string, unknown>>;
}

/** As the checks read it. */
function parsed(text: string) {
  return parseDocument(text, { schema: "core", stringKeys: true, logLevel: "error" });
}
