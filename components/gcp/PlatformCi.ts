import * as projects from "@pulumi/gcp/projects";
import * as storage from "@pulumi/gcp/storage";
import * as pulumi from "@pulumi/pulumi";

import type { CiRepository, CiTrigger } from "../identities/ciTokens";
import { PLATFORM_CI_RIGHTS, PLATFORM_PREVIEW_RIGHTS } from "../identities/stateRights";
import { ciSubject } from "./ciSubject";
import { ciMember, customRoleId, customRoleName } from "./gcpNames";
import {
  type PlatformGrant,
  platformGrants,
  type PlatformJob,
  type PlatformScope,
} from "./platformGrants";
import { PLATFORM_PERMISSIONS } from "./platformPermissions";
import { StateAccess } from "./StateAccess";
import type { StateRoleNames } from "./StateRoles";

/** Arguments of {@link PlatformCi}. */
export interface PlatformCiArgs extends PlatformScope {
  /** Number of the project; Google writes it in the names of CI jobs. Plain value. */
  readonly projectNumber: string;
  /** Id of the stack's workload identity pool, of `CiPool`. */
  readonly poolId: pulumi.Input<string>;
  /** The platform's own repository. Plain value. */
  readonly repository: CiRepository;
  /** Its branch that deploys. Plain value. */
  readonly branch: string;
  /** Bucket of the state store. */
  readonly bucket: pulumi.Input<string>;
  /** Roles of the stack, of `StateRoles`. */
  readonly roles: StateRoleNames;
  /**
   * Names of the shared managed folders by path: outputs, so that a grant waits for its folder.
   * @defaultValue - the path: the folders are there already
   */
  readonly folders?: Readonly<Record<string, pulumi.Input<string>>>;
}

/**
 * What the platform's own CI may do in Google Cloud: `deploy`, the jobs of its main branch, what
 * `pulumi up` needs; `preview`, those of its pull requests, reading of the same.
 *
 * Creates an IAMCustomRole for each part of that, an IAMMember or a BucketIAMMember for each job that has it, and a
 * StateAccess for each job. State: none. No secrets. Where Pulumi keeps its state is not among it.
 *
 * Who may give rights can take them: `deploy` may become any service account of the project. Give the
 * platform a project of its own.
 * @throws RangeError if the branch does not fit into a subject: `ciSubjectMistake` tells before
 * @example
 * new PlatformCi("platform-ci", {
 *   stack: "prod",
 *   project: "acme",
 *   projectNumber: "123456789012",
 *   poolId: "dagster-prod",
 *   repository: { provider: "github", repository: "acme/platform", repositoryId: 7, ownerId: 1 },
 *   branch: "main",
 *   projectRoles: [],
 *   bucket: "dagster-prod-acme",
 *   roles: new StateRoles("state-roles", { project: "acme", stack: "prod" }).names,
 * })
 */
export class PlatformCi extends pulumi.ComponentResource {
  /** The principal of deploying jobs: rights in the cluster and in Pulumi's backend are given to it. */
  readonly deployMember: pulumi.Output<string>;
  /** The principal of jobs of pull requests. */
  readonly previewMember: pulumi.Output<string>;

  constructor(name: string, args: PlatformCiArgs, opts?: pulumi.ComponentResourceOptions) {
    super("dagster-platform:gcp:PlatformCi", name, {}, opts);
    const child = { parent: this };
    const { project, bucket } = args;
    const members = {
      deploy: platformJobs(args, { kind: "branch", branch: args.branch }),
      preview: platformJobs(args, { kind: "pull-request" }),
    };
    for (const grant of platformGrants(args)) {
      const made = new projects.IAMCustomRole(
        `${name}-${grant.role}`,
        roleArgs(args, grant),
        child,
      );
      const role = pulumi.all([project, made.roleId]).apply(roleName);
      for (const job of grant.jobs) {
        const given = { role, member: members[job], ...conditionOf(grant) };
        const key = `${job}-${grant.role}`;
        if (grant.on === "bucket")
          new storage.BucketIAMMember(`${name}-${key}`, { bucket, ...given }, child);
        else new projects.IAMMember(`${name}-${key}`, { project, ...given }, child);
      }
    }
    for (const job of ["deploy", "preview"] as const)
      new StateAccess(`${name}-${job}-state`, stateAccess(args, members[job], job), child);
    this.deployMember = members.deploy;
    this.previewMember = members.preview;
    this.registerOutputs({ deployMember: this.deployMember, previewMember: this.previewMember });
  }
}

function platformJobs(args: PlatformCiArgs, trigger: CiTrigger): pulumi.Output<string> {
  const subject = ciSubject({ repository: args.repository, work: "platform", trigger });
  return pulumi.all([args.projectNumber, args.poolId, subject]).apply(memberOf);
}

function memberOf([number, pool, subject]: readonly [string, string, string]): string {
  return ciMember(number, pool, subject);
}

function roleName([project, id]: readonly [string, string]): string {
  return customRoleName(project, id);
}

function roleArgs(
  { project, stack }: PlatformCiArgs,
  { role }: PlatformGrant,
): projects.IAMCustomRoleArgs {
  return {
    project,
    roleId: customRoleId(stack, `platform_${role}`),
    title: `Dagster ${stack}: platform's CI, ${role}`,
    permissions: [...PLATFORM_PERMISSIONS[role]],
  };
}

function conditionOf({ condition }: PlatformGrant) {
  return condition === undefined ? {} : { condition: { ...condition } };
}

function stateAccess(args: PlatformCiArgs, member: pulumi.Input<string>, job: PlatformJob) {
  const { project, bucket, roles, folders = {} } = args;
  const rights = job === "deploy" ? PLATFORM_CI_RIGHTS : PLATFORM_PREVIEW_RIGHTS;
  return { project, bucket, roles, member, rights, folders };
}
