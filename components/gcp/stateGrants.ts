import {
  locationCiRights,
  locationRights,
  PLATFORM_CI_RIGHTS,
  pullRequestRights,
  type StateRight,
  SYSTEM_RIGHTS,
} from "../identities/stateRights";
import { celAll, celString } from "./cel";

/** A right in a bucket of Google Cloud. */
export interface StateGrant {
  /** Unique for an identity: a part of the resource's name. */
  readonly key: string;
  readonly may: StateRight["may"];
  /** Managed folder with the right, with its slash; else the bucket has it, for one {@link object}. */
  readonly folder?: string;
  readonly object?: string;
}

/**
 * Rights as grants. A grant on a managed folder is for every object below it, and for listing with its
 * name as prefix: so it needs no condition, and shows nothing of other locations. A single object
 * has no policy of its own in a bucket with uniform access: the bucket grants it, with a condition.
 * @see https://docs.cloud.google.com/storage/docs/managed-folders
 */
export function stateGrants(rights: readonly StateRight[]): readonly StateGrant[] {
  return rights.map(({ may, path }) => ({
    key: `${may}-${path.split("/")[0] ?? ""}`,
    may,
    ...(path.endsWith("/") ? { folder: path } : { object: path }),
  }));
}

/** The managed folders of the platform, in which all locations have something. */
export const SHARED_FOLDERS = folderPaths([...SYSTEM_RIGHTS, ...PLATFORM_CI_RIGHTS]);

/** The managed folders that rights need, each once, sorted. */
function folderPaths(rights: readonly StateRight[]): readonly string[] {
  const paths = rights.map(({ path }) => path).filter((path) => path.endsWith("/"));
  return [...new Set(paths)].sort();
}

/**
 * Exactly one object. A bucket is no object, so listing is not granted.
 * @see https://docs.cloud.google.com/iam/docs/conditions-resource-attributes
 */
export function objectCondition(bucket: string, object: string): string {
  return celAll([
    "resource.type == 'storage.googleapis.com/Object'",
    `resource.name == ${celString(`projects/_/buckets/${bucket}/objects/${object}`)}`,
  ]);
}

/** Exactly one bucket, and nothing in it. */
export function bucketCondition(bucket: string): string {
  return celAll([
    "resource.type == 'storage.googleapis.com/Bucket'",
    `resource.name == ${celString(`projects/_/buckets/${bucket}`)}`,
  ]);
}

/** The managed folders that are a location's own; `compute-logs/` is everybody's. */
export function locationFolders(location: string, pullRequests: boolean): readonly string[] {
  const rights = [
    ...locationCiRights(location),
    ...locationRights(location),
    ...(pullRequests ? pullRequestRights(location) : []),
  ];
  return folderPaths(rights).filter((path) => !SHARED_FOLDERS.includes(path));
}
