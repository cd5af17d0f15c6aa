import { DeployAccess, type DeployAccessArgs } from "../../../components/kubernetes/DeployAccess";
import { clusterRules, NAMESPACE_RULES } from "../../../components/kubernetes/deployRules";
import { mocked } from "../mocked";

const ARGS: DeployAccessArgs = {
  namespaces: ["dagster"],
  priorityClass: "dagster-runs",
  subjectKind: "Group",
  subjectName: "dagster-platform:dagster:deploy",
};

const CLUSTER_RULES = clusterRules(["dagster"], "dagster-runs", "dagster-platform-deploy");

const make = (args: Partial<DeployAccessArgs> = {}) =>
  mocked(() => new DeployAccess("deploy-access", { ...ARGS, ...args }));

describe("what the platform's CI may do in the cluster", () => {
  it("is a Role in each namespace, and a ClusterRole for what is above them", async () => {
    const { names } = await make({ namespaces: ["dagster", "dagster-data"] });
    const rbac = "kubernetes:rbac.authorization.k8s.io/v1";
    expect(names).toEqual([
      "dagster-platform:kubernetes:DeployAccess deploy-access",
      `${rbac}:ClusterRole deploy-access-cluster-role`,
      `${rbac}:ClusterRoleBinding deploy-access-cluster-binding`,
      `${rbac}:Role deploy-access-dagster-data-role`,
      `${rbac}:Role deploy-access-dagster-role`,
      `${rbac}:RoleBinding deploy-access-dagster-binding`,
      `${rbac}:RoleBinding deploy-access-dagster-data-binding`,
    ]);
  });

  it("is given to this one subject", async () => {
    const { resources } = await make();
    const bindings = resources.filter(({ type }) => type.endsWith("Binding"));
    expect(bindings.map(({ inputs }) => inputs["subjects"])).toEqual(
      bindings.map(() => [
        {
          ...{ kind: "Group", name: "dagster-platform:dagster:deploy" },
          apiGroup: "rbac.authorization.k8s.io",
        },
      ]),
    );
    expect(bindings).toHaveLength(2);
  });

  it("names every namespace and PriorityClass of the cluster-wide rules, and changes none", async () => {
    const { find } = await make();
    expect(find("deploy-access-cluster-role").inputs["rules"]).toEqual(CLUSTER_RULES);
    for (const { resourceNames, verbs } of CLUSTER_RULES) {
      expect(resourceNames).toHaveLength(1);
      expect(verbs).toEqual(["get", "watch"]);
    }
  });

  it("may bind the rollout's Role before it is there, and no other", () => {
    const binding = NAMESPACE_RULES.filter(({ verbs }) => verbs.includes("bind"));
    expect(binding).toEqual([
      expect.objectContaining({ resources: ["roles"], resourceNames: ["dagster-rollout"] }),
    ]);
  });

  it("has no wildcard, no exec, and no right to give itself more", () => {
    const text = JSON.stringify([NAMESPACE_RULES, CLUSTER_RULES]);
    for (const word of ["*", "exec", "attach", "portforward", "escalate", "impersonate"])
      expect(text).not.toContain(word);
  });
});
