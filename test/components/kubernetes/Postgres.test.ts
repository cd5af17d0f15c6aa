import * as pulumi from "@pulumi/pulumi";

import { Postgres, type PostgresArgs } from "../../../components/kubernetes/Postgres";
import { POSTGRES_CLIENT_SECRET, postgresPod } from "../../../components/kubernetes/postgresPod";
import { mocked, valueOf } from "../mocked";

const ARGS: PostgresArgs = {
  namespace: "dagster-data",
  clientNamespace: "dagster",
  database: "dagster",
  user: "owner",
  maxConnections: 500,
  sizeGiB: 10,
};

const make = (args: Partial<PostgresArgs> = {}) =>
  mocked(() => new Postgres("postgres", { ...ARGS, ...args }));

interface StatefulSetSpec {
  readonly volumeClaimTemplates: readonly { readonly spec: unknown }[];
  readonly template: { readonly spec: { readonly containers: readonly { image: string }[] } };
}

const POD = {
  image: "docker.io/library/postgres:17.9",
  database: "dagster",
  user: "owner",
  maxConnections: 500,
  secretName: "postgresql",
};

describe("Postgres in the cluster", () => {
  it("is made of exactly these", async () => {
    const { names } = await make();
    expect(names).toEqual([
      "dagster-platform:kubernetes:Postgres postgres",
      "kubernetes:apps/v1:StatefulSet postgres-server",
      "kubernetes:core/v1:Secret postgres-client-secret",
      "kubernetes:core/v1:Secret postgres-secret",
      "kubernetes:core/v1:Service postgres-service",
      "kubernetes:networking.k8s.io/v1:NetworkPolicy postgres-clients",
      "random:index/randomId:RandomId postgres-password-id",
      "random:index/randomPassword:RandomPassword postgres-password",
    ]);
  });

  it("tells where it is and which Secret opens it", async () => {
    const { find, result } = await make();
    expect(find("postgres").registeredOutputs).toEqual({
      host: "postgres.dagster-data.svc",
      port: 5432,
      secretName: POSTGRES_CLIENT_SECRET,
      passwordId: "0a1b2c3d",
    });
    expect(await valueOf(result.clientSecret.id)).toBe("dagster/dagster-postgresql");
  });

  it("has one password, in a Secret on each side, secret everywhere", async () => {
    const { find, resources } = await make();
    expect(find("postgres-password").inputs).toEqual({ length: 32, special: false });
    for (const [name, metadata] of [
      ["postgres-secret", { name: "postgresql", namespace: "dagster-data" }],
      ["postgres-client-secret", { name: "dagster-postgresql", namespace: "dagster" }],
    ] as const) {
      const { inputs, secretInputs } = find(name);
      const stringData = { "postgresql-password": "s3cret" };
      expect(inputs).toEqual({ apiVersion: "v1", kind: "Secret", metadata, stringData });
      expect(secretInputs).toEqual(["stringData"]);
    }
    const open = resources.flatMap(({ inputs, secretInputs }) =>
      Object.entries(inputs).filter(([key]) => !secretInputs.includes(key)),
    );
    expect(JSON.stringify(open)).not.toContain("s3cret");
  });

  it("restarts for a new password, by an id that says nothing about it", async () => {
    const { find } = await make();
    expect(find("postgres-password-id")).toMatchObject({
      inputs: { byteLength: 4, keepers: { password: "s3cret" } },
      secretInputs: ["keepers"],
    });
    expect(find("postgres-server").secretInputs).toEqual([]);
    expect(find("postgres-server").inputs["spec"]).toHaveProperty("template.metadata", {
      labels: { "app.kubernetes.io/name": "postgres" },
      annotations: { "dagster-platform/password-id": "0a1b2c3d" },
    });
  });

  it("lets in the clients' namespace alone", async () => {
    const { find } = await make({ clientNamespace: pulumi.output("elsewhere") });
    expect(find("postgres-clients").inputs).toEqual({
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name: "postgres-clients", namespace: "dagster-data" },
      spec: {
        podSelector: { matchLabels: { "app.kubernetes.io/name": "postgres" } },
        policyTypes: ["Ingress"],
        ingress: [
          {
            from: [
              {
                namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "elsewhere" } },
              },
            ],
            ports: [{ port: 5432, protocol: "TCP" }],
          },
        ],
      },
    });
  });

  it("is one pod after its Secret, in any state replaceable, with a volume that outlives it", async () => {
    const { find } = await make();
    const { inputs, dependencies } = find("postgres-server");
    // Not the Service: the provider has that wait for this pod.
    expect(dependencies).toEqual(["postgres-password-id", "postgres-secret"]);
    expect(inputs["metadata"]).toEqual({ name: "postgres", namespace: "dagster-data" });
    expect(inputs["spec"]).toEqual({
      replicas: 1,
      podManagementPolicy: "Parallel",
      serviceName: "postgres",
      selector: { matchLabels: { "app.kubernetes.io/name": "postgres" } },
      template: expect.objectContaining({ spec: postgresPod(POD) }) as unknown,
      volumeClaimTemplates: [
        {
          metadata: { name: "data" },
          spec: {
            accessModes: ["ReadWriteOnce"],
            resources: { requests: { storage: "10Gi" } },
          },
        },
      ],
    });
    expect(find("postgres-service").inputs["spec"]).toEqual({
      selector: { "app.kubernetes.io/name": "postgres" },
      ports: [{ name: "postgres", port: 5432, targetPort: 5432 }],
    });
  });

  it("takes another class and image", async () => {
    const { find } = await make({ storageClass: "fast", image: "registry.example.com/pg:17.9" });
    const spec = find("postgres-server").inputs["spec"] as StatefulSetSpec;
    expect(spec.volumeClaimTemplates[0]?.spec).toHaveProperty("storageClassName", "fast");
    expect(spec.template.spec.containers[0]?.image).toBe("registry.example.com/pg:17.9");
  });
});
