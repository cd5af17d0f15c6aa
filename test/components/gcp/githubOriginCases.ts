import { githubClaims, gitlabClaims, pullRequestClaims } from "./claims";
import { LOCATION_WORKFLOW_REF, PLATFORM_WORKFLOW_PATH } from "./program";
import type { Case } from "./tokenCase";

const evil = { repository_owner_id: "666", repository_id: "666" };

/** Begins with the id, ends with it, or has it in another form. */
const OTHER_OWNERS = ["12", "11", "10", "01", " 1", "1 ", "1'", "0", "", "-1", "1.0", "['1']"];

/** Which repository and which workflow a job is of. */
export const GITHUB_ORIGIN_CASES: readonly Case[] = [
  ["a fork's own push", githubClaims({ ...evil, repository: "somebody/finance" }), "refused"],
  [
    "a fork's own pull request",
    pullRequestClaims({ ...evil, repository: "somebody/finance" }),
    "refused",
  ],
  ["a fork within the organisation", githubClaims({ repository_id: "4242" }), "nobody"],
  [
    "a pull request in a fork within the organisation",
    pullRequestClaims({ repository_id: "4242" }),
    "nobody",
  ],
  [
    "the repository under a new name",
    githubClaims({ repository: "acme/money", sub: "repo:acme/money:ref:refs/heads/main" }),
    "finance-ci",
  ],
  [
    "the immutable form of sub",
    githubClaims({ sub: "repo:acme@1/finance@42:ref:refs/heads/main" }),
    "finance-ci",
  ],
  ["a sub that is somebody's template", githubClaims({ sub: "anything" }), "finance-ci"],
  ["a new repository with the old name", githubClaims({ repository_id: "9001" }), "nobody"],
  ["the old name of a moved repository", githubClaims({ ...evil }), "refused"],
  [
    "acme-evil",
    githubClaims({ repository_owner: "acme-evil", repository_owner_id: "666" }),
    "refused",
  ],
  ["acme2", githubClaims({ repository_owner: "acme2", repository_owner_id: "667" }), "refused"],
  [
    "another known owner's repository",
    githubClaims({ repository_owner_id: "30", repository_id: "300" }),
    "nobody",
  ],
  ["a repository whose id begins like it", githubClaims({ repository_id: "421" }), "nobody"],
  ["a repository whose id ends like it", githubClaims({ repository_id: "142" }), "nobody"],
  ["a repository id with a ref", githubClaims({ repository_id: "42:refs/heads/main" }), "nobody"],
  ["an environment", githubClaims({ environment: "production" }), "refused"],
  ["an environment without a name", githubClaims({ environment: "" }), "refused"],
  ["an environment of a pull request", pullRequestClaims({ environment: "production" }), "refused"],
  [
    "its own workflow",
    githubClaims({
      job_workflow_ref: "acme/finance/.github/workflows/dagster.yml@refs/heads/main",
    }),
    "refused",
  ],
  [
    "the workflow of another branch",
    githubClaims({ job_workflow_ref: LOCATION_WORKFLOW_REF.replace("main", "evil") }),
    "refused",
  ],
  [
    "the workflow at a tag",
    githubClaims({ job_workflow_ref: LOCATION_WORKFLOW_REF.replace("heads", "tags") }),
    "refused",
  ],
  [
    "the workflow at a commit",
    githubClaims({
      job_workflow_ref: LOCATION_WORKFLOW_REF.replace("refs/heads/main", "0".repeat(40)),
    }),
    "refused",
  ],
  [
    "the workflow of a pull request",
    githubClaims({ job_workflow_ref: LOCATION_WORKFLOW_REF.replace("heads/main", "pull/5/merge") }),
    "refused",
  ],
  [
    "the workflow with more behind it",
    githubClaims({ job_workflow_ref: `${LOCATION_WORKFLOW_REF}2` }),
    "refused",
  ],
  [
    "the workflow with more before it",
    githubClaims({ job_workflow_ref: `evil${LOCATION_WORKFLOW_REF}` }),
    "refused",
  ],
  [
    "the platform's workflow called by a location",
    githubClaims({ job_workflow_ref: `${PLATFORM_WORKFLOW_PATH}@refs/heads/main` }),
    "refused",
  ],
  ["a number as repository id", githubClaims({ repository_id: 42 }), "refused"],
  ["a number as owner id", githubClaims({ repository_owner_id: 1 }), "refused"],
  ["null as owner id", githubClaims({ repository_owner_id: null }), "refused"],
  ["a list as owner id", githubClaims({ repository_owner_id: ["1"] }), "refused"],
  ["another audience", githubClaims({ aud: "sts.amazonaws.com" }), "refused"],
  ["the audience of GitLab's provider", githubClaims({ aud: gitlabClaims()["aud"] }), "refused"],
  ["a token of GitLab", gitlabClaims(), "refused"],
  ...OTHER_OWNERS.map((id): Case => [
    `owner ${id}`,
    githubClaims({ repository_owner_id: id }),
    "refused",
  ]),
  ...[
    "repository_id",
    "repository_owner_id",
    "ref",
    "ref_type",
    "event_name",
    "job_workflow_ref",
    "iss",
    "aud",
  ].map((claim): Case => [`no ${claim}`, githubClaims({ [claim]: undefined }), "refused"]),
];
