import type { GitlabLocationInputs } from "./gitlabLocation";

/**
 * A merge request of the project itself. A fork's pipeline is the fork's own, or, when a member starts it, the project's: the two projects of the request tell both.
 * @see https://docs.gitlab.com/ci/pipelines/merge_request_pipelines/#use-with-forked-projects
 */
export const IS_OWN_REQUEST =
  '$CI_PIPELINE_SOURCE == "merge_request_event" && $CI_MERGE_REQUEST_SOURCE_PROJECT_ID == $CI_MERGE_REQUEST_PROJECT_ID';

/** Which pipelines have jobs of a location: those of merge requests, and those of its branch. */
export function locationRules({ branch, branches }: GitlabLocationInputs) {
  return {
    request: {
      if: `"${branches}" == "true" && ${IS_OWN_REQUEST}`,
      variables: { DAGSTER_ROLE: "pull-request" },
      interruptible: true,
    },
    branch: {
      if: `$CI_COMMIT_BRANCH == "${branch}" && $CI_PIPELINE_SOURCE =~ /^(push|web|schedule)$/`,
      interruptible: false,
    },
  };
}
