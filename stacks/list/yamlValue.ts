import { isAlias, isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap } from "yaml";
import type { Advice } from "./advice";
import type { Path } from "./mistake";
import type { MistakeList } from "./mistakeList";

/** A list is six levels deep and `extraValues` some more; deeper was made to exhaust the stack. */
const MAX_DEPTH = 50;

const NO_ANCHORS: Advice = {
  rule: "uses an anchor or alias (& or *), which a list does not have",
  fix: "write what locations share under `defaults`, and the rest out",
};
const NO_MERGE_KEYS: Advice = {
  rule: "uses a merge key (<<), which YAML 1.2 does not have",
  fix: "write what locations share under `defaults`, and the rest out",
};
const NO_TAGS: Advice = {
  rule: "uses a YAML tag (!), which a list does not have",
  fix: "write the value alone, in quotes if it is a text that looks like a number",
};
const TOO_DEEP: Advice = { rule: `is deeper than ${MAX_DEPTH} levels`, fix: "flatten the value" };
const NO_PROTO: Advice = { rule: "is not a key that can be used", fix: "write another name" };

/** Where the mistakes go, and the line of an offset in the text. */
interface Context {
  readonly mistakes: MistakeList;
  readonly lineAt: (offset: number) => number;
}

/**
 * The data of a YAML node. Refuses what a list does not need and what hides the meaning of a line
 * (anchors, aliases, merge keys, tags, duplicate keys), each with its path; the value there is
 * `null`, and nothing else is said of it, so that the rest can still be checked.
 */
export function plainValue(node: unknown, path: Path, context: Context): unknown {
  const refusal = refusalOf(node, path);
  if (refusal !== undefined) {
    context.mistakes.add(path, refusal.advice, refusal.got);
    context.mistakes.ignoreBelow(path);
    return null;
  }
  if (isMap(node)) return plainMap(node, path, context);
  if (isSeq(node))
    return node.items.map((item, index) => plainValue(item, [...path, index], context));
  return isScalar(node) ? node.value : null;
}

function refusalOf(node: unknown, path: Path): { advice: Advice; got: unknown } | undefined {
  if (isAlias(node)) return { advice: NO_ANCHORS, got: `*${node.source}` };
  const { tag, anchor } = (node ?? {}) as Partial<Node> & { anchor?: string };
  if (tag !== undefined) return { advice: NO_TAGS, got: tag.replace("tag:yaml.org,2002:", "!!") };
  if (anchor !== undefined) return { advice: NO_ANCHORS, got: `&${anchor}` };
  return path.length > MAX_DEPTH && !isScalar(node)
    ? { advice: TOO_DEEP, got: path.at(-1) }
    : undefined;
}

function plainMap(map: YAMLMap, path: Path, context: Context): unknown {
  const firstLines = new Map<string, number>();
  const entries: [string, unknown][] = [];
  for (const pair of map.items) {
    const key = keyOf(pair);
    const line = context.lineAt(offsetOf(pair));
    const refusal = keyRefusal(key, pair, firstLines.get(key));
    if (refusal !== undefined) context.mistakes.addAt(line, [...path, key], refusal, key);
    firstLines.set(key, firstLines.get(key) ?? line);
    if (key === "<<" || key === "__proto__") continue;
    entries.push([key, plainValue(pair.value, [...path, key], context)]);
  }
  return Object.fromEntries(entries);
}

function keyRefusal(key: string, pair: Pair, firstLine: number | undefined): Advice | undefined {
  if (key === "<<") return NO_MERGE_KEYS;
  if (key === "__proto__") return NO_PROTO;
  if (isAlias(pair.key) || (isScalar(pair.key) && pair.key.anchor !== undefined)) return NO_ANCHORS;
  if (firstLine === undefined) return undefined;
  return { rule: `is written twice, first on line ${firstLine}`, fix: "remove one of the two" };
}

/** A key as text; `stringKeys` of the parser refuses lists and maps as keys. */
export function keyOf(pair: Pair): string {
  return isScalar(pair.key) ? String(pair.key.value) : String(pair.key);
}

/** Where a key of a map stands in the text. */
export function offsetOf(pair: Pair): number {
  return (pair.key as Node | null)?.range?.[0] ?? 0;
}
