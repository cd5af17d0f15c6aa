import * as projects from "@pulumi/gcp/projects";
import * as serviceaccount from "@pulumi/gcp/serviceaccount";
import * as pulumi from "@pulumi/pulumi";

import { podMember, serviceAccountEmail, serviceAccountName } from "./gcpNames";

/** Arguments of {@link PodAccount}. */
export interface PodAccountArgs {
  /** Id of the project of cluster and account. Plain value: decides names. */
  readonly project: string;
  /** Id of the account, 6 to 30 characters. Plain value: it is identity; another one is another account. */
  readonly accountId: string;
  /** For people, up to 256 bytes. */
  readonly description: string;
  /** Namespace of the pods. Plain value. */
  readonly namespace: string;
  /** Kubernetes ServiceAccount of the pods. Plain value. */
  readonly serviceAccount: string;
  /** Roles in the project. Plain value: decides which resources exist. @defaultValue - none */
  readonly projectRoles?: readonly string[];
  /**
   * Address of an account that is there already, and stays as it is.
   * @defaultValue - one is made. Plain value: decides which resources exist
   */
  readonly adoptedEmail?: string;
}

/**
 * The service account that pods of one Kubernetes ServiceAccount are in Google Cloud, by Workload
 * Identity of GKE: there is no key.
 *
 * Creates an Account (unless it is adopted), an IAMMember that lets the pods be it, and an IAMMember for each role
 * in the project. State: none. No secrets. A project may have 100 service accounts, until Google
 * raises that.
 *
 * The pool of pods is the project's, not the cluster's: a ServiceAccount of the same name and
 * namespace in another cluster of the project is the same one.
 * @see https://docs.cloud.google.com/kubernetes-engine/docs/concepts/workload-identity
 * @example
 * new PodAccount("finance-runtime", {
 *   project: "acme",
 *   accountId: "dagster-prod-finance",
 *   description: "Pods of location finance",
 *   namespace: "dagster",
 *   serviceAccount: "finance",
 * })
 */
export class PodAccount extends pulumi.ComponentResource {
  /** Address, known when the account is there. */
  readonly email: pulumi.Output<string>;
  /** The account in policies. */
  readonly member: pulumi.Output<string>;

  constructor(name: string, args: PodAccountArgs, opts?: pulumi.ComponentResourceOptions) {
    super("dagster-platform:gcp:PodAccount", name, {}, opts);
    const child = { parent: this };
    const { project, accountId, description, adoptedEmail } = args;
    if (adoptedEmail === undefined) {
      const account = new serviceaccount.Account(
        `${name}-account`,
        { project, accountId, displayName: accountId, description },
        child,
      );
      this.email = pulumi.all([project, account.accountId]).apply(emailOf);
    } else this.email = pulumi.output(adoptedEmail);
    this.member = pulumi.interpolate`serviceAccount:${this.email}`;
    new serviceaccount.IAMMember(`${name}-pods`, podsArgs(args, this.email), child);
    for (const role of new Set(args.projectRoles))
      new projects.IAMMember(
        `${name}-${role.replaceAll("/", "-")}`,
        { project, role, member: this.member },
        child,
      );
    this.registerOutputs({ email: this.email, member: this.member });
  }
}

function emailOf([project, accountId]: readonly [string, string]): string {
  return serviceAccountEmail(project, accountId);
}

function podsArgs(
  { project, namespace, serviceAccount }: PodAccountArgs,
  email: pulumi.Output<string>,
): serviceaccount.IAMMemberArgs {
  return {
    serviceAccountId: email.apply(serviceAccountName),
    role: "roles/iam.workloadIdentityUser",
    member: podMember(project, namespace, serviceAccount),
  };
}
