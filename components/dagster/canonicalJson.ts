import { createHash } from "node:crypto";

import { isMap } from "./mergeValues";

/** JSON with sorted keys, so that equal values are equal text. Members that are undefined are left out. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(sorted(value));
}

/** SHA-256 of a value's canonical JSON, 64 hexadecimal digits; for annotations and names. */
export function documentHash(value: unknown): string {
  return createHash("sha256").update(canonicalJson(value)).digest("hex");
}

/** A map's entries by key, in code unit order: the same on every machine, whatever its locale. */
export function sortedEntries<T>(map: Readonly<Record<string, T>>): readonly [string, T][] {
  return Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isMap(value)) return value;
  return Object.fromEntries(sortedEntries(value).map(([key, item]) => [key, sorted(item)]));
}
