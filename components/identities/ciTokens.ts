/**
 * What a CI system says about a job in the token that it signs (OpenID Connect), as far as trust
 * is bound to it.
 */

/** A repository, as its CI system names it. */
export interface CiRepository {
  readonly provider: "github" | "gitlab";
  /** `owner/name`; GitLab's groups may be nested. Upper and lower case as the repository has it. */
  readonly repository: string;
  /** Numeric id of the repository; GitLab: of the project. Stays when it is renamed. */
  readonly repositoryId: number;
  /** Numeric id of GitHub's owner, GitLab's group. */
  readonly ownerId: number;
}

/** Which jobs of a repository: those of one branch, or those of its pull requests. */
export type CiTrigger =
  { readonly kind: "branch"; readonly branch: string } | { readonly kind: "pull-request" };

/** Issuer of GitHub's tokens. */
export const GITHUB_ISSUER = "https://token.actions.githubusercontent.com";

/** The reusable workflow that locations' repositories call, in the platform's repository. */
export const LOCATION_WORKFLOW = ".github/workflows/location.yml";

/** The workflow of the platform's own repository. */
export const PLATFORM_WORKFLOW = ".github/workflows/platform.yml";

/**
 * GitHub's `sub` of a job without `environment`, in both forms: by names, and by names with ids,
 * which repositories have that were made, renamed or transferred since 2026-07-15.
 * @see https://docs.github.com/en/actions/reference/security/oidc
 */
export function githubSubjects(
  { repository, repositoryId, ownerId }: CiRepository,
  trigger: CiTrigger,
): readonly [string, string] {
  const [owner = "", name = ""] = repository.split("/");
  const job = trigger.kind === "branch" ? `ref:refs/heads/${trigger.branch}` : "pull_request";
  return [`repo:${repository}:${job}`, `repo:${owner}@${ownerId}/${name}@${repositoryId}:${job}`];
}

/**
 * GitLab's `sub`. Jobs of merge requests have the one of their source branch.
 * @see https://docs.gitlab.com/ci/secrets/id_token_authentication/
 */
export function gitlabSubject(repository: string, branch: string): string {
  return `project_path:${repository}:ref_type:branch:ref:${branch}`;
}

/** GitHub's `job_workflow_ref` of a workflow on a branch of the platform's repository. */
export function workflowRef(repository: string, workflow: string, branch: string): string {
  return `${repository}/${workflow}@refs/heads/${branch}`;
}
