import * as storage from "@pulumi/gcp/storage";
import * as pulumi from "@pulumi/pulumi";

import type { CiRepository } from "../identities/ciTokens";
import { SYSTEM_RIGHTS } from "../identities/stateRights";
import { systemServiceAccountId } from "./gcpNames";
import { PlatformCi } from "./PlatformCi";
import { PodAccount } from "./PodAccount";
import { StateAccess } from "./StateAccess";
import { SHARED_FOLDERS } from "./stateGrants";
import type { StateRoleNames } from "./StateRoles";

/** Arguments of {@link PlatformAccess}. */
export interface PlatformAccessArgs {
  /** Stack. Plain value: decides names. */
  readonly stack: string;
  /** Id of the project. Plain value: decides names. */
  readonly project: string;
  /** Its number; Google writes it in the names of CI jobs. Plain value. */
  readonly projectNumber: string;
  /** Id of the stack's workload identity pool, of `CiPool`. */
  readonly poolId: pulumi.Input<string>;
  /** The platform's own repository. Plain value. */
  readonly repository: CiRepository;
  /** Its branch that deploys. Plain value. */
  readonly branch: string;
  /** Roles that pods of any location have in the project: its CI may give those. Plain value. */
  readonly projectRoles: readonly string[];
  /**
   * GKE cluster whose address its CI looks up, `projects/…/locations/…/clusters/…`.
   * @defaultValue - none. Plain value: decides which resources exist
   */
  readonly gkeCluster?: string;
  /**
   * Instance of Cloud SQL of this stack, by its name.
   * @defaultValue - none. Plain value: decides which resources exist
   */
  readonly databaseInstance?: string;
  /** Bucket of the state store. */
  readonly bucket: pulumi.Input<string>;
  /** Roles of the stack, of `StateRoles`. */
  readonly roles: StateRoleNames;
  /** Namespace of webserver and daemon. Plain value. */
  readonly namespace: string;
  /** Their Kubernetes ServiceAccount. Plain value. */
  readonly serviceAccount: string;
}

/**
 * Who acts for the platform itself in Google Cloud: webserver and daemon, and its own CI.
 *
 * Creates the ManagedFolders that all locations share, `compute-logs/`, `releases/` and `deployments/`, a PodAccount with
 * a StateAccess, and a PlatformCi. State: none; a managed folder that goes takes no object with it. No secrets.
 * The pool has to be there before (`dependsOn`); locations come after this.
 * @throws RangeError if the branch does not fit into a subject: `ciSubjectMistake` tells before
 * @example
 * new PlatformAccess("platform-access", {
 *   stack: "prod",
 *   project: "acme",
 *   projectNumber: "123456789012",
 *   poolId: "dagster-prod",
 *   repository: { provider: "github", repository: "acme/platform", repositoryId: 7, ownerId: 1 },
 *   branch: "main",
 *   projectRoles: ["roles/bigquery.dataViewer"],
 *   bucket: "dagster-prod-acme",
 *   roles: new StateRoles("state-roles", { project: "acme", stack: "prod" }).names,
 *   namespace: "dagster",
 *   serviceAccount: "dagster",
 * })
 */
export class PlatformAccess extends pulumi.ComponentResource {
  /** Address of the service account of webserver and daemon. */
  readonly systemEmail: pulumi.Output<string>;
  /** The principal of deploying jobs: rights in the cluster and in Pulumi's backend are given to it. */
  readonly deployMember: pulumi.Output<string>;
  /** The principal of jobs of the platform's pull requests. */
  readonly previewMember: pulumi.Output<string>;

  constructor(name: string, args: PlatformAccessArgs, opts?: pulumi.ComponentResourceOptions) {
    super("dagster-platform:gcp:PlatformAccess", name, {}, opts);
    const child = { parent: this };
    const { bucket, roles } = args;
    const folders: Record<string, pulumi.Output<string>> = {};
    for (const path of SHARED_FOLDERS)
      folders[path] = new storage.ManagedFolder(
        `${name}-${path.slice(0, -1)}-folder`,
        // Leaves the objects.
        { bucket, name: path, forceDestroy: true },
        child,
      ).name;
    const pods = new PodAccount(`${name}-system`, podAccount(args), child);
    new StateAccess(
      `${name}-system-state`,
      { project: args.project, bucket, roles, member: pods.member, rights: SYSTEM_RIGHTS, folders },
      child,
    );
    const ci = new PlatformCi(`${name}-ci`, { ...args, folders }, child);
    this.systemEmail = pods.email;
    this.deployMember = ci.deployMember;
    this.previewMember = ci.previewMember;
    this.registerOutputs({
      systemEmail: this.systemEmail,
      deployMember: this.deployMember,
      previewMember: this.previewMember,
    });
  }
}

function podAccount({ stack, project, namespace, serviceAccount }: PlatformAccessArgs) {
  return {
    ...{ project, namespace, serviceAccount },
    accountId: systemServiceAccountId(stack),
    description: `Webserver and daemon of Dagster ${stack}`,
  };
}
