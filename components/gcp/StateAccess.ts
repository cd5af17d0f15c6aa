import * as projects from "@pulumi/gcp/projects";
import * as storage from "@pulumi/gcp/storage";
import * as pulumi from "@pulumi/pulumi";

import type { StateRight } from "../identities/stateRights";
import { bucketCondition, objectCondition, type StateGrant, stateGrants } from "./stateGrants";
import type { StateRoleNames } from "./StateRoles";

/** Arguments of {@link StateAccess}. */
export interface StateAccessArgs {
  /** Id of the project. */
  readonly project: pulumi.Input<string>;
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
 * Creates an IAMMember to find the bucket, a ManagedFolderIamMember for each right below a prefix, and a BucketIAMMember with a
 * condition for each single object. State: none. No secrets.
 *
 * The bucket is found by a grant in the project, for this bucket: policies of a bucket are written one member after the other, a
 * second or more each, and those of the project together. Each has room for 1,500 members; a location has two in the bucket's and
 * three in the project's.
 * @see https://docs.cloud.google.com/iam/quotas
 * @see https://docs.cloud.google.com/storage/quotas
 * @example
 * new StateAccess("finance-ci", {
 *   project: "acme",
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
    new projects.IAMMember(`${name}-find`, findArgs(args), child);
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

function findArgs({ project, bucket, member, roles }: StateAccessArgs): projects.IAMMemberArgs {
  const expression = pulumi.output(bucket).apply(bucketCondition);
  return { project, member, role: roles.find, condition: { title: "state bucket", expression } };
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
