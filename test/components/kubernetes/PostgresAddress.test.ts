import * as pulumi from "@pulumi/pulumi";

import { DATABASE_SERVICE, databaseHost } from "../../../components/kubernetes/databaseHost";
import {
  PostgresAddress,
  type PostgresAddressArgs,
} from "../../../components/kubernetes/PostgresAddress";
import { mocked, valueOf } from "../mocked";

const ARGS = { namespace: "dagster", port: 5432, password: "s3cret" };

const make = (args: Pick<PostgresAddressArgs, "hostName" | "ipAddress">) =>
  mocked(() => new PostgresAddress("database-address", { ...ARGS, ...args }));

const METADATA = {
  name: "dagster-database",
  namespace: "dagster",
  annotations: { "pulumi.com/skipAwait": "true" },
};

const PORTS = [{ name: "postgres", port: 5432, targetPort: 5432 }];

describe("the address of a database outside", () => {
  it("with a host name is an alias of it, besides the password", async () => {
    const { names, find, result } = await make({ hostName: pulumi.output("db.example.com") });
    expect(names).toEqual([
      "dagster-platform:kubernetes:PostgresAddress database-address",
      "kubernetes:core/v1:Secret database-address-client-secret",
      "kubernetes:core/v1:Service database-address-service",
    ]);
    expect(find("database-address-service").inputs).toEqual({
      apiVersion: "v1",
      kind: "Service",
      metadata: METADATA,
      spec: { type: "ExternalName", externalName: "db.example.com", ports: PORTS },
    });
    const { host } = find("database-address").registeredOutputs ?? {};
    expect(host).toBe("dagster-database.dagster.svc");
    expect(await valueOf(result.host)).toBe(databaseHost("dagster"));
  });

  it("with an address is a Service with that endpoint, and no selector", async () => {
    const { names, find } = await make({ ipAddress: pulumi.output("10.1.2.3") });
    expect(names).toContain(
      "kubernetes:discovery.k8s.io/v1:EndpointSlice database-address-endpoint",
    );
    expect(find("database-address-service").inputs).toMatchObject({ metadata: METADATA });
    expect(find("database-address-service").inputs["spec"]).toEqual({
      type: "ClusterIP",
      ports: PORTS,
    });
    const slice = find("database-address-endpoint");
    expect(slice).toMatchObject({ parent: "database-address" });
    expect(slice.inputs).toEqual({
      apiVersion: "discovery.k8s.io/v1",
      kind: "EndpointSlice",
      metadata: {
        name: DATABASE_SERVICE,
        namespace: "dagster",
        labels: {
          "kubernetes.io/service-name": "dagster-database",
          "endpointslice.kubernetes.io/managed-by": "dagster-platform",
        },
      },
      addressType: "IPv4",
      endpoints: [{ addresses: ["10.1.2.3"] }],
      ports: [{ name: "postgres", port: 5432, protocol: "TCP" }],
    });
  });

  it("has the password where the one inside has it, secret", async () => {
    const { find, result } = await make({ hostName: "db.example.com" });
    expect(find("database-address-client-secret")).toMatchObject({
      inputs: {
        metadata: { name: "dagster-postgresql", namespace: "dagster" },
        stringData: { "postgresql-password": "s3cret" },
      },
      secretInputs: ["stringData"],
    });
    expect(await valueOf(result.clientSecret.id)).toBe("dagster/dagster-postgresql");
  });

  it.each<[string, Pick<PostgresAddressArgs, "hostName" | "ipAddress">]>([
    ["neither", {}],
    ["both", { hostName: "db.example.com", ipAddress: "10.1.2.3" }],
  ])("refuses %s of name and address", async (_case, args) => {
    await expect(make(args)).rejects.toThrow("either a host name or an address");
  });
});
