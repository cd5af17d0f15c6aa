import { ciAudience, ciPoolId } from "../../../components/gcp/gcpNames";
import { LOCATION_WORKFLOW_REF, PLATFORM_WORKFLOW_PATH, PROJECT } from "./program";
import type { Claims } from "./tokenExchange";

/** A claim that is undefined is not in the token. */
type Changes = Readonly<Record<string, unknown>>;

/** Of GitHub: a push to main of `acme/finance`, which calls the platform's workflow. */
export function githubClaims(changes: Changes = {}): Claims {
  return without({
    iss: "https://token.actions.githubusercontent.com",
    aud: ciAudience(PROJECT.projectNumber, ciPoolId("prod"), "github"),
    sub: "repo:acme/finance:ref:refs/heads/main",
    repository: "acme/finance",
    repository_id: "42",
    repository_owner: "acme",
    repository_owner_id: "1",
    ref: "refs/heads/main",
    ref_type: "branch",
    ref_protected: "true",
    event_name: "push",
    workflow_ref: "acme/finance/.github/workflows/dagster.yml@refs/heads/main",
    job_workflow_ref: LOCATION_WORKFLOW_REF,
    actor: "somebody",
    run_attempt: "1",
    ...changes,
  });
}

/** Of GitHub, for pull request 5. */
export function pullRequestClaims(changes: Changes = {}): Claims {
  return githubClaims({
    sub: "repo:acme/finance:pull_request",
    ref: "refs/pull/5/merge",
    head_ref: "feature",
    base_ref: "main",
    event_name: "pull_request",
    ref_protected: "false",
    ...changes,
  });
}

/** Of GitHub: the platform's own repository, by its own workflow on the same ref. */
export function platformClaims(changes: Changes & { readonly ref?: string } = {}): Claims {
  const { ref = "refs/heads/main" } = changes;
  return githubClaims({
    repository: "acme/platform",
    repository_id: "7",
    ref,
    job_workflow_ref: `${PLATFORM_WORKFLOW_PATH}@${ref}`,
    ...changes,
  });
}

/** Of GitLab: a push to main of `acme/data/marketing`. */
export function gitlabClaims(changes: Changes = {}): Claims {
  return without({
    iss: "https://gitlab.com",
    aud: ciAudience(PROJECT.projectNumber, ciPoolId("prod"), "gitlab"),
    sub: "project_path:acme/data/marketing:ref_type:branch:ref:main",
    project_id: "42",
    project_path: "acme/data/marketing",
    job_project_id: "42",
    job_project_path: "acme/data/marketing",
    namespace_id: "12",
    namespace_path: "acme/data",
    ref: "main",
    ref_type: "branch",
    ref_path: "refs/heads/main",
    ref_protected: "true",
    pipeline_source: "push",
    runner_id: 1,
    user_login: "somebody",
    ...changes,
  });
}

/** Of GitLab, for a merge request of branch `feature`. */
export function mergeRequestClaims(changes: Changes = {}): Claims {
  return gitlabClaims({
    sub: "project_path:acme/data/marketing:ref_type:branch:ref:feature",
    ref: "feature",
    ref_path: "refs/heads/feature",
    ref_protected: "false",
    pipeline_source: "merge_request_event",
    ...changes,
  });
}

function without(claims: Claims): Claims {
  return Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined));
}
