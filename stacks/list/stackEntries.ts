import { isMap, mergeValues } from "../../components/dagster/mergeValues";
import type { ListedEntry, LocationList } from "./locationList";
import type { Entry } from "./locationSchema";
import type { Path } from "./mistake";

/** One entry as a stack sees it. */
export interface StackEntry {
  readonly listed: ListedEntry;
  /** `defaults`, entry and `overrides.<stack>`, later ones on top. */
  readonly merged: Partial<Entry>;
  /** Where in the file the value of a key comes from. */
  readonly originOf: (...keys: readonly string[]) => Path;
}

/** The entries that a stack has, merged; the order of the list. */
export function entriesOfStack(list: LocationList, stack: string): StackEntry[] {
  return list.entries
    .filter(({ entry }) => entry.stacks?.includes(stack) ?? true)
    .map((listed) => stackEntry(list, listed, stack));
}

function stackEntry(list: LocationList, listed: ListedEntry, stack: string): StackEntry {
  const { entry, path } = listed;
  const overrides = entry.overrides ?? {};
  const override = Object.hasOwn(overrides, stack) ? (overrides[stack] ?? {}) : {};
  const layers: readonly { readonly path: Path; readonly map: object }[] = [
    { path: [...path, "overrides", stack], map: override },
    { path, map: entry },
    { path: ["defaults"], map: list.defaults },
  ];
  return {
    listed,
    merged: mergeValues(mergeValues<Partial<Entry>>(list.defaults, entry), override),
    originOf: (...keys) => {
      const layer = layers.find(({ map }) => has(map, keys));
      return [...(layer?.path ?? path), ...keys];
    },
  };
}

function has(map: unknown, keys: readonly string[]): boolean {
  const [key, ...below] = keys;
  if (key === undefined) return true;
  return isMap(map) && Object.hasOwn(map, key) && has(map[key], below);
}
