import {
  idsCommand,
  repositoryApi,
  type RepositoryEnvironment,
} from "../repositories/repositoryOf";
import type { RepositoryFacts } from "../repositories/repositoryApi";
import type { WantedEntry } from "./newEntry";

/** What the repository's server said, and what there is to say about that. */
export interface AskedIds {
  readonly facts: RepositoryFacts | undefined;
  readonly notes: readonly string[];
}

/** Asks the repository's server what is not known of it yet; goes on without when it does not answer. */
export async function askIds(
  wanted: WantedEntry & { readonly provider: string },
  gitlabUrl: string,
  environment: RepositoryEnvironment,
): Promise<AskedIds> {
  const { provider, repository, repositoryId, ownerId } = wanted;
  if (repositoryId !== undefined && ownerId !== undefined) return { facts: undefined, notes: [] };
  const named = { provider, repository };
  const api = repositoryApi(named, gitlabUrl, environment);
  // The list's own check says what is wrong with its name.
  if (api === undefined) return { facts: undefined, notes: [] };
  const answer = await api.facts();
  if ("value" in answer && answer.value !== undefined) {
    const { isArchived } = answer.value;
    const note = `${repository ?? ""} is archived: its CI does not run`;
    return { facts: answer.value, notes: isArchived ? [note] : [] };
  }
  const reason =
    "unknown" in answer
      ? answer.unknown
      : `${api.source} shows no ${repository ?? ""}: it is private, or has another name`;
  return { facts: undefined, notes: [`ids not asked: ${reason}; ${idsCommand(named)}`] };
}
