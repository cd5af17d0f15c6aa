import { repositoryName } from "../list/repositoryFormats";
import { GithubApi, type GithubEnvironment } from "./githubApi";
import { GitlabApi, type GitlabEnvironment } from "./gitlabApi";
import type { RepositoryApi } from "./repositoryApi";

/** Variables of this process that say how repositories' servers are reached, and with whose rights. */
export type RepositoryEnvironment = GithubEnvironment & GitlabEnvironment;

/** A repository, as far as a server can be asked for it. */
export interface NamedRepository {
  readonly provider: string;
  readonly repository: string | undefined;
}

/**
 * The server of a repository.
 * @param gitlabUrl - of the GitLab that is meant
 * @returns undefined for what is no repository
 */
export function repositoryApi(
  { provider, repository }: NamedRepository,
  gitlabUrl: string,
  environment: RepositoryEnvironment,
  timeoutMs?: number,
): RepositoryApi | undefined {
  if (repository === undefined || !repositoryName.safeParse(repository).success) return undefined;
  if (provider === "gitlab") return GitlabApi.of(repository, gitlabUrl, environment, timeoutMs);
  const isOnGithub = provider === "github" && repository.split("/").length === 2;
  return isOnGithub ? GithubApi.of(repository, environment, timeoutMs) : undefined;
}

/** What tells the ids of a repository and its owner, for people. */
export function idsCommand({ provider, repository = "OWNER/NAME" }: NamedRepository): string {
  return provider === "gitlab"
    ? "the pages of project and group show them"
    : `\`gh api repos/${repository} --jq '.id, .owner.id'\` tells them`;
}
