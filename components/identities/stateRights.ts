/**
 * Who may do what in the state store: the one table that the policies of every cloud are made of.
 * Nobody deletes. What is overwritten stays as an older version.
 */
import { COMPUTE_LOGS_PREFIX } from "../dagster/computeLogs";
import { defsStatePrefix } from "../dagster/defsStateEnvironment";

/** What the platform's CI has deployed: a record for each location, and its own. */
export const DEPLOYMENTS_PREFIX = "deployments/";

/** What may be done with a part of the state store. */
export interface StateRight {
  /**
   * - `read`: get objects, and list them
   * - `create`: the same, and put new objects; where a store cannot tell, existing ones, too
   * - `write`: the same, and overwrite objects
   * - `put`: put and overwrite, no reading
   */
  readonly may: "read" | "create" | "write" | "put";
  /** With a slash at the end everything below, without one a single object. */
  readonly path: string;
}

/** CI of a location on its default branch: what a release consists of. */
export function locationCiRights(location: string): readonly StateRight[] {
  return [
    { may: "create", path: `${defsStatePrefix(location)}/` },
    { may: "write", path: `releases/${location}.json` },
    // Whether the release is served: the platform's CI says so there.
    { may: "read", path: `${DEPLOYMENTS_PREFIX}${location}.json` },
    { may: "write", path: `dbt/${location}/` },
    { may: "write", path: `snapshots/${location}/` },
  ];
}

/** CI of a location in pull requests: production to compare with, and branch deployments. */
export function pullRequestRights(location: string): readonly StateRight[] {
  return [
    { may: "read", path: `dbt/${location}/` },
    { may: "read", path: `snapshots/${location}/` },
    { may: "write", path: `branches/${location}/` },
  ];
}

/** Code server and runs of a location. */
export function locationRights(location: string): readonly StateRight[] {
  return [
    { may: "read", path: `${defsStatePrefix(location)}/` },
    { may: "put", path: `${COMPUTE_LOGS_PREFIX}/` },
  ];
}

/** Webserver and daemon. */
export const SYSTEM_RIGHTS: readonly StateRight[] = [
  { may: "read", path: `${COMPUTE_LOGS_PREFIX}/` },
];

/** The platform's CI in pull requests, which previews what the records say. */
export const PLATFORM_PREVIEW_RIGHTS: readonly StateRight[] = [{ may: "read", path: "releases/" }];

/** The platform's CI on its branch, which deploys that, and says what came of it. */
export const PLATFORM_CI_RIGHTS: readonly StateRight[] = [
  ...PLATFORM_PREVIEW_RIGHTS,
  { may: "write", path: DEPLOYMENTS_PREFIX },
];
