import * as eks from "@pulumi/aws/eks";
import * as pulumi from "@pulumi/pulumi";

import type { CiRepository } from "../identities/ciTokens";
import { locationCiRights, locationRights, pullRequestRights } from "../identities/stateRights";
import {
  type AwsAccount,
  type LocationRole,
  locationRoleName,
  roleArn,
  rolePath,
} from "./awsNames";
import { type AssociatedPods, Identity, type IdentityArgs } from "./Identity";
import { branchImageRepositoryName, imageRepositoryName, pushStatements } from "./imagePolicy";
import { ImageRepository, type ImageRepositoryArgs } from "./ImageRepository";
import { type StateBucketPlace, stateStatements } from "./statePolicy";
import { ciTrust, podTrust, serviceAccountAnnotations } from "./trustPolicy";

/** How pods of a cluster get their roles. */
export interface PodSettings {
  /** Name of the EKS cluster. */
  readonly eksCluster: string;
  /** Namespace of the platform. */
  readonly namespace: string;
  /**
   * OpenID Connect issuer of the cluster, with `https://`: then by IRSA, and the account has a
   * provider for it. Plain value whether it is given: decides which resources exist.
   * @defaultValue - by EKS Pod Identity, whose agent the cluster needs
   */
  readonly issuer?: pulumi.Input<string>;
}

/** Arguments of {@link LocationAccess}. All but the issuer are plain: roles are named by them. */
export interface LocationAccessArgs {
  readonly stack: string;
  readonly account: AwsAccount;
  /** Name of the location, and of its ServiceAccount. */
  readonly location: string;
  readonly repository: CiRepository;
  /** Branch whose jobs release. */
  readonly branch: string;
  /** Whether jobs of pull requests get a role. */
  readonly pullRequests: boolean;
  /** Whether these jobs build images, too. */
  readonly branchImages: boolean;
  /** Whether images are in this account; if not, nobody gets a right to push. */
  readonly images: boolean;
  /** Whether the repository of released images is there already. Plain value. @defaultValue false */
  readonly imagesExist?: boolean;
  /** Days until an image that was never released goes, from 1. */
  readonly imageExpireDays: number;
  /** Days until an image of a pull request goes, from 1. */
  readonly branchDays: number;
  /** State store; its key encrypts the images, too. */
  readonly state: StateBucketPlace;
  /** GitHub: the reusable workflow that alone gets the roles (`job_workflow_ref`). */
  readonly workflowRef: string;
  /** GitLab: address of the instance. */
  readonly gitlabUrl: string;
  readonly pods: PodSettings;
  /** Managed policies of the location's code alone. */
  readonly policyArns: readonly string[];
  /**
   * Role of the location's code that is there already; {@link policyArns} are not attached to it.
   * @defaultValue - a role is made
   */
  readonly runtimeRoleArn?: string;
  /** Policy that limits every role made here. @defaultValue - none */
  readonly permissionsBoundary?: string;
}

/**
 * Who a location is on AWS: its CI, its pull requests, its code.
 *
 * Creates an {@link Identity} for CI, one for pull requests if there are any, one for code server
 * and runs unless that role is given, and an {@link ImageRepository} for released images and one
 * for branches if images are in this account. State: released images, which stay in the account
 * when the location goes. No secret: CI comes with a token of its own, pods with the cluster's.
 * @example
 * new LocationAccess("finance", {
 *   stack: "prod",
 *   account: { accountId: "123456789012", region: "eu-central-1" },
 *   location: "finance",
 *   repository: {
 *     provider: "github",
 *     repository: "acme/finance-pipelines",
 *     repositoryId: 1001,
 *     ownerId: 42,
 *   },
 *   branch: "main",
 *   pullRequests: true,
 *   branchImages: true,
 *   images: true,
 *   imageExpireDays: 30,
 *   branchDays: 14,
 *   state: { bucket: "acme-dagster-prod", region: "eu-central-1" },
 *   workflowRef: "acme/data-platform/.github/workflows/location.yml@refs/heads/main",
 *   gitlabUrl: "https://gitlab.com",
 *   pods: { eksCluster: "data", namespace: "dagster" },
 *   policyArns: ["arn:aws:iam::123456789012:policy/finance-read"],
 * })
 */
export class LocationAccess extends pulumi.ComponentResource {
  /** Role of code server and runs. Plain value: Helm's values are made of it. */
  readonly runtimeRoleArn: string;
  /** Of the ServiceAccount. Plain value, like the role. */
  readonly annotations: Readonly<Record<string, string>>;

