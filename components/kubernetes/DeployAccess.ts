import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { clusterRules, NAMESPACE_RULES } from "./deployRules";

/** Arguments of {@link DeployAccess}. */
export interface DeployAccessArgs {
  /** Namespaces of the platform. Plain value: decides which resources exist. */
  readonly namespaces: readonly string[];
  /** PriorityClass of the runs. Plain value, as it is in a rule. */
  readonly priorityClass: string;
  /** Whether it is one user or a group. */
  readonly subjectKind: "Group" | "User";
  /** Name of the user or the group, as the cluster's authentication says it. */
  readonly subjectName: pulumi.Input<string>;
}

const API_GROUP = "rbac.authorization.k8s.io";

/** Name of all that is made here; cluster-wide things have the first namespace before it. */
const NAME = "platform-deploy";

/**
 * What the platform's CI may do in the cluster: `pulumi up` of this platform, in its namespaces. It can change neither of them,
 * sees no other namespace, and cannot give itself more.
 *
 * Creates a ClusterRole and a ClusterRoleBinding for the few things that belong to the whole cluster, and a Role and a RoleBinding in
 * each namespace. State: none. No secrets; but whoever deploys can read those of the namespaces.
 * @example
 * new DeployAccess("deploy-access", {
 *   namespaces: ["dagster"],
 *   priorityClass: "dagster-runs",
 *   subjectKind: "Group",
 *   subjectName: "dagster-platform:dagster:deploy",
 * })
 */
export class DeployAccess extends pulumi.ComponentResource {
  constructor(name: string, args: DeployAccessArgs, opts?: pulumi.ComponentResourceOptions) {
    super("dagster-platform:kubernetes:DeployAccess", name, {}, opts);
    const child = { parent: this };
    const { namespaces, priorityClass } = args;
    const subjects = [{ kind: args.subjectKind, name: args.subjectName, apiGroup: API_GROUP }];
    const own = `${namespaces[0] ?? ""}-${NAME}`;
    const metadata = { name: own };
    const clusterRole = new k8s.rbac.v1.ClusterRole(
      `${name}-cluster-role`,
      { metadata, rules: [...clusterRules(namespaces, priorityClass, own)] },
      child,
    );
    new k8s.rbac.v1.ClusterRoleBinding(
      `${name}-cluster-binding`,
      { metadata, subjects, roleRef: roleRef("ClusterRole", clusterRole.metadata.name) },
      child,
    );
    for (const namespace of namespaces) {
      const place = { name: NAME, namespace };
      const role = new k8s.rbac.v1.Role(
        `${name}-${namespace}-role`,
        { metadata: place, rules: [...NAMESPACE_RULES] },
        child,
      );
      new k8s.rbac.v1.RoleBinding(
        `${name}-${namespace}-binding`,
        { metadata: place, subjects, roleRef: roleRef("Role", role.metadata.name) },
        child,
      );
    }
    this.registerOutputs({});
  }
}

function roleRef(kind: "ClusterRole" | "Role", name: pulumi.Input<string>) {
  return { kind, name, apiGroup: API_GROUP };
}
