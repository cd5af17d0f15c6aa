import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { sync as writeFileAtomic } from "write-file-atomic";

/** A file by its path. */
export interface TextFile {
  readonly path: string;
  readonly text: string;
}

/** In the first line of every file that is made from the list. */
const MADE_BY = "Made by `npm run render`";

/**
 * The files of a location's repository, with their paths there.
 * @param files - all CI files of the platform
 * @param folder - of those for locations' repositories
 */
export function callerOf(
  name: string,
  files: readonly TextFile[],
  folder: string,
): readonly TextFile[] {
  const prefix = `${folder}/${name}/`;
  return files
    .filter(({ path }) => path.startsWith(prefix))
    .map(({ path, text }) => ({ path: path.slice(prefix.length), text }));
}

/** What became of a file that should be in a checkout. */
export type Written = "written" | "there already" | "kept";

/** Writes a file into a checkout, but not over one that somebody wrote himself. */
export function writeCaller(checkout: string, { path, text }: TextFile): Written {
  const file = join(checkout, path);
  const found = existsSync(file) ? readFileSync(file, "utf8") : undefined;
  if (found === text) return "there already";
  if (found !== undefined && found.split("\n")[0]?.includes(MADE_BY) !== true) return "kept";
  mkdirSync(dirname(file), { recursive: true });
  writeFileAtomic(file, text);
  return "written";
}
