import * as projects from "@pulumi/gcp/projects";
import * as pulumi from "@pulumi/pulumi";

import { customRoleId, customRoleName } from "./gcpNames";
import { STATE_PERMISSIONS, STATE_ROLES, type StateRole } from "./statePermissions";

/** Arguments of {@link StateRoles}. */
export interface StateRolesArgs {
  /** Id of the project. Plain value: decides names. */
  readonly project: string;
  /** Stack, so that those of one project do not meet. Plain value: decides names. */
  readonly stack: string;
}

/** Full names of the roles, such as `projects/acme/roles/dagster_prod_state_read`. */
export type StateRoleNames = Readonly<Record<StateRole, pulumi.Input<string>>>;

/**
 * The custom roles that rights in the state store are given with. By themselves they give nothing:
 * they are granted on single folders and objects of one bucket.
 *
 * Creates one IAMCustomRole for each of `find`, `read`, `create`, `write` and `put`, with exact
 * permissions. State: none. No secrets. A deleted role's id is free again after 37 days; one that is
 * made again before is taken back by the provider.
 * @see https://docs.cloud.google.com/iam/docs/creating-custom-roles
 * @example new StateRoles("state-roles", { project: "acme-data", stack: "prod" })
 */
export class StateRoles extends pulumi.ComponentResource {
  /** Known when the roles are there. */
  readonly names: Readonly<Record<StateRole, pulumi.Output<string>>>;

  constructor(name: string, args: StateRolesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("dagster-platform:gcp:StateRoles", name, {}, opts);
    const child = { parent: this };
    const made = STATE_ROLES.map((role) => {
      const resource = new projects.IAMCustomRole(`${name}-${role}`, roleArgs(args, role), child);
      return [role, pulumi.all([args.project, resource.roleId]).apply(roleName)] as const;
    });
    this.names = Object.fromEntries(made) as Record<StateRole, pulumi.Output<string>>;
    this.registerOutputs({ names: this.names });
  }
}

function roleArgs({ project, stack }: StateRolesArgs, role: StateRole): projects.IAMCustomRoleArgs {
  return {
    project,
    roleId: customRoleId(stack, `state_${role}`),
    title: `Dagster ${stack}: ${role} state`,
    permissions: [...STATE_PERMISSIONS[role]],
  };
}

function roleName([project, id]: readonly [string, string]): string {
  return customRoleName(project, id);
}
