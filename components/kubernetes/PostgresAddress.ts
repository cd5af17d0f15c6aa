import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { POSTGRES_PASSWORD_KEY } from "../dagster/chart";
import { DATABASE_SERVICE, databaseHost } from "./databaseHost";
import { SKIP_AWAIT } from "./namespaceRules";
import { POSTGRES_CLIENT_SECRET } from "./postgresPod";

/** Arguments of {@link PostgresAddress}. */
export interface PostgresAddressArgs {
  /** Namespace of the clients. */
  readonly namespace: pulumi.Input<string>;
  /**
   * Name of the database in the DNS. Plain value whether it is given: decides what the Service is.
   * @defaultValue - {@link ipAddress} is given
   */
  readonly hostName?: pulumi.Input<string>;
  /**
   * IPv4 address of a database without a name. Plain value whether it is given.
   * @defaultValue - {@link hostName} is given
   */
  readonly ipAddress?: pulumi.Input<string>;
  /** Port of the database; the Service has the same. */
  readonly port: number;
  /** Password of the database's user; becomes secret here. */
  readonly password: pulumi.Input<string>;
}

/**
 * Makes a database outside of the cluster look like the one inside, with a host name that is known
 * before the cloud tells the address: Helm's values are plain.
 *
 * Creates the Secret of the clients, a Service, and for an address its EndpointSlice. Holds no
 * state. Secret: the password.
 * @throws Error unless there is either a host name or an address
 * @example
 * new PostgresAddress("database-address", {
 *   namespace: "dagster",
 *   hostName: "dagster-prod.abc123.eu-central-1.rds.amazonaws.com",
 *   port: 5432,
 *   password: "of the database",
 * })
 */
export class PostgresAddress extends pulumi.ComponentResource {
  /** Host name within the cluster. */
  readonly host: pulumi.Output<string>;
  /** Secret with the password, for `dependsOn`: pods start with it. */
  readonly clientSecret: k8s.core.v1.Secret;

  constructor(name: string, args: PostgresAddressArgs, opts?: pulumi.ComponentResourceOptions) {
    super("dagster-platform:kubernetes:PostgresAddress", name, {}, opts);
    const child = { parent: this };
    const { namespace, hostName, ipAddress } = args;
    if ((hostName === undefined) === (ipAddress === undefined))
      throw new Error("a database outside has either a host name or an address");
    const stringData = { [POSTGRES_PASSWORD_KEY]: pulumi.secret(args.password) };
    this.clientSecret = new k8s.core.v1.Secret(
      `${name}-client-secret`,
      { metadata: { name: POSTGRES_CLIENT_SECRET, namespace }, stringData },
      child,
    );
    const service = new k8s.core.v1.Service(`${name}-service`, serviceArgs(args), child);
    if (ipAddress !== undefined)
      new k8s.discovery.v1.EndpointSlice(
        `${name}-endpoint`,
        endpointArgs(args, ipAddress, service.metadata.name),
        child,
      );
    this.host = service.metadata.namespace.apply(databaseHost);
    this.registerOutputs({ host: this.host });
  }
}

/** Without a selector in either case: there are no pods. */
function serviceArgs({ namespace, hostName, port }: PostgresAddressArgs) {
  const metadata = { name: DATABASE_SERVICE, namespace, annotations: SKIP_AWAIT };
  const ports = [{ name: "postgres", port, targetPort: port }];
  return hostName === undefined
    ? { metadata, spec: { type: "ClusterIP", ports } }
    : { metadata, spec: { type: "ExternalName", externalName: hostName, ports } };
}

/** @see https://kubernetes.io/docs/concepts/services-networking/service/#services-without-selectors */
function endpointArgs(
  { namespace, port }: PostgresAddressArgs,
  ipAddress: pulumi.Input<string>,
  service: pulumi.Output<string>,
): k8s.discovery.v1.EndpointSliceArgs {
  const labels = {
    "kubernetes.io/service-name": service,
    // Kubernetes' own controller leaves slices of others alone.
    "endpointslice.kubernetes.io/managed-by": "dagster-platform",
  };
  return {
    metadata: { name: DATABASE_SERVICE, namespace, labels },
    addressType: "IPv4",
    endpoints: [{ addresses: [ipAddress] }],
    // The same name as the Service's port: they are matched by it.
    ports: [{ name: "postgres", port, protocol: "TCP" }],
  };
}
