import type { CiRepository, CiTrigger } from "../identities/ciTokens";

/** Whose jobs: those that release a location, or those that deploy the platform. */
export type CiWork = "location" | "platform";

/** Which jobs become one principal. */
export interface CiJobs {
  readonly repository: Pick<CiRepository, "provider" | "repositoryId">;
  readonly work: CiWork;
  readonly trigger: CiTrigger;
}

/**
 * Limit of `google.subject`. GitHub's own `sub` has more as soon as names and branches are long.
 * @see https://docs.cloud.google.com/iam/docs/reference/rest/v1/projects.locations.workloadIdentityPools.providers
 */
export const SUBJECT_BYTES = 127;

/** In place of a branch; no branch is mistaken for it, as those begin with `refs/heads/`. */
export const PULL_REQUEST = "pull_request";

/** What cannot stand in the name of a principal as it is. */
const BRANCH = /^[A-Za-z0-9._/-]+$/;

/**
 * The subject that jobs have in the pool, such as `github:location:42:refs/heads/main`. The mappings
 * of the providers make the same one of a token.
 *
 * The CI system is in it because ids of GitHub and GitLab are counted apart, and the kind of work
 * because the platform's own repository may have locations: their jobs must not deploy.
 * @throws RangeError if there is a {@link ciSubjectMistake}
 */
export function ciSubject(jobs: CiJobs): string {
  const mistake = ciSubjectMistake(jobs);
  if (mistake !== undefined) throw new RangeError(mistake);
  return subjectOf(jobs);
}

/** Why these jobs can have no subject. */
export function ciSubjectMistake(jobs: CiJobs): string | undefined {
  const { trigger } = jobs;
  if (trigger.kind === "branch" && !BRANCH.test(trigger.branch))
    return `branch ${trigger.branch}: has to be of letters, digits, ".", "_", "-" and "/"`;
  const bytes = new TextEncoder().encode(subjectOf(jobs)).length;
  if (bytes <= SUBJECT_BYTES) return undefined;
  return `subject ${subjectOf(jobs)}: has ${bytes} bytes, Google Cloud takes ${SUBJECT_BYTES}; use a shorter branch`;
}

function subjectOf({ repository, work, trigger }: CiJobs): string {
  const { provider, repositoryId } = repository;
  const ref = trigger.kind === "branch" ? `refs/heads/${trigger.branch}` : PULL_REQUEST;
  return `${provider}:${work}:${repositoryId}:${ref}`;
}
