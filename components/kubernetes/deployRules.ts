import { ROLLOUT_ACCOUNT } from "../dagster/rolloutJob";

/** What a Role allows. */
export interface DeployRule {
  readonly apiGroups: string[];
  readonly resources: string[];
  readonly resourceNames?: string[];
  readonly verbs: string[];
}

const READ = ["get", "list", "watch"];
const CHANGE = [...READ, "create", "delete", "patch", "update"];

/**
 * What `pulumi up` needs in a namespace of the platform, and what the system's own Role gives: Kubernetes lets nobody give a right
 * that he does not have.
 */
export const NAMESPACE_RULES: readonly DeployRule[] = [
  {
    apiGroups: [""],
    resources: [
      "configmaps",
      "limitranges",
      "resourcequotas",
      "secrets",
      "serviceaccounts",
      "services",
    ],
    verbs: CHANGE,
  },
  {
    apiGroups: [""],
    resources: ["events", "pods"],
    verbs: [...CHANGE, "deletecollection"],
  },
  { apiGroups: [""], resources: ["pods/log", "pods/status"], verbs: READ },
  // Whether Services have somebody behind them, and StatefulSets their volumes.
  { apiGroups: [""], resources: ["endpoints", "persistentvolumeclaims"], verbs: READ },
  { apiGroups: ["apps"], resources: ["deployments", "statefulsets"], verbs: CHANGE },
  { apiGroups: ["apps"], resources: ["controllerrevisions", "replicasets"], verbs: READ },
  { apiGroups: ["batch"], resources: ["jobs"], verbs: [...CHANGE, "deletecollection"] },
  { apiGroups: ["batch"], resources: ["jobs/status"], verbs: READ },
  { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: CHANGE },
  {
    apiGroups: ["networking.k8s.io"],
    resources: ["ingresses", "networkpolicies"],
    verbs: CHANGE,
  },
  {
    apiGroups: ["rbac.authorization.k8s.io"],
    resources: ["rolebindings", "roles"],
    verbs: CHANGE,
  },
  // A preview tries the binding before the Role is there, which Kubernetes takes from nobody else. What is in the Role is still limited.
  {
    apiGroups: ["rbac.authorization.k8s.io"],
    resources: ["roles"],
    resourceNames: [ROLLOUT_ACCOUNT],
    verbs: ["bind"],
  },
];

/**
 * Making, changing and deleting them is an administrator's: a namespace's labels say which pods it takes, and whoever lowers that
 * gets the nodes.
 */
const SEE = ["get", "watch"];

/**
 * What `pulumi up` needs of what belongs to the whole cluster.
 * @param namespaces - of the platform
 * @param priorityClass - of the runs
 * @param own - name of the ClusterRole with these rules, and of its binding
 */
export function clusterRules(
  namespaces: readonly string[],
  priorityClass: string,
  own: string,
): readonly DeployRule[] {
  return [
    { apiGroups: [""], resources: ["namespaces"], resourceNames: [...namespaces], verbs: SEE },
    {
      apiGroups: ["scheduling.k8s.io"],
      resources: ["priorityclasses"],
      resourceNames: [priorityClass],
      verbs: SEE,
    },
    // For `pulumi refresh`; Kubernetes would let nobody give himself more, either.
    {
      apiGroups: ["rbac.authorization.k8s.io"],
      resources: ["clusterrolebindings", "clusterroles"],
      resourceNames: [own],
      verbs: SEE,
    },
  ];
}
