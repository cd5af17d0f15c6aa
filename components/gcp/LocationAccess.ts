import * as storage from "@pulumi/gcp/storage";
import * as pulumi from "@pulumi/pulumi";

import type { CiRepository, CiTrigger } from "../identities/ciTokens";
import {
  locationCiRights,
  locationRights,
  pullRequestRights,
  type StateRight,
} from "../identities/stateRights";
import { ciSubject } from "./ciSubject";
import { branchImageRepositoryId, ciMember, imageRepositoryId, serviceAccountId } from "./gcpNames";
import { ImageRepository } from "./ImageRepository";
import { PodAccount } from "./PodAccount";
import { StateAccess } from "./StateAccess";
import { locationFolders } from "./stateGrants";
import type { StateRoleNames } from "./StateRoles";

/** Arguments of {@link LocationAccess}. */
export interface LocationAccessArgs {
  /** Stack. Plain value: decides names. */
  readonly stack: string;
  /** Id of the project. Plain value: decides names. */
  readonly project: string;
  /** Its number; Google writes it in the names of CI jobs. Plain value. */
  readonly projectNumber: string;
  /** Id of the stack's workload identity pool, of `CiPool`. */
  readonly poolId: pulumi.Input<string>;
  /** Name of the location, a DNS label of up to 31 characters. Plain value: decides names. */
  readonly location: string;
  /** Whose jobs are the location's CI. Plain value. */
  readonly repository: CiRepository;
  /** Its branch that releases. Plain value. */
  readonly branch: string;
  /** Whether jobs of pull requests have rights. Plain value: decides which resources exist. */
  readonly pullRequests: boolean;
  /** Whether images are kept in repositories made here. Plain value, as before. */
  readonly images: boolean;
  /** Whether the repository of released images is there already. Plain value. @defaultValue false */
  readonly imagesExist?: boolean;
  /** Whether pull requests have images, in a repository of their own. Plain value, as before. */
  readonly branchImages: boolean;
  /** Region of the image repositories, such as `europe-west3`. */
  readonly region: string;
  /** Days that images without a tag stay, from 1. */
  readonly imageExpireDays: number;
  /** Days that images of pull requests stay, from 1. */
  readonly branchDays: number;
  /** Key of Cloud KMS for the images; see `ImageRepository`. @defaultValue - a key of Google */
  readonly kmsKeyName?: pulumi.Input<string>;
  /** Bucket of the state store, where `compute-logs/` is a managed folder already (`PlatformAccess`). */
  readonly bucket: pulumi.Input<string>;
  /** Roles of the stack, of `StateRoles`. */
  readonly roles: StateRoleNames;
  /** Namespace of the pods, whose Kubernetes ServiceAccount is called like the location. Plain value. */
  readonly namespace: string;
  /** Roles that the pods have in the project, besides. Plain value: decides which resources exist. */
  readonly projectRoles: readonly string[];
  /**
   * Address of a service account that is there already.
   * @defaultValue - one is made. Plain value: decides which resources exist
   */
  readonly serviceAccountEmail?: string;
}

/**
 * Who acts for one location in Google Cloud, and what each may do: its CI on the branch that releases,
 * its CI in pull requests, and its pods. None of them reaches another location.
 *
 * Creates the location's ManagedFolders, a PodAccount (service account), a StateAccess for each of the
 * three, and one or two ImageRepositories. State: released images, which outlive this. A
 * managed folder that goes takes no object with it: they stay, and nobody has a right to them. No secrets.
 *
 * Both the pool and the folder `compute-logs/` have to be there before (`dependsOn`).
 * @throws RangeError if the branch does not fit into a subject: `ciSubjectMistake` tells before
 * @example
 * new LocationAccess("finance-access", {
 *   stack: "prod",
 *   project: "acme",
 *   projectNumber: "123456789012",
 *   poolId: "dagster-prod",
 *   location: "finance",
 *   repository: { provider: "github", repository: "acme/finance", repositoryId: 42, ownerId: 1 },
 *   branch: "main",
 *   pullRequests: true,
 *   images: true,
 *   branchImages: true,
 *   region: "europe-west3",
 *   imageExpireDays: 30,
 *   branchDays: 14,
 *   bucket: "dagster-prod-acme",
 *   roles: new StateRoles("state-roles", { project: "acme", stack: "prod" }).names,
 *   namespace: "dagster",
 *   projectRoles: ["roles/bigquery.dataViewer"],
 * })
 */
