import { celAll, celAny, celList, celString } from "./cel";
import { PULL_REQUEST } from "./ciSubject";
import { checkedCondition } from "./conditionLength";

/** Which jobs of GitHub get an identity at all. What it may do is given to single subjects. */
export interface GithubTrust {
  /** Numeric ids of the owners of all repositories. */
  readonly ownerIds: readonly number[];
  /** The only workflow of locations: its `job_workflow_ref`, with the branch. */
  readonly locationWorkflow: string;
  /** The platform's own repository, where it is on GitHub. */
  readonly platform?: {
    readonly repositoryId: number;
    /** Its workflow without the branch: `acme/platform/.github/workflows/platform.yml`. */
    readonly workflow: string;
  };
}

/**
 * What may start a job. Not `pull_request_target`, `issue_comment`, `workflow_run`: they run on the
 * default branch, with what somebody else wrote.
 */
const BRANCH_EVENTS = ["push", "schedule", "workflow_dispatch"];

/**
 * Google's attributes of a job's token. All claims are strings; one that is missing is an error, and
 * Google then refuses the token.
 * @see https://docs.github.com/en/actions/reference/security/oidc
 */
export function githubMapping(trust: GithubTrust): Readonly<Record<string, string>> {
  const isLocation = `assertion.job_workflow_ref == ${celString(trust.locationWorkflow)}`;
  const isPullRequest = "assertion.event_name == 'pull_request'";
  const work =
    trust.platform === undefined ? "'location'" : `(${isLocation} ? 'location' : 'platform')`;
  const ref = `(${isPullRequest} ? '${PULL_REQUEST}' : assertion.ref)`;
  return {
    "google.subject": `'github:' + ${work} + ':' + assertion.repository_id + ':' + ${ref}`,
  };
}

/**
 * Jobs of the known owners (by number: a name can be taken over), in the known workflows, started in a
 * known way. A job with an environment gets nothing: anybody who may push can name one.
 */
export function githubCondition(trust: GithubTrust): string {
  const owners = [...new Set(trust.ownerIds)].sort((a, b) => a - b).map(String);
  return checkedCondition(
    celAll([
      `assertion.repository_owner_id in ${celList(owners)}`,
      "!has(assertion.environment)",
      celAny(workflows(trust)),
      celAny([
        "assertion.event_name == 'pull_request'",
        `(${celAll([
          `assertion.event_name in ${celList(BRANCH_EVENTS)}`,
          "assertion.ref_type == 'branch'",
          "assertion.ref.startsWith('refs/heads/')",
        ])})`,
      ]),
    ]),
  );
}

/**
 * The platform's workflow is called by nobody, so it has the ref of its own job: in a pull request
 * `refs/pull/<number>/merge`, else the branch, which is in the subject.
 */
function workflows({ locationWorkflow, platform }: GithubTrust): readonly string[] {
  const location = `assertion.job_workflow_ref == ${celString(locationWorkflow)}`;
  if (platform === undefined) return [location];
  const own = celAll([
    `assertion.repository_id == ${celString(String(platform.repositoryId))}`,
    `assertion.job_workflow_ref == ${celString(`${platform.workflow}@`)} + assertion.ref`,
  ]);
  return [location, `(${own})`];
}
