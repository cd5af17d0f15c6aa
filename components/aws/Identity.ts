import * as eks from "@pulumi/aws/eks";
import * as iam from "@pulumi/aws/iam";
import * as pulumi from "@pulumi/pulumi";

import { managedPolicyKey } from "./awsNames";
import { policyDocument, type PolicyDocument, type PolicyStatement } from "./policyDocument";

/** Pods that get a role by EKS Pod Identity. */
export interface AssociatedPods {
  readonly eksCluster: string;
  readonly namespace: string;
  readonly serviceAccount: string;
}

/** Arguments of {@link Identity}. */
export interface IdentityArgs {
  /** At most 64 characters. Plain value: it is identity; another name is another role. */
  readonly roleName: string;
  /** Path of the role, with a slash at both ends. Plain value, like the name. */
  readonly path: string;
  /** For people, at most 1000 characters of Latin-1. */
  readonly description: string;
  /** Who may take the role. */
  readonly trust: pulumi.Input<PolicyDocument>;
  /** What the role may do. Plain value: without any there is no policy. */
  readonly statements: readonly PolicyStatement[];
  /**
   * What does not fit into 10,240 characters (IAM's limit for a role's own policies): a managed
   * policy for each list. Plain value: decides how many there are.
   * @defaultValue - none
   */
  readonly furtherStatements?: readonly (readonly PolicyStatement[])[];
  /**
   * Managed policies besides, at most 10 (IAM's quota). Plain value: decides which attachments exist.
   * @defaultValue - none
   */
  readonly policyArns?: readonly string[];
  /** Policy that limits whatever the role is given. @defaultValue - none */
  readonly permissionsBoundary?: string;
  /**
   * Pods that EKS gives the role to. Plain value: decides whether the association exists.
   * @defaultValue - none; the trust says who comes by a token
   */
  readonly pods?: AssociatedPods;
}

/** IAM's shortest but for `AssumeRole` itself: who keeps a token keeps it for an hour. */
const SESSION_SECONDS = 3600;

/**
 * A role: who may take it, and what it may do. All roles of the program are made here.
 *
 * Creates a Role, a RolePolicy unless there are no statements, a Policy for each further list of
 * them, a RolePolicyAttachment for each managed policy, and a PodIdentityAssociation for pods. Holds no state and no secret.
 * @example
 * new Identity("finance-ci", {
 *   roleName: "dagster-prod-finance-ci",
 *   path: "/dagster-platform/prod/",
 *   description: "CI of location finance",
 *   trust: policyDocument([]),
 *   statements: [],
 * })
 */
export class Identity extends pulumi.ComponentResource {
  readonly roleArn: pulumi.Output<string>;

  constructor(name: string, args: IdentityArgs, opts?: pulumi.ComponentResourceOptions) {
    super("dagster-platform:aws:Identity", name, {}, opts);
    const child = { parent: this };
    const role = new iam.Role(`${name}-role`, roleArgs(args), child);
    if (args.statements.length > 0)
      new iam.RolePolicy(
        `${name}-rights`,
        {
          name: "rights",
          role: role.name,
          policy: JSON.stringify(policyDocument(args.statements)),
        },
        child,
      );
    for (const [index, statements] of (args.furtherStatements ?? []).entries()) {
      // By number: they are one policy in parts, and a part is nothing by itself.
      const part = `rights-${index + 2}`;
      const policy = new iam.Policy(`${name}-${part}`, partArgs(args, part, statements), child);
      const attachment = { role: role.name, policyArn: policy.arn };
      new iam.RolePolicyAttachment(`${name}-${part}-attachment`, attachment, child);
    }
    for (const policyArn of new Set(args.policyArns))
      new iam.RolePolicyAttachment(
        `${name}-${managedPolicyKey(policyArn)}`,
        { role: role.name, policyArn },
        child,
      );
    if (args.pods !== undefined)
      new eks.PodIdentityAssociation(`${name}-pods`, podsArgs(args.pods, role.arn), child);
    this.roleArn = role.arn;
    this.registerOutputs({ roleArn: this.roleArn });
  }
}

function roleArgs(args: IdentityArgs): iam.RoleArgs {
  return {
    name: args.roleName,
    path: args.path,
    description: args.description,
    assumeRolePolicy: pulumi.jsonStringify(args.trust),
    maxSessionDuration: SESSION_SECONDS,
    permissionsBoundary: args.permissionsBoundary,
  };
}

function partArgs(
  { roleName, path }: IdentityArgs,
  part: string,
  statements: readonly PolicyStatement[],
): iam.PolicyArgs {
  const policy = JSON.stringify(policyDocument(statements));
  return { name: `${roleName}-${part}`, path, description: `Part of ${roleName}`, policy };
}

function podsArgs(
  { eksCluster, namespace, serviceAccount }: AssociatedPods,
  roleArn: pulumi.Output<string>,
): eks.PodIdentityAssociationArgs {
  return { clusterName: eksCluster, namespace, serviceAccount, roleArn };
}
