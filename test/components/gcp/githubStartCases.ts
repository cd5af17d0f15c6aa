import { githubClaims, pullRequestClaims } from "./claims";
import type { Case } from "./tokenCase";

const branch = (name: string) => ({ ref: `refs/heads/${name}` });

/** How a job of a location's repository was started, and on what. */
export const GITHUB_START_CASES: readonly Case[] = [
  ["a push to the branch that releases", githubClaims(), "finance-ci"],
  ["a schedule", githubClaims({ event_name: "schedule" }), "finance-ci"],
  ["a start by hand", githubClaims({ event_name: "workflow_dispatch" }), "finance-ci"],
  ["a push to another branch", githubClaims(branch("other")), "nobody"],
  ["a push to a branch whose name ends like it", githubClaims(branch("x/main")), "nobody"],
  ["a push to a branch whose name begins like it", githubClaims(branch("main2")), "nobody"],
  ["a push to Main", githubClaims(branch("Main")), "nobody"],
  ["a push to the branch pull_request", githubClaims(branch("pull_request")), "nobody"],
  ["a push to a branch called like a ref", githubClaims(branch("refs/heads/main")), "nobody"],
  ["a ref that is no ref", githubClaims({ ref: "pull_request" }), "refused"],
  ["a branch with a colon", githubClaims(branch("main:refs/heads/main")), "nobody"],
  [
    "another subject in the branch",
    githubClaims(branch("x:github:location:42:refs/heads/main")),
    "nobody",
  ],
  ["a tag called main", githubClaims({ ref: "refs/tags/main", ref_type: "tag" }), "refused"],
  ["a tag that says it is a branch", githubClaims({ ref: "refs/tags/main" }), "refused"],
  ["a branch that says it is a tag", githubClaims({ ref_type: "tag" }), "refused"],
  [
    "a start by hand on a tag",
    githubClaims({ event_name: "workflow_dispatch", ref: "refs/tags/v1", ref_type: "tag" }),
    "refused",
  ],
  ["a very long branch", githubClaims(branch("b".repeat(100))), "refused"],
  ["the longest branch", githubClaims(branch("b".repeat(127 - 30))), "nobody"],
  ["one more than the longest branch", githubClaims(branch("b".repeat(127 - 29))), "refused"],
  ["a pull request", pullRequestClaims(), "finance-pull-request"],
  ["a pull request that is merged", pullRequestClaims(branch("main")), "finance-pull-request"],
  [
    "pull_request_target",
    pullRequestClaims({ event_name: "pull_request_target", ...branch("main") }),
    "refused",
  ],
  ["issue_comment", githubClaims({ event_name: "issue_comment" }), "refused"],
  ["workflow_run", githubClaims({ event_name: "workflow_run" }), "refused"],
  ["pull_request_review", pullRequestClaims({ event_name: "pull_request_review" }), "refused"],
  [
    "merge_group",
    githubClaims({ event_name: "merge_group", ...branch("gh-readonly-queue/main/pr-1") }),
    "refused",
  ],
  ["repository_dispatch", githubClaims({ event_name: "repository_dispatch" }), "refused"],
  ["release", githubClaims({ event_name: "release" }), "refused"],
  ["an event in capitals", githubClaims({ event_name: "PUSH" }), "refused"],
];
