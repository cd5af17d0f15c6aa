import { DataNamespace } from "../../../components/kubernetes/DataNamespace";
import { mocked, valueOf } from "../mocked";

const make = (keep: boolean) => () =>
  new DataNamespace("data", { namespace: "dagster-data", keep });

describe("the namespace of the data", () => {
  it("is made of exactly these", async () => {
    const { names, result, find } = await mocked(make(true));
    expect(names).toEqual([
      "dagster-platform:kubernetes:DataNamespace data",
      "kubernetes:core/v1:Namespace data-namespace",
      "kubernetes:core/v1:ResourceQuota data-quota",
      "kubernetes:networking.k8s.io/v1:NetworkPolicy data-deny-ingress",
    ]);
    expect(await valueOf(result.namespace)).toBe("dagster-data");
    expect(find("data").registeredOutputs).toEqual({ namespace: "dagster-data" });
    expect(find("data").inputs).toEqual({});
  });

  it("takes restricted pods only, nobody from outside, and nobody at all by itself", async () => {
    const { find } = await mocked(make(true));
    expect(find("data-namespace").inputs).toEqual({
      apiVersion: "v1",
      kind: "Namespace",
      metadata: {
        name: "dagster-data",
        labels: {
          "pod-security.kubernetes.io/enforce": "restricted",
          "pod-security.kubernetes.io/enforce-version": "latest",
          "pod-security.kubernetes.io/warn": "restricted",
          "pod-security.kubernetes.io/warn-version": "latest",
        },
      },
    });
    expect(find("data-quota").inputs).toEqual({
      apiVersion: "v1",
      kind: "ResourceQuota",
      metadata: { name: "data", namespace: "dagster-data" },
      spec: { hard: { "services.loadbalancers": "0", "services.nodeports": "0" } },
    });
    expect(find("data-deny-ingress").inputs).toEqual({
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name: "deny-ingress", namespace: "dagster-data" },
      spec: { podSelector: {}, policyTypes: ["Ingress"] },
    });
  });

  it.each([true, false])("stays at `pulumi destroy` when that is wanted: %s", async (keep) => {
    const { resources } = await mocked(make(keep));
    const kept = resources.filter(({ retainOnDelete }) => retainOnDelete).map(({ name }) => name);
    expect(kept).toEqual(keep ? ["data-namespace"] : []);
  });
});