  constructor(name: string, args: LocationAccessArgs, opts?: pulumi.ComponentResourceOptions) {
    super("dagster-platform:aws:LocationAccess", name, {}, opts);
    const child = { parent: this };
    if (args.images) new ImageRepository(`${name}-images`, releasedImages(args), child);
    if (args.images && args.branchImages)
      new ImageRepository(`${name}-branch-images`, branchImages(args), child);
    new Identity(`${name}-ci`, ciIdentity(args), child);
    if (args.pullRequests) new Identity(`${name}-pull-request`, pullRequestIdentity(args), child);
    const pods = associatedPods(args);
    if (args.runtimeRoleArn === undefined)
      new Identity(`${name}-runtime`, runtimeIdentity(args, pods), child);
    else if (pods !== undefined)
      new eks.PodIdentityAssociation(
        `${name}-runtime-pods`,
        associationArgs(pods, args.runtimeRoleArn),
        child,
      );
    this.runtimeRoleArn = args.runtimeRoleArn ?? madeRuntimeRole(args);
    this.annotations = pods === undefined ? serviceAccountAnnotations(this.runtimeRoleArn) : {};
    const { runtimeRoleArn, annotations } = this;
    this.registerOutputs({ runtimeRoleArn, annotations });
  }
}

function releasedImages(args: LocationAccessArgs): ImageRepositoryArgs {
  return {
    repository: imageRepositoryName(args.stack, args.location),
    keepReleased: true,
    exists: args.imagesExist,
    expireDays: args.imageExpireDays,
    kmsKeyArn: args.state.kmsKeyArn,
  };
}

function branchImages(args: LocationAccessArgs): ImageRepositoryArgs {
  return {
    repository: branchImageRepositoryName(args.stack, args.location),
    keepReleased: false,
    expireDays: args.branchDays,
    kmsKeyArn: args.state.kmsKeyArn,
  };
}

function ciIdentity(args: LocationAccessArgs): IdentityArgs {
  const { account, stack, location, branch } = args;
  return {
    ...identity(args, "ci"),
    description: `CI of Dagster location ${location} of ${stack}`,
    trust: ciTrust({ ...args, trigger: { kind: "branch", branch } }),
    statements: [
      ...stateStatements(args.state, locationCiRights(location)),
      ...(args.images ? pushStatements(account, imageRepositoryName(stack, location)) : []),
    ],
  };
}

function pullRequestIdentity(args: LocationAccessArgs): IdentityArgs {
  const { account, stack, location } = args;
  const pushes = args.images && args.branchImages;
  return {
    ...identity(args, "pull-request"),
    description: `Pull requests of Dagster location ${location} of ${stack}`,
    trust: ciTrust({ ...args, trigger: { kind: "pull-request" } }),
    statements: [
      ...stateStatements(args.state, pullRequestRights(location)),
      ...(pushes ? pushStatements(account, branchImageRepositoryName(stack, location)) : []),
    ],
  };
}

function runtimeIdentity(args: LocationAccessArgs, pods: AssociatedPods | undefined): IdentityArgs {
  const { account, stack, location } = args;
  const trust = { account, ...args.pods, serviceAccount: location };
  return {
    ...identity(args, "runtime"),
    description: `Code and runs of Dagster location ${location} of ${stack}`,
    trust: pulumi.output(trust).apply(podTrust),
    statements: stateStatements(args.state, locationRights(location)),
    policyArns: args.policyArns,
    pods,
  };
}

function identity(
  { stack, location, permissionsBoundary }: LocationAccessArgs,
  role: LocationRole,
) {
  const roleName = locationRoleName(stack, location, role);
  return { roleName, path: rolePath(stack), permissionsBoundary };
}

/** Undefined: the cluster's issuer vouches for the pods, and EKS is not asked. */
function associatedPods({ pods, location }: LocationAccessArgs): AssociatedPods | undefined {
  const { eksCluster, namespace, issuer } = pods;
  return issuer === undefined ? { eksCluster, namespace, serviceAccount: location } : undefined;
}

/** Plain, as Helm's values are; the Role is waited for by whoever waits for this component. */
function madeRuntimeRole({ account, stack, location }: LocationAccessArgs): string {
  return roleArn(account, rolePath(stack), locationRoleName(stack, location, "runtime"));
}

function associationArgs(
  { eksCluster, namespace, serviceAccount }: AssociatedPods,
  roleArn: string,
): eks.PodIdentityAssociationArgs {
  return { clusterName: eksCluster, namespace, serviceAccount, roleArn };
}
