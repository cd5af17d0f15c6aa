import {
  PlatformNamespace,
  type PlatformNamespaceArgs,
} from "../../../components/kubernetes/PlatformNamespace";
import { mocked, valueOf } from "../mocked";

const ARGS: PlatformNamespaceArgs = { namespace: "dagster", pods: 100 };

const make = (args: Partial<PlatformNamespaceArgs> = {}) =>
  mocked(() => new PlatformNamespace("platform", { ...ARGS, ...args }));

describe("the platform's namespace", () => {
  it("is made of exactly these", async () => {
    const { names, result, find } = await make();
    expect(names).toEqual([
      "dagster-platform:kubernetes:PlatformNamespace platform",
      "kubernetes:core/v1:LimitRange platform-default-requests",
      "kubernetes:core/v1:Namespace platform-namespace",
      "kubernetes:core/v1:ResourceQuota platform-quota",
      "kubernetes:networking.k8s.io/v1:NetworkPolicy platform-code-servers",
      "kubernetes:networking.k8s.io/v1:NetworkPolicy platform-deny-ingress",
      "kubernetes:networking.k8s.io/v1:NetworkPolicy platform-no-metadata",
      "kubernetes:networking.k8s.io/v1:NetworkPolicy platform-sign-in",
      "kubernetes:networking.k8s.io/v1:NetworkPolicy platform-webserver",
      "kubernetes:scheduling.k8s.io/v1:PriorityClass platform-runs-priority",
    ]);
    const outputs = { namespace: "dagster", runsPriorityClass: "dagster-runs" };
    expect(await valueOf(result.namespace)).toBe(outputs.namespace);
    expect(await valueOf(result.runsPriorityClass)).toBe(outputs.runsPriorityClass);
    expect(find("platform").registeredOutputs).toEqual(outputs);
  });

  it("takes restricted pods only", async () => {
    const { find } = await make();
    expect(find("platform-namespace").inputs["metadata"]).toEqual({
      name: "dagster",
      labels: {
        "pod-security.kubernetes.io/enforce": "restricted",
        "pod-security.kubernetes.io/enforce-version": "latest",
        "pod-security.kubernetes.io/warn": "restricted",
        "pod-security.kubernetes.io/warn-version": "latest",
      },
    });
  });

  it.each<[string, Partial<PlatformNamespaceArgs>, Record<string, string>]>([
    ["pods alone", {}, {}],
    ["processors, too", { quotaCpu: 40 }, { "requests.cpu": "40" }],
    ["memory, too", { quotaMemoryGiB: 160 }, { "requests.memory": "160Gi" }],
  ])("bounds %s", async (_case, args, more) => {
    const { find } = await make(args);
    const hard = { "services.loadbalancers": "0", "services.nodeports": "0", pods: "100", ...more };
    expect(find("platform-quota").inputs["spec"]).toEqual({ hard });
  });

  it("gives requests, and no limits, to containers that say nothing", async () => {
    const { find } = await make();
    expect(find("platform-default-requests").inputs["spec"]).toEqual({
      limits: [{ type: "Container", defaultRequest: { cpu: "50m", memory: "128Mi" } }],
    });
  });

  it("puts runs below everything else, but not so low that no node is added for them", async () => {
    const { find } = await make();
    expect(find("platform-runs-priority").inputs).toEqual({
      apiVersion: "scheduling.k8s.io/v1",
      kind: "PriorityClass",
      metadata: { name: "dagster-runs" },
      description: "Dagster's runs: they wait for room and give way to the system.",
      value: -1,
      preemptionPolicy: "Never",
      globalDefault: false,
    });
  });

  it("leaves the metadata server open where the cloud's identities need it", async () => {
    const { names } = await make({ allowMetadata: true });
    expect(names.join()).toContain("platform-deny-ingress");
    expect(names.join()).not.toContain("no-metadata");
  });
});