export class LocationAccess extends pulumi.ComponentResource {
  /** Address of the pods' service account, known when they can use it. */
  readonly serviceAccountEmail: pulumi.Output<string>;

  constructor(name: string, args: LocationAccessArgs, opts?: pulumi.ComponentResourceOptions) {
    super("dagster-platform:gcp:LocationAccess", name, {}, opts);
    const child = { parent: this };
    const { location } = args;
    const folders: Record<string, pulumi.Output<string>> = {};
    for (const path of locationFolders(location, args.pullRequests)) {
      const key = path.split("/")[0] ?? "";
      // `forceDestroy` leaves the objects: without it, a location with state could not be removed.
      folders[path] = new storage.ManagedFolder(
        `${name}-${key}-folder`,
        { bucket: args.bucket, name: path, forceDestroy: true },
        child,
      ).name;
    }
    const access = (member: pulumi.Input<string>, rights: readonly StateRight[]) => ({
      ...{ project: args.project, bucket: args.bucket, roles: args.roles },
      ...{ member, rights, folders },
    });
    const ci = ciJobs(args, { kind: "branch", branch: args.branch });
    new StateAccess(`${name}-ci-state`, access(ci, locationCiRights(location)), child);
    const pullRequest = ciJobs(args, { kind: "pull-request" });
    if (args.pullRequests)
      new StateAccess(
        `${name}-pull-request-state`,
        access(pullRequest, pullRequestRights(location)),
        child,
      );
    const pods = new PodAccount(`${name}-runtime`, podAccount(args), child);
    new StateAccess(`${name}-runtime-state`, access(pods.member, locationRights(location)), child);
    if (args.images) new ImageRepository(`${name}-images`, images(args, ci), child);
    if (args.images && args.branchImages)
      new ImageRepository(`${name}-branch-images`, branchImages(args, pullRequest), child);
    this.serviceAccountEmail = pods.email;
    this.registerOutputs({ serviceAccountEmail: this.serviceAccountEmail });
  }
}

function ciJobs(args: LocationAccessArgs, trigger: CiTrigger): pulumi.Output<string> {
  const subject = ciSubject({ repository: args.repository, work: "location", trigger });
  return pulumi.all([args.projectNumber, args.poolId, subject]).apply(memberOf);
}

function memberOf([number, pool, subject]: readonly [string, string, string]): string {
  return ciMember(number, pool, subject);
}

function podAccount(args: LocationAccessArgs) {
  const { stack, project, location, namespace, projectRoles, serviceAccountEmail } = args;
  return {
    ...{ project, namespace, projectRoles, serviceAccount: location },
    accountId: serviceAccountId(stack, location),
    description: `Pods of location ${location} of Dagster ${stack}`,
    ...(serviceAccountEmail === undefined ? {} : { adoptedEmail: serviceAccountEmail }),
  };
}

function images(args: LocationAccessArgs, writer: pulumi.Input<string>) {
  const repositoryId = imageRepositoryId(args.stack, args.location);
  const { imagesExist: exists, imageExpireDays: expireDays } = args;
  return { ...imagePlace(args), repositoryId, writer, released: true, exists, expireDays };
}

function branchImages(args: LocationAccessArgs, writer: pulumi.Input<string>) {
  const repositoryId = branchImageRepositoryId(args.stack, args.location);
  const expireDays = args.branchDays;
  return { ...imagePlace(args), repositoryId, writer, released: false, expireDays };
}

function imagePlace({ project, region, kmsKeyName }: LocationAccessArgs) {
  return { project, region, ...(kmsKeyName === undefined ? {} : { kmsKeyName }) };
}
