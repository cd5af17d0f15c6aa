import {
  allowFromNamespace,
  platformNetworkPolicies,
} from "../../../components/kubernetes/networkPolicies";

describe("network policies", () => {
  const policies = platformNetworkPolicies(false);

  it("let nobody in who is not named", () => {
    expect(policies["deny-ingress"]).toEqual({ podSelector: {}, policyTypes: ["Ingress"] });
  });

  it("let webserver and daemon, and no pod of a location, reach the code servers", () => {
    expect(policies["code-servers"]).toEqual({
      podSelector: { matchLabels: { component: "user-deployments" } },
      policyTypes: ["Ingress"],
      ingress: [
        {
          from: [
            { podSelector: { matchLabels: { component: "dagster-webserver" } } },
            { podSelector: { matchLabels: { component: "dagster-daemon" } } },
          ],
          ports: [{ port: 3030, protocol: "TCP" }],
        },
      ],
    });
  });

  it("let the rollout and the sign-in reach the webserver, which has no login", () => {
    expect(policies["webserver"]).toEqual({
      podSelector: { matchLabels: { component: "dagster-webserver" } },
      policyTypes: ["Ingress"],
      ingress: [
        {
          from: [
            { podSelector: { matchLabels: { "dagster-platform/role": "rollout" } } },
            { podSelector: { matchLabels: { "dagster-platform/role": "sign-in" } } },
          ],
          ports: [{ port: 3000, protocol: "TCP" }],
        },
      ],
    });
  });

  it("let everybody reach the sign-in", () => {
    expect(policies["sign-in"]).toEqual({
      podSelector: { matchLabels: { "dagster-platform/role": "sign-in" } },
      policyTypes: ["Ingress"],
      ingress: [{ ports: [{ port: 4180, protocol: "TCP" }] }],
    });
  });

  it("keep locations from the node's identity, and from nothing else", () => {
    expect(policies["no-metadata"]).toEqual({
      podSelector: { matchExpressions: [{ key: "dagster-platform/location", operator: "Exists" }] },
      policyTypes: ["Egress"],
      egress: [
        {
          to: [
            { ipBlock: { cidr: "0.0.0.0/0", except: ["169.254.169.254/32"] } },
            { ipBlock: { cidr: "::/0", except: ["fd00:ec2::254/128"] } },
            { namespaceSelector: {} },
          ],
        },
      ],
    });
  });

  it("have no other egress rule, and none at all where the metadata server is needed", () => {
    const egress = (allowMetadata: boolean) =>
      Object.entries(platformNetworkPolicies(allowMetadata))
        .filter(([, { policyTypes }]) => policyTypes.includes("Egress"))
        .map(([role]) => role);
    expect(egress(false)).toEqual(["no-metadata"]);
    expect(egress(true)).toEqual([]);
  });

  it("can open one port to one namespace", () => {
    expect(allowFromNamespace({ app: "db" }, 5432, "dagster")).toEqual({
      podSelector: { matchLabels: { app: "db" } },
      policyTypes: ["Ingress"],
      ingress: [
        {
          from: [
            { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "dagster" } } },
          ],
          ports: [{ port: 5432, protocol: "TCP" }],
        },
      ],
    });
  });
});
