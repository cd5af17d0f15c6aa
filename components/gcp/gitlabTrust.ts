import { celAll, celAny, celList, celString } from "./cel";
import { PULL_REQUEST } from "./ciSubject";
import { checkedCondition } from "./conditionLength";

/** Which jobs of GitLab get an identity at all. What it may do is given to single subjects. */
export interface GitlabTrust {
  /** Address of the instance, and issuer of its tokens. */
  readonly url: string;
  /** Numeric ids of the groups that the projects are directly in. */
  readonly namespaceIds: readonly number[];
  /** The platform's own project, where it is on GitLab. It can have no location. */
  readonly platformProjectId?: number;
}

/** What may start a job on a branch; `web` is the button "New pipeline". */
const BRANCH_SOURCES = ["push", "schedule", "web"];

const MERGE_REQUEST = "assertion.pipeline_source == 'merge_request_event'";

/**
 * Google's attributes of a job's token. GitLab's tokens do not tell which file a job is from: so all
 * jobs of the platform's own project are the platform's.
 * @see https://docs.gitlab.com/ci/secrets/id_token_authentication/
 */
export function gitlabMapping({
  platformProjectId,
}: GitlabTrust): Readonly<Record<string, string>> {
  const isPlatform = `assertion.project_id == ${celString(String(platformProjectId))}`;
  const work =
    platformProjectId === undefined ? "'location'" : `(${isPlatform} ? 'platform' : 'location')`;
  const ref = `(${MERGE_REQUEST} ? '${PULL_REQUEST}' : assertion.ref_path)`;
  return { "google.subject": `'gitlab:' + ${work} + ':' + assertion.project_id + ':' + ${ref}` };
}

/**
 * Jobs of the known groups, on a protected branch or for a merge request.
 *
 * For the merge request of a fork, `project_id` is the fork's, whose project runs the job or not:
 * `job_project_id` (GitLab 18.4) is always where it runs. They have to be one project, else the token
 * of a job elsewhere could speak for this one.
 * @see https://gitlab.com/gitlab-org/gitlab/-/work_items/563038
 */
export function gitlabCondition({ namespaceIds }: GitlabTrust): string {
  const groups = [...new Set(namespaceIds)].sort((a, b) => a - b).map(String);
  const mergeRequest = celAll([MERGE_REQUEST, "assertion.job_project_id == assertion.project_id"]);
  const branch = celAll([
    `assertion.pipeline_source in ${celList(BRANCH_SOURCES)}`,
    "assertion.ref_type == 'branch'",
    "assertion.ref_protected == 'true'",
    "assertion.ref_path.startsWith('refs/heads/')",
  ]);
  return checkedCondition(
    celAll([
      `assertion.namespace_id in ${celList(groups)}`,
      celAny([`(${mergeRequest})`, `(${branch})`]),
    ]),
  );
}
