import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

import { POSTGRES_PASSWORD_KEY } from "../dagster/chart";
import { SKIP_AWAIT } from "./namespaceRules";
import { allowFromNamespace, type NetworkPolicySpec } from "./networkPolicies";
import {
  POSTGRES,
  POSTGRES_CLIENT_SECRET,
  POSTGRES_PORT,
  POSTGRES_VOLUME,
  postgresHost,
  postgresPod,
} from "./postgresPod";

/** Arguments of {@link Postgres}. */
export interface PostgresArgs {
  /** Namespace of Postgres and its volume. */
  readonly namespace: pulumi.Input<string>;
  /** Namespace of the clients: gets a Secret with the password, and its pods may connect. */
  readonly clientNamespace: pulumi.Input<string>;
  /** Database, made when it is missing. Plain value. */
  readonly database: string;
  /**
   * Role that owns everything: the superuser. Plain value; another name on a volume that has data
   * is an error.
   */
  readonly user: string;
  /** Connections in all, 10 to 10000; memory follows from it. Plain value. */
  readonly maxConnections: number;
  /** Volume, in GiB, from 1. A later change does not reach the volume. Plain value. */
  readonly sizeGiB: number;
  /** StorageClass of the volume. @defaultValue - the cluster's default */
  readonly storageClass?: pulumi.Input<string>;
  /** The official image or one like it, of major version 17. @defaultValue "docker.io/library/postgres:17.9" */
  readonly image?: string;
}

const DEFAULTS = {
  // renovate: datasource=docker depName=docker.io/library/postgres versioning=docker
  image: "docker.io/library/postgres:17.9",
} as const;

/** Fixed name: the namespace is Postgres' own. */
const SECRET = "postgresql";

/** A new password is a new pod. */
const PASSWORD_ANNOTATION = "dagster-platform/password-id";

const LABELS = { "app.kubernetes.io/name": POSTGRES };

/**
 * One Postgres in the cluster, for platforms without a managed one. It has no replica and no
 * backup.
 *
 * Creates a RandomPassword, a Secret with it here and one in the namespace of the clients, a
 * Service, a StatefulSet and a NetworkPolicy. State: the volume `data-postgres-0`, which outlives
 * the StatefulSet and goes with the namespace. Secret: the password; a new one (`pulumi up
 * --replace` on the RandomPassword) restarts Postgres, and its clients have to restart, too
 * ({@link Postgres.passwordId}).
 * @example
 * new Postgres("postgres", {
 *   namespace: "dagster-data",
 *   clientNamespace: "dagster",
 *   database: "dagster",
 *   user: "dagster",
 *   maxConnections: 500,
 *   sizeGiB: 10,
 * })
 */
export class Postgres extends pulumi.ComponentResource {
  /** Host name within the cluster. */
  readonly host: pulumi.Output<string>;
  readonly port: pulumi.Output<number>;
  /** Secret in the namespace of the clients, with the key `postgresql-password`. */
  readonly secretName: pulumi.Output<string>;
  /** That Secret, for `dependsOn`: pods start with it, and wait for Postgres by themselves. */
  readonly clientSecret: k8s.core.v1.Secret;
  /** Changes when the password does, and says nothing about it: for annotations of pods. */
  readonly passwordId: pulumi.Output<string>;

  constructor(name: string, args: PostgresArgs, opts?: pulumi.ComponentResourceOptions) {
    super("dagster-platform:kubernetes:Postgres", name, {}, opts);
    const child = { parent: this };
    const password = new random.RandomPassword(
      `${name}-password`,
      { length: 32, special: false },
      child,
    );
    this.passwordId = new random.RandomId(
      `${name}-password-id`,
      { byteLength: 4, keepers: { password: password.result } },
      child,
    ).hex;
    const secret = new k8s.core.v1.Secret(
      `${name}-secret`,
      passwordSecret(SECRET, args.namespace, password.result),
      child,
    );
    this.clientSecret = new k8s.core.v1.Secret(
      `${name}-client-secret`,
      passwordSecret(POSTGRES_CLIENT_SECRET, args.clientNamespace, password.result),
      child,
    );
    new k8s.networking.v1.NetworkPolicy(`${name}-clients`, clientsPolicy(args), child);
    const service = new k8s.core.v1.Service(`${name}-service`, serviceArgs(args), child);
    new k8s.apps.v1.StatefulSet(`${name}-server`, statefulSetArgs(args, this.passwordId), {
      parent: this,
      dependsOn: [secret],
      // Kubernetes refuses a change, and a new StatefulSet would not reach the volume either.
      ignoreChanges: ["spec.volumeClaimTemplates"],
    });
    this.host = service.metadata.namespace.apply(postgresHost);
    this.port = pulumi.output(POSTGRES_PORT);
    this.secretName = this.clientSecret.metadata.name;
    this.registerOutputs({
      host: this.host,
      port: this.port,
      secretName: this.secretName,
      passwordId: this.passwordId,
    });
  }
}

function passwordSecret(
  name: string,
  namespace: pulumi.Input<string>,
  password: pulumi.Output<string>,
): k8s.core.v1.SecretArgs {
  return { metadata: { name, namespace }, stringData: { [POSTGRES_PASSWORD_KEY]: password } };
}

function clientsPolicy(args: PostgresArgs): k8s.networking.v1.NetworkPolicyArgs {
  const { namespace, clientNamespace } = args;
  const spec = pulumi.output(clientNamespace).apply(clientsPolicySpec);
  return { metadata: { name: "postgres-clients", namespace }, spec };
}

function clientsPolicySpec(clientNamespace: string): NetworkPolicySpec {
  return allowFromNamespace(LABELS, POSTGRES_PORT, clientNamespace);
}

function serviceArgs({ namespace }: PostgresArgs): k8s.core.v1.ServiceArgs {
  const ports = [{ name: "postgres", port: POSTGRES_PORT, targetPort: POSTGRES_PORT }];
  const metadata = { name: POSTGRES, namespace, annotations: SKIP_AWAIT };
  return { metadata, spec: { selector: LABELS, ports } };
}

function statefulSetArgs(
  args: PostgresArgs,
  passwordId: pulumi.Output<string>,
): k8s.apps.v1.StatefulSetArgs {
  const { namespace, storageClass, sizeGiB, ...rest } = args;
  const claim = {
    metadata: { name: POSTGRES_VOLUME },
    spec: {
      accessModes: ["ReadWriteOnce"],
      storageClassName: storageClass,
      resources: { requests: { storage: `${sizeGiB}Gi` } },
    },
  };
  return {
    metadata: { name: POSTGRES, namespace },
    spec: {
      replicas: 1,
      // In order, a pod that does not get ready would block the update that mends it.
      podManagementPolicy: "Parallel",
      // A plain name: the provider waits until a Service has an endpoint, which this gives it.
      serviceName: POSTGRES,
      selector: { matchLabels: LABELS },
      template: {
        metadata: { labels: LABELS, annotations: { [PASSWORD_ANNOTATION]: passwordId } },
        spec: postgresPod({ ...rest, image: args.image ?? DEFAULTS.image, secretName: SECRET }),
      },
      volumeClaimTemplates: [claim],
    },
  };
}
