import type { Advice } from "./advice";
import { didYouMean } from "../didYouMean";
import { schemaAt } from "./locationsJsonSchema";
import type { Path } from "./mistake";

/** More keys than this are not listed in a message; the page has them all. */
const MAX_LISTED_KEYS = 8;

/** The key that was probably meant by one that the schema does not know at this path. */
export function meantKey(path: Path, key: string): string | undefined {
  return didYouMean(key, Object.keys(schemaAt(path)?.properties ?? {}));
}

/** What to say about a key that the schema does not know at this path. */
export function unknownKeyAdvice(path: Path, key: string): Advice {
  const entryKeys = Object.keys(schemaAt(["locations", 0])?.properties ?? {});
  if (entryKeys.includes(key) && path[0] === "defaults" && path.length === 1) {
    return { rule: "cannot be a default", fix: "write it in the entries of `locations`" };
  }
  if (entryKeys.includes(key) && path[2] === "overrides" && path.length === 4) {
    return { rule: "cannot differ between stacks", fix: "write it in the entry itself" };
  }
  const meant = meantKey(path, key);
  const fix = meant === undefined ? removal(path) : `did you mean ${JSON.stringify(meant)}?`;
  return { rule: "unknown key", fix };
}

function removal(path: Path): string {
  const known = Object.keys(schemaAt(path)?.properties ?? {});
  return known.length > MAX_LISTED_KEYS
    ? "remove it (docs/locations.md has all keys)"
    : `remove it, or use one of ${known.join(", ")}`;
}
