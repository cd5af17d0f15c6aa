import { platformClaims } from "./claims";
import { LOCATION_WORKFLOW_REF, PLATFORM_WORKFLOW_PATH } from "./program";
import type { Case } from "./tokenCase";

const branch = (name: string) => ({ ref: `refs/heads/${name}` });
const evil = { repository_owner_id: "666", repository_id: "666" };

/** Jobs of the platform's own repository. */
export const PLATFORM_CASES: readonly Case[] = [
  ["a push to its main branch", platformClaims(), "platform-ci-deploy"],
  ["its schedule", platformClaims({ event_name: "schedule" }), "platform-ci-deploy"],
  ["a push to another branch", platformClaims(branch("evil")), "nobody"],
  [
    "a pull request",
    platformClaims({ event_name: "pull_request", ref: "refs/pull/5/merge" }),
    "platform-ci-preview",
  ],
  [
    "a pull request with main's workflow",
    platformClaims({
      event_name: "pull_request",
      ref: "refs/pull/5/merge",
      job_workflow_ref: `${PLATFORM_WORKFLOW_PATH}@refs/heads/main`,
    }),
    "refused",
  ],
  [
    "a branch's workflow on main",
    platformClaims({ job_workflow_ref: `${PLATFORM_WORKFLOW_PATH}@refs/heads/evil` }),
    "refused",
  ],
  ["its tag", platformClaims({ ref: "refs/tags/main", ref_type: "tag" }), "refused"],
  [
    "another workflow of it",
    platformClaims({
      job_workflow_ref: "acme/platform/.github/workflows/lint.yml@refs/heads/main",
    }),
    "refused",
  ],
  [
    "a workflow of a longer name",
    platformClaims({
      job_workflow_ref: "acme/platform/.github/workflows/platform.yml2@refs/heads/main",
    }),
    "refused",
  ],
  ["its environment", platformClaims({ environment: "production" }), "refused"],
  ["workflow_run", platformClaims({ event_name: "workflow_run" }), "refused"],
  [
    "a fork's own",
    platformClaims({
      ...evil,
      job_workflow_ref: `somebody/platform/.github/workflows/platform.yml@refs/heads/main`,
    }),
    "refused",
  ],
  ["another repository with that workflow", platformClaims({ repository_id: "42" }), "refused"],
  [
    "a location in it releases",
    platformClaims({ job_workflow_ref: LOCATION_WORKFLOW_REF }),
    "hub-ci",
  ],
  [
    "a location in it, pull request",
    platformClaims({
      event_name: "pull_request",
      ref: "refs/pull/5/merge",
      job_workflow_ref: LOCATION_WORKFLOW_REF,
    }),
    "hub-pull-request",
  ],
];
