import { githubClaims, gitlabClaims, mergeRequestClaims } from "./claims";
import type { Case } from "./tokenCase";

/** Jobs of GitLab. */
export const GITLAB_CASES: readonly Case[] = [
  ["a push to the branch that releases", gitlabClaims(), "marketing-ci"],
  ["a schedule", gitlabClaims({ pipeline_source: "schedule" }), "marketing-ci"],
  ["a start by hand", gitlabClaims({ pipeline_source: "web" }), "marketing-ci"],
  ["a merge request", mergeRequestClaims(), "marketing-pull-request"],
  [
    "a merge request of main",
    mergeRequestClaims({ ref_path: "refs/heads/main", ref_protected: "true" }),
    "marketing-pull-request",
  ],
  [
    "another protected branch",
    gitlabClaims({ ref: "release", ref_path: "refs/heads/release" }),
    "nobody",
  ],
  ["main, not protected", gitlabClaims({ ref_protected: "false" }), "refused"],
  [
    "main of another project, not protected",
    gitlabClaims({ project_id: "43", job_project_id: "43", ref_protected: "false" }),
    "refused",
  ],
  [
    "main of another project of the group",
    gitlabClaims({ project_id: "43", job_project_id: "43" }),
    "nobody",
  ],
  ["a project of a group that begins like it", gitlabClaims({ namespace_id: "121" }), "refused"],
  ["a project of a group that is its beginning", gitlabClaims({ namespace_id: "1" }), "refused"],
  [
    "a new project with the old path",
    gitlabClaims({ project_id: "9001", job_project_id: "9001" }),
    "nobody",
  ],
  [
    "the project under a new path",
    gitlabClaims({
      project_path: "acme/data/ads",
      sub: "project_path:acme/data/ads:ref_type:branch:ref:main",
    }),
    "marketing-ci",
  ],
  ["a tag called main", gitlabClaims({ ref_type: "tag", ref_path: "refs/tags/main" }), "refused"],
  ["a tag that says it is a branch", gitlabClaims({ ref_path: "refs/tags/main" }), "refused"],
  [
    "a merge request's fork, in its own project",
    mergeRequestClaims({ project_id: "99", job_project_id: "99", namespace_id: "77" }),
    "refused",
  ],
  [
    "a merge request's fork within the group",
    mergeRequestClaims({ project_id: "99", job_project_id: "99" }),
    "nobody",
  ],
  [
    "a merge request's fork, in this project",
    mergeRequestClaims({ project_id: "99", namespace_id: "77" }),
    "refused",
  ],
  [
    "a merge request of this project, run in a fork",
    mergeRequestClaims({ job_project_id: "99" }),
    "refused",
  ],
  [
    "a merge request on a GitLab that does not tell",
    mergeRequestClaims({ job_project_id: undefined }),
    "refused",
  ],
  [
    "a push on a GitLab that does not tell",
    gitlabClaims({ job_project_id: undefined }),
    "marketing-ci",
  ],
  ["a trigger's token", gitlabClaims({ pipeline_source: "trigger" }), "refused"],
  ["another pipeline", gitlabClaims({ pipeline_source: "pipeline" }), "refused"],
  ["a parent pipeline", gitlabClaims({ pipeline_source: "parent_pipeline" }), "refused"],
  ["the API", gitlabClaims({ pipeline_source: "api" }), "refused"],
  [
    "an external pull request",
    gitlabClaims({ pipeline_source: "external_pull_request_event" }),
    "refused",
  ],
  ["a branch called pull_request", gitlabClaims({ ref_path: "refs/heads/pull_request" }), "nobody"],
  ["a very long branch", gitlabClaims({ ref_path: `refs/heads/${"b".repeat(100)}` }), "refused"],
  ["a number as project id", gitlabClaims({ project_id: 42, job_project_id: 42 }), "refused"],
  ["a number as group id", gitlabClaims({ namespace_id: 12 }), "refused"],
  ["true instead of a string", gitlabClaims({ ref_protected: true }), "refused"],
  ["another GitLab", gitlabClaims({ iss: "https://gitlab.example.com" }), "refused"],
  ["another audience", gitlabClaims({ aud: "https://gitlab.com" }), "refused"],
  ["a token of GitHub", githubClaims(), "refused"],
  ...[
    "project_id",
    "namespace_id",
    "ref_path",
    "ref_type",
    "ref_protected",
    "pipeline_source",
    "iss",
    "aud",
  ].map((claim): Case => [`no ${claim}`, gitlabClaims({ [claim]: undefined }), "refused"]),
];
