import * as storage from "@pulumi/gcp/storage";
import * as pulumi from "@pulumi/pulumi";

import type { StateRight } from "../identities/stateRights";
import { objectCondition, type StateGrant, stateGrants } from "./stateGrants";
import type { StateRoleNames } from "./StateRoles";

/** Arguments of {@link StateAccess}. */
export interface StateAccessArgs {
  /** Bucket of the state store. */
  readonly bucket: pulumi.Input<string>;
  /** Roles of the stack, of `StateRoles`. */
  readonly roles: StateRoleNames;
  /** Who: a `principal://` of one subject, or `serviceAccount:` with its address. */
  readonly member: pulumi.Input<string>;
  /** What it may do there. Plain value: decides which resources exist. */
  readonly rights: readonly StateRight[];
  /**
   * Names of the managed folders by path: outputs, so that a grant waits for its folder.
   * @defaultValue - the path: the folder is there already
   */
  readonly folders?: Readonly<Record<string, pulumi.Input<string>>>;
}

/**
 * What one identity may do in the state store, and nothing else in its bucket.
 *
 * Creates a BucketIAMMember to find the bucket, a ManagedFolderIamMember for each right below a
 * prefix, and a BucketIAMMember with a condition for each single object. State: none. No secrets.
 *
 * A bucket's policy has room for 1,500 members, and takes about one change per second: a location
 * has four there, so a stack may have some 370 locations, and 100 new ones take minutes.
 * @see https://docs.cloud.google.com/iam/quotas
 * @see https://docs.cloud.google.com/storage/quotas
 * @example
 * new StateAccess("finance-ci", {
 *   bucket: "dagster-prod-acme",
 *   roles: new StateRoles("state-roles", { project: "acme", stack: "prod" }).names,
 *   member: "serviceAccount:ci@acme.iam.gserviceaccount.com",
 *   rights: [{ may: "read", path: "dbt/finance/" }],
 * })
 */
export class StateAccess extends pulumi.ComponentResource {
  constructor(name: string, args: StateAccessArgs, opts?: pulumi.ComponentResourceOptions) {
    super("dagster-platform:gcp:StateAccess", name, {}, opts);
    const child = { parent: this };
    const { bucket, member, roles } = args;
    new storage.BucketIAMMember(`${name}-find`, { bucket, member, role: roles.find }, child);
    for (const grant of stateGrants(args.rights)) {
      if (grant.folder !== undefined)
        new storage.ManagedFolderIamMember(
          `${name}-${grant.key}`,
          folderArgs(args, grant, grant.folder),
          child,
        );
      if (grant.object !== undefined)
        new storage.BucketIAMMember(
          `${name}-${grant.key}`,
          objectArgs(args, grant, grant.object),
          child,
        );
    }
    this.registerOutputs({});
  }
}

function folderArgs(
  { bucket, member, roles, folders = {} }: StateAccessArgs,
  { may }: StateGrant,
  folder: string,
): storage.ManagedFolderIamMemberArgs {
  return { bucket, managedFolder: folders[folder] ?? folder, member, role: roles[may] };
}

function objectArgs(
  { bucket, member, roles }: StateAccessArgs,
  { may }: StateGrant,
  object: string,
): storage.BucketIAMMemberArgs {
  const expression = pulumi.all([bucket, object]).apply(condition);
  return { bucket, member, role: roles[may], condition: { title: object, expression } };
}

function condition([bucket, object]: readonly [string, string]): string {
  return objectCondition(bucket, object);
}
