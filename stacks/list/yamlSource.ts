import {
  type Document,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  type Scalar,
  visit,
  type YAMLMap,
} from "yaml";
import type { Path } from "./mistake";
import type { MistakeList } from "./mistakeList";
import { explainYamlError } from "./yamlSyntax";
import { keyOf, offsetOf, plainValue } from "./yamlValue";

/** A YAML file as data, and where each value stands. */
export interface YamlSource {
  /** The data; undefined when the text is not YAML or is empty. */
  readonly value: unknown;
  /** False when the text is not YAML; the mistakes say why. */
  readonly readable: boolean;
  /** Line of a value, from 1: of its key, or of the nearest thing above it that is there. */
  readonly lineOf: (path: Path) => number;
  /** A number, true or false exactly as it is written (`1.10`); undefined for anything else. */
  readonly writtenAs: (path: Path) => string | undefined;
}

/**
 * Reads YAML 1.2 (core schema) without what a list does not need. Mistakes go into the list, which
 * also learns to look up lines.
 */
export function readYaml(text: string, mistakes: MistakeList): YamlSource {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    schema: "core",
    stringKeys: true,
    // plainValue finds duplicates itself, with their path and the first line.
    uniqueKeys: false,
    // With "silent" the parser would say nothing of a second document.
    logLevel: "error",
  });
  const lineAt = (offset: number) => Math.max(1, lines.linePos(offset).line);
  const lineOf = (path: Path) => lineAt(find(document, path).offset);
  const writtenAs = (path: Path) => writtenScalar(find(document, path).node);
  mistakes.locate(lineOf);
  addSyntaxErrors(document, text, lineAt, mistakes);
  const readable = document.errors.length === 0;
  const isEmpty = !readable || document.contents === null;
  const value = isEmpty ? undefined : plainValue(document.contents, [], { mistakes, lineAt });
  return { value, readable, lineOf, writtenAs };
}

/** Adds the first error of each line. */
function addSyntaxErrors(
  document: Document.Parsed,
  text: string,
  lineAt: (offset: number) => number,
  mistakes: MistakeList,
): void {
  const rows = text.split(/\r?\n/);
  const seen = new Set<number>();
  for (const { code, message, pos } of document.errors) {
    const { advice, atOpening } = explainYamlError(code, message);
    const line = lineAt(atOpening ? openingBefore(document, pos[0]) : pos[0]);
    if (seen.has(line)) continue;
    seen.add(line);
    mistakes.addAt(line, "yaml", advice, rows[line - 1]?.trim());
  }
}

/** Where the quote or bracket opens that the parser misses the end of at an offset. */
function openingBefore(document: Document.Parsed, end: number): number {
  let opening = end;
  visit(document, (_key, node) => {
    const { range, flow, type } = (node ?? {}) as Partial<YAMLMap & Scalar>;
    const opens = flow === true || type?.startsWith("QUOTE");
    if (opens && range && range[0] < end && range[2] >= end) opening = range[0];
  });
  return opening;
}

/** Looking keys up one after the other takes minutes in a map of 100,000 keys with mistakes. */
const pairsOfMap = new WeakMap<YAMLMap, ReadonlyMap<string, Pair>>();

function pairsOf(map: YAMLMap): ReadonlyMap<string, Pair> {
  // Of duplicate keys the last one wins, as in the data.
  const pairs = pairsOfMap.get(map) ?? new Map(map.items.map((pair) => [keyOf(pair), pair]));
  pairsOfMap.set(map, pairs);
  return pairs;
}

/** The node at a path and where it stands; with a missing value, the nearest thing above it. */
function find(document: Document.Parsed, path: Path): { node: unknown; offset: number } {
  let node: unknown = document.contents;
  let offset = document.contents?.range[0] ?? 0;
  for (const step of path) {
    if (isMap(node)) {
      const pair = pairsOf(node).get(String(step));
      if (pair === undefined) return { node: undefined, offset };
      offset = offsetOf(pair);
      node = pair.value;
    } else {
      const item = isSeq(node) ? (node.items[Number(step)] as Node | undefined) : undefined;
      if (item === undefined) return { node: undefined, offset };
      offset = item.range?.[0] ?? offset;
      node = item;
    }
  }
  return { node, offset };
}

function writtenScalar(node: unknown): string | undefined {
  return isScalar(node) && typeof node.value !== "string" ? node.source : undefined;
}
