import { statSync } from "node:fs";
import { dirname, join } from "node:path";
import type { LocationList } from "./locationList";
import type { StackEntry } from "./stackEntries";

/** Adds a mistake for each checkout, and each directory in it, that is not a folder. */
export function addFolderMistakes(
  { mistakes }: LocationList,
  entries: readonly StackEntry[],
  file: string,
): void {
  for (const { merged, originOf } of entries) {
    const { checkout, directory = "." } = merged;
    if (checkout === undefined) continue;
    const folder = join(dirname(file), checkout);
    const fix = "clone the repository there, or correct the path";
    if (!isFolder(folder)) {
      mistakes.add(originOf("checkout"), { rule: "has to be a folder here", fix }, checkout);
    } else if (!isFolder(join(folder, directory))) {
      const rule = `has to be a folder of the checkout ${checkout}`;
      mistakes.add(originOf("directory"), { rule, fix: "correct the path" }, directory);
    }
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
