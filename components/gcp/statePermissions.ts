import type { StateRight } from "../identities/stateRights";

/** What a custom role is for: a right in the state store, or finding the bucket. */
export type StateRole = StateRight["may"] | "find";

const READ = ["storage.objects.get", "storage.objects.list"] as const;

/**
 * Permissions of the roles, one by one; those of Google (`roles/storage.*`) have more.
 *
 * Overwriting is deleting to Cloud Storage: `write` and `put` have `storage.objects.delete`, and with it
 * they can delete, old versions too. What they overwrite or delete stays as an old version, and
 * what is deleted for good stays as long as the bucket's soft delete says (nobody here may change that, or
 * restore). `create` cannot overwrite, and so can lose nothing.
 *
 * `find` is for gcsfs, Dagster's compute logs and the CI's scripts, which ask for the bucket before
 * they use it; gcsfs would else try to create it.
 * @see https://docs.cloud.google.com/storage/docs/access-control/iam-json
 */
export const STATE_PERMISSIONS: Readonly<Record<StateRole, readonly string[]>> = {
  find: ["storage.buckets.get"],
  read: READ,
  create: ["storage.objects.create", ...READ],
  write: ["storage.objects.create", "storage.objects.delete", ...READ],
  put: ["storage.objects.create", "storage.objects.delete"],
};

/** In the order in which roles are made. */
export const STATE_ROLES = ["find", "read", "create", "write", "put"] as const;
