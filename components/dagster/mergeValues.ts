/** Helm values as a user writes them. */
export type HelmValues = Readonly<Record<string, unknown>>;

/**
 * Values with a user's own put on top: maps are merged key by key, lists and everything else are
 * replaced, `undefined` is passed over, and `null` stays (it makes Helm drop a chart's default).
 * Neither input is changed, and nothing of them is shared with the result.
 *
 * The type stays that of the base: what a user adds beyond it is the user's own affair.
 */
export function mergeValues<T extends object>(base: T, extra: HelmValues | undefined): T {
  return merged(base, extra) as T;
}

function merged(base: unknown, extra: unknown): unknown {
  if (extra === undefined) return copied(base);
  if (!isMap(base) || !isMap(extra)) return copied(extra);
  const keys = new Set([...Object.keys(base), ...Object.keys(extra)]);
  // Own members only: `toString` in a user's file is a key like any other.
  const entries = [...keys].map((key) => [key, merged(own(base, key), own(extra, key))]);
  return Object.fromEntries(entries);
}

function own(map: HelmValues, key: string): unknown {
  return Object.hasOwn(map, key) ? map[key] : undefined;
}

function copied(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copied);
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, copied(item)]));
}

/** True for a map, false for lists, `null` and everything else. */
export function isMap(value: unknown): value is HelmValues {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
