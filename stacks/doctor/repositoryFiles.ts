import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { type Answer, andThen } from "../repositories/answer";
import type { RepositoryApi, RepositoryFacts } from "../repositories/repositoryApi";

/** The files of a repository, wherever they can be read. */
export interface RepositoryFiles {
  /** In words: a checkout, or a branch. */
  readonly source: string;
  /** Undefined: there is no such file. */
  read(path: string): Promise<Answer<string | undefined>>;
}

/** In a working copy on this machine. */
export function folderFiles(folder: string): RepositoryFiles {
  return {
    source: folder,
    read: (path) => {
      const file = join(folder, path);
      const value = existsSync(file) ? readFileSync(file, "utf8") : undefined;
      return Promise.resolve({ value });
    },
  };
}

/**
 * As its server shows them. Where the repository itself is not shown, none of its files is missing: nobody knows.
 * @param facts - of the repository
 */
export function branchFiles(
  api: RepositoryApi,
  facts: () => Promise<Answer<RepositoryFacts>>,
  branch: string,
): RepositoryFiles {
  return {
    source: branch,
    read: async (path) => {
      const known = await facts();
      return "unknown" in known ? known : api.file(path, branch);
    },
  };
}

/** What a server says of a repository, for questions that make sense only when it shows that. */
export async function shownFacts(
  api: RepositoryApi,
  repository: string,
): Promise<Answer<RepositoryFacts>> {
  return andThen<RepositoryFacts | undefined, RepositoryFacts>(await api.facts(), (value) =>
    value === undefined
      ? { unknown: `${api.source} shows no ${repository}: it is private, or has another name` }
      : { value },
  );
}

/** Files of a folder of the repository. */
export function below(files: RepositoryFiles, folder: string): RepositoryFiles {
  if (folder === ".") return files;
  return { ...files, read: (path) => files.read(`${folder}/${path}`) };
}
