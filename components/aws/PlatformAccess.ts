import * as eks from "@pulumi/aws/eks";
import * as pulumi from "@pulumi/pulumi";

import type { CiRepository } from "../identities/ciTokens";
import { SYSTEM_RIGHTS } from "../identities/stateRights";
import {
  type AwsAccount,
  platformRoleName,
  type PlatformRole,
  roleArn,
  rolePath,
} from "./awsNames";
import {
  type DeployPolicyInput,
  type DeployScope,
  deployRights,
  previewRights,
} from "./deployPolicy";
import { type AssociatedPods, Identity, type IdentityArgs } from "./Identity";
import type { PodSettings } from "./LocationAccess";
import { type StateBucketPlace, stateStatements } from "./statePolicy";
import { ciTrust, podTrust, serviceAccountAnnotations } from "./trustPolicy";

/** Arguments of {@link PlatformAccess}. All but the issuer are plain: roles are named by them. */
export interface PlatformAccessArgs {
  readonly stack: string;
  readonly account: AwsAccount;
  /** Namespace of the platform. */
  readonly namespace: string;
  /** ServiceAccount of webserver and daemon. */
  readonly systemServiceAccount: string;
  readonly pods: PodSettings;
  readonly state: StateBucketPlace;
  /** The platform's own repository. */
  readonly repository: CiRepository;
  /** Branch whose jobs deploy. */
  readonly branch: string;
  /** GitHub: the workflow of that repository that alone may deploy (`job_workflow_ref`). */
  readonly workflowRef: string;
  /** GitLab: address of the instance. */
  readonly gitlabUrl: string;
  /** What `pulumi up` has to do with. */
  readonly scope: DeployScope;
  /** Managed policies of the role that deploys, such as access to Pulumi's backend. */
  readonly policyArns: readonly string[];
  /** Managed policies of the role that previews, such as reading Pulumi's backend. */
  readonly previewPolicyArns: readonly string[];
  /** Policy that limits every role made here, and every role that `pulumi up` makes. @defaultValue - none */
  readonly permissionsBoundary?: string;
}

/**
 * Who the platform itself is on AWS: webserver and daemon, and its CI.
 *
 * Creates an {@link Identity} each for the system, for the jobs that deploy, and for pull requests,
 * which preview, and an AccessEntry for each of the two CI roles: the one that deploys is a group of its own in the cluster, the other one may log in
 * and see nothing. The role that deploys can change neither itself nor the one that previews: an
 * administrator's `pulumi up` does. Holds no state and no secret.
 * @example
 * new PlatformAccess("platform-access", {
 *   stack: "prod",
 *   account: { accountId: "123456789012", region: "eu-central-1" },
 *   namespace: "dagster",
 *   systemServiceAccount: "dagster",
 *   pods: { eksCluster: "data", namespace: "dagster" },
 *   state: { bucket: "acme-dagster-prod", region: "eu-central-1" },
 *   repository: {
 *     provider: "github",
 *     repository: "acme/data-platform",
 *     repositoryId: 1000,
 *     ownerId: 42,
 *   },
 *   branch: "main",
 *   workflowRef: "acme/data-platform/.github/workflows/platform.yml@refs/heads/main",
 *   gitlabUrl: "https://gitlab.com",
 *   scope: {
 *     bucketMade: true,
 *     issuersMade: ["https://token.actions.githubusercontent.com"],
 *     imagesMade: true,
 *     attachablePolicyArns: [],
 *     eksCluster: "data",
 *   },
 *   policyArns: [],
 *   previewPolicyArns: [],
 * })
 */
export class PlatformAccess extends pulumi.ComponentResource {
  /** Role of webserver and daemon. Plain value: Helm's values are made of it. */
  readonly systemRoleArn: string;
  /** Of the system's ServiceAccount. Plain value, like the role. */
  readonly annotations: Readonly<Record<string, string>>;
  readonly deployRoleArn: pulumi.Output<string>;
  /** Group that jobs which deploy have in the cluster: what it may do there is given to it. Plain value. */
  readonly deployGroup: string;

  constructor(name: string, args: PlatformAccessArgs, opts?: pulumi.ComponentResourceOptions) {
    super("dagster-platform:aws:PlatformAccess", name, {}, opts);
    const child = { parent: this };
    new Identity(`${name}-system`, systemIdentity(args), child);
    this.deployRoleArn = new Identity(`${name}-deploy`, deployIdentity(args), child).roleArn;
    this.deployGroup = `dagster-platform:${args.namespace}:deploy`;
    const clusterName = args.pods.eksCluster;
    const entry = { principalArn: this.deployRoleArn, kubernetesGroups: [this.deployGroup] };
    new eks.AccessEntry(`${name}-deploy-access`, { clusterName, ...entry }, child);
    const preview = new Identity(`${name}-preview`, previewIdentity(args), child);
    // In no group, so with no right: the provider asks which kinds there are, and computes what it may not try.
    new eks.AccessEntry(
      `${name}-preview-access`,
      { clusterName, principalArn: preview.roleArn },
      child,
    );
    const { account, stack } = args;
    this.systemRoleArn = roleArn(account, rolePath(stack), platformRoleName(stack, "system"));
    this.annotations =
      args.pods.issuer === undefined ? {} : serviceAccountAnnotations(this.systemRoleArn);
    this.registerOutputs({
      systemRoleArn: this.systemRoleArn,
      annotations: this.annotations,
      deployRoleArn: this.deployRoleArn,
      deployGroup: this.deployGroup,
    });
  }
}

function systemIdentity(args: PlatformAccessArgs): IdentityArgs {
  const { account, stack, namespace, systemServiceAccount: serviceAccount } = args;
  const { eksCluster, issuer } = args.pods;
  const pods: AssociatedPods = { eksCluster, namespace, serviceAccount };
  return {
    ...identity(args, "system"),
    description: `Webserver and daemon of Dagster ${stack}`,
    trust: pulumi.output({ account, ...pods, issuer }).apply(podTrust),
    statements: stateStatements(args.state, SYSTEM_RIGHTS),
    pods: issuer === undefined ? pods : undefined,
  };
}

function deployIdentity(args: PlatformAccessArgs): IdentityArgs {
  return {
    ...identity(args, "deploy"),
    description: `CI that deploys Dagster ${args.stack}`,
    trust: ciTrust({ ...args, trigger: { kind: "branch", branch: args.branch } }),
    ...deployRights(policyInput(args)),
    policyArns: args.policyArns,
  };
}

function previewIdentity(args: PlatformAccessArgs): IdentityArgs {
  return {
    ...identity(args, "preview"),
    description: `Pull requests that preview Dagster ${args.stack}`,
    // A pull request runs its own version of the workflow: its ref says nothing.
    trust: ciTrust({ ...args, workflowRef: undefined, trigger: { kind: "pull-request" } }),
    ...previewRights(policyInput(args)),
    policyArns: args.previewPolicyArns,
  };
}

function identity({ stack, permissionsBoundary }: PlatformAccessArgs, role: PlatformRole) {
  return { roleName: platformRoleName(stack, role), path: rolePath(stack), permissionsBoundary };
}

function policyInput(args: PlatformAccessArgs): DeployPolicyInput {
  const { stack, account, state, scope, policyArns, previewPolicyArns, permissionsBoundary } = args;
  return {
    ...{ stack, account, state, scope, permissionsBoundary },
    policyArns: [...policyArns, ...previewPolicyArns],
    podIdentity: args.pods.issuer === undefined,
  };
}
