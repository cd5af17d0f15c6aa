import { isMap } from "../../components/dagster/mergeValues";
import { type Entry, listSchema, type SharedKeys } from "./locationSchema";
import type { Path } from "./mistake";
import { MistakeList } from "./mistakeList";
import { addSchemaMistakes } from "./schemaMistakes";
import { readYaml, type YamlSource } from "./yamlSource";

/** Largest list, in bytes. 2,000 full entries are about 1 MiB. */
export const MAX_LIST_BYTES = 5 * 1024 * 1024;

/** One entry of the list as written, without the keys that have mistakes. */
export interface ListedEntry {
  readonly path: Path;
  readonly entry: Partial<Entry>;
  /** All keys, the wrong ones and those that misspelt ones mean too: they are not missing. */
  readonly keys: readonly string[];
  /** False when something of it was left out. */
  readonly whole: boolean;
}

/** A list that was read, and what is wrong with it so far. */
export interface LocationList {
  readonly defaults: SharedKeys;
  readonly entries: readonly ListedEntry[];
  readonly lineOf: (path: Path) => number;
  readonly mistakes: MistakeList;
}

/** Reads a list and checks each value on its own. */
export function readList(text: string, file: string): LocationList {
  const mistakes = new MistakeList(file);
  const nothing = { defaults: {}, entries: [], lineOf: () => 1, mistakes };
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_LIST_BYTES) {
    addTooLarge(bytes, mistakes);
    return nothing;
  }
  const source = readYaml(text, mistakes);
  if (!source.readable) return nothing;
  if (source.value === undefined || source.value === null) {
    const fix = "write `locations: []` for a platform without locations";
    mistakes.addAt(1, "file", { rule: "is empty", fix }, undefined);
    return nothing;
  }
  return checkedList(source, mistakes);
}

/** Adds the mistake of a file that is larger than a list can be. */
export function addTooLarge(bytes: number, mistakes: MistakeList): void {
  const rule = `has to be at most ${MAX_LIST_BYTES} bytes`;
  mistakes.addAt(1, "file", { rule, fix: "check that it is the list" }, bytes);
}

function checkedList(source: YamlSource, mistakes: MistakeList): LocationList {
  const result = listSchema.safeParse(source.value);
  const { wrong, meant } = addSchemaMistakes(result.error?.issues ?? [], source, mistakes);
  const broken = new Set(wrong.map(unusablePart).map(pathKey));
  const wrongEntries = new Set(wrong.map(([, index]) => index));
  const raw = isMap(source.value) ? source.value : {};
  const entries = Array.isArray(raw["locations"]) ? raw["locations"] : [];
  return {
    // The schema has checked what usableKeys leaves.
    defaults: usableKeys(raw["defaults"], ["defaults"], broken),
    entries: entries.map((entry: unknown, index) => {
      const path = ["locations", index];
      const keys = [...(isMap(entry) ? Object.keys(entry) : []), ...meantKeys(meant, index)];
      const usable = usableEntry(entry, path, broken);
      return { path, entry: usable, keys, whole: !wrongEntries.has(index) };
    }),
    lineOf: source.lineOf,
    mistakes,
  };
}

function meantKeys(meant: readonly Path[], index: number): string[] {
  return meant
    .filter((path) => path.length === 3 && path[1] === index)
    .map((path) => String(path[2]));
}

/** A mistake deep in `dbt` or `env` takes away the whole key: the rest of it means little alone. */
function unusablePart(path: Path): Path {
  if (path[0] === "defaults") return path.slice(0, 2);
  return path.slice(0, path[2] === "overrides" ? 5 : 3);
}

function pathKey(path: Path): string {
  return path.join("\n");
}

function usableEntry(entry: unknown, path: Path, broken: ReadonlySet<string>): Partial<Entry> {
  const usable = usableKeys(entry, path, broken);
  const overrides = usable["overrides"];
  if (!isMap(overrides)) return usable;
  const at = [...path, "overrides"];
  const perStack = Object.keys(usableKeys(overrides, at, broken)).map((stack) => [
    stack,
    usableKeys(overrides[stack], [...at, stack], broken),
  ]);
  return { ...usable, overrides: Object.fromEntries(perStack) as Entry["overrides"] };
}

function usableKeys(
  map: unknown,
  path: Path,
  broken: ReadonlySet<string>,
): Record<string, unknown> {
  if (!isMap(map) || broken.has(pathKey(path))) return {};
  const entries = Object.entries(map);
  return Object.fromEntries(entries.filter(([key]) => !broken.has(pathKey([...path, key]))));
}
