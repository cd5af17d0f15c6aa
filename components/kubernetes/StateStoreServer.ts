import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

import { canonicalJson } from "../dagster/canonicalJson";
import { SYSTEM_IMAGE } from "../dagster/chart";
import { SKIP_AWAIT } from "./namespaceRules";
import { NAMESPACE_LABEL } from "./podLabels";
import {
  ACCOUNTS_FILE,
  ACCOUNTS_SECRET,
  KEY_ID_ENV,
  LOCATIONS_SECRET,
  PLATFORM_SECRET,
  S3_PORT,
  SECRET_KEY_ENV,
  STATE_STORE,
  STATE_STORE_VOLUME,
  stateStoreLogsBucket,
  stateStorePod,
  stateStoreSetupPod,
  stateStoreUrl,
} from "./stateStorePods";
import {
  computeLogsPolicy,
  LOCATIONS_KEY_ID,
  PLATFORM_KEY_ID,
  stateStoreAccounts,
  stateStorePolicy,
} from "./stateStorePolicy";

/** Arguments of {@link StateStoreServer}. */
export interface StateStoreServerArgs {
  /** Namespace of the server and its volume. */
  readonly namespace: pulumi.Input<string>;
  /** Namespace of the clients: gets the Secret of the locations, and its pods may connect. */
  readonly clientNamespace: pulumi.Input<string>;
  /**
   * Bucket of the state, up to 58 characters: `<bucket>-logs` is the one of the compute logs. Plain
   * value; another name is other buckets, empty ones.
   * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
   */
  readonly bucket: string;
  /** Volume, in GiB, from 1. A later change does not reach the volume. Plain value. */
  readonly sizeGiB: number;
  /**
   * StorageClass of the volume. Its file system has to keep extended attributes of users, as ext4
   * and xfs do and NFS before 4.2 does not.
   * @defaultValue - the cluster's default
   */
  readonly storageClass?: pulumi.Input<string>;
  /**
   * Versity S3 Gateway, 1.8.0 or later: earlier ones lose updates of concurrent conditional writes.
   * @defaultValue "ghcr.io/versity/versitygw:v1.8.0"
   * @see https://github.com/versity/versitygw/pull/2288
   */
  readonly image?: string;
  /** Has Python and boto3, for the setup. @defaultValue - the image of webserver and daemon */
  readonly setupImage?: string;
}

const DEFAULTS = {
  // renovate: datasource=docker depName=ghcr.io/versity/versitygw
  image: "ghcr.io/versity/versitygw:v1.8.0",
  setupImage: SYSTEM_IMAGE,
} as const;

/** The server reads the root key at its start only: a new key is a new pod. */
const KEYS_ANNOTATION = "dagster-platform/keys-id";

const LABELS = { "app.kubernetes.io/name": STATE_STORE };
const SETUP_LABELS = { "app.kubernetes.io/name": `${STATE_STORE}-setup` };

const KEY = { length: 40, special: false } as const;

/**
 * One S3-compatible server in the cluster, for platforms without a cloud, with a versioned
 * bucket for the state and an unversioned one for the compute logs. It has no replica, no backup
 * and no life-cycle rules: old versions and old logs stay.
 *
 * Creates two RandomPasswords (the keys), a RandomId, Secrets (`state-store-platform` and the
 * server's accounts here, `state-store-locations` in the namespace of the clients), a Service, a
 * StatefulSet, a NetworkPolicy and a Job that makes the buckets and sets their versioning and
 * policies. State: the volume `data-state-store-0`, which outlives the StatefulSet and goes with the
 * namespace; on a new volume, the Job has to run again (`pulumi up --replace`). Secret: the keys.
 * A new one (`pulumi up --replace` on a RandomPassword) restarts the server, and its clients have
 * to restart, too ({@link StateStoreServer.keysId}).
 * @example
 * new StateStoreServer("state-store", {
 *   namespace: "dagster-data",
 *   clientNamespace: "dagster",
 *   bucket: "dagster-platform-dev",
 *   sizeGiB: 20,
 * })
 */
export class StateStoreServer extends pulumi.ComponentResource {
  /** Address within the cluster, keys in the path; known when the buckets are there. */
  readonly endpointUrl: pulumi.Output<string>;
  /** In the namespace of the clients: their pods come after it. */
  readonly clientSecret: k8s.core.v1.Secret;
  /** Name of that Secret, which has AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. */
  readonly locationsSecret: pulumi.Output<string>;
  /** Secret beside the server, with the same keys, of the account that may do everything. */
  readonly platformSecret: pulumi.Output<string>;
  /** Changes when a key does, and says nothing about it: for annotations of pods. */
  readonly keysId: pulumi.Output<string>;

  constructor(name: string, args: StateStoreServerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("dagster-platform:kubernetes:StateStoreServer", name, {}, opts);
    const child = { parent: this };
    const keys = newKeys(name, child);
    const platformSecret = new k8s.core.v1.Secret(
      `${name}-platform`,
      keySecret(PLATFORM_SECRET, args.namespace, PLATFORM_KEY_ID, keys.platform),
      child,
    );
    const accounts = new k8s.core.v1.Secret(`${name}-accounts`, accountsSecret(args, keys), child);
    this.clientSecret = new k8s.core.v1.Secret(
      `${name}-locations`,
      keySecret(LOCATIONS_SECRET, args.clientNamespace, LOCATIONS_KEY_ID, keys.locations),
      child,
    );
    new k8s.networking.v1.NetworkPolicy(`${name}-clients`, clientsPolicy(args), child);
    const service = new k8s.core.v1.Service(`${name}-service`, serviceArgs(args), child);
    const server = new k8s.apps.v1.StatefulSet(`${name}-server`, statefulSetArgs(args, keys.id), {
      parent: this,
      dependsOn: [platformSecret, accounts],
      // Kubernetes refuses a change, and a new StatefulSet would not reach the volume either.
      ignoreChanges: ["spec.volumeClaimTemplates"],
    });
    const setup = new k8s.batch.v1.Job(`${name}-setup`, setupArgs(args), {
      parent: this,
      dependsOn: [server, service],
    });
    this.endpointUrl = pulumi.all([setup.id, args.namespace]).apply(endpointUrl);
    this.locationsSecret = this.clientSecret.metadata.name;
    this.platformSecret = platformSecret.metadata.name;
    this.keysId = keys.id;
    this.registerOutputs({
      endpointUrl: this.endpointUrl,
      locationsSecret: this.locationsSecret,
      platformSecret: this.platformSecret,
      keysId: this.keysId,
    });
  }
}

/** Secret keys, and an id that changes with them. */
interface Keys {
  readonly platform: pulumi.Output<string>;
  readonly locations: pulumi.Output<string>;
  readonly id: pulumi.Output<string>;
}

function newKeys(name: string, child: pulumi.CustomResourceOptions): Keys {
  const { result: platform } = new random.RandomPassword(`${name}-platform-key`, KEY, child);
  const { result: locations } = new random.RandomPassword(`${name}-locations-key`, KEY, child);
  const keepers = { platform, locations };
  const id = new random.RandomId(`${name}-keys-id`, { byteLength: 4, keepers }, child);
  return { platform, locations, id: id.hex };
}

function keySecret(
  name: string,
  namespace: pulumi.Input<string>,
  id: string,
  key: pulumi.Output<string>,
): k8s.core.v1.SecretArgs {
  const stringData = { [KEY_ID_ENV]: id, [SECRET_KEY_ENV]: key };
  return { metadata: { name, namespace }, stringData };
}

function accountsSecret(
  { namespace }: StateStoreServerArgs,
  { locations }: Keys,
): k8s.core.v1.SecretArgs {
  const accounts = pulumi.jsonStringify(locations.apply(stateStoreAccounts));
  const metadata = { name: ACCOUNTS_SECRET, namespace };
  return { metadata, stringData: { [ACCOUNTS_FILE]: accounts } };
}

/** The server itself connects to nobody. */
function clientsPolicy(args: StateStoreServerArgs): k8s.networking.v1.NetworkPolicyArgs {
  const { namespace, clientNamespace } = args;
  const from = [
    { namespaceSelector: { matchLabels: { [NAMESPACE_LABEL]: clientNamespace } } },
    { podSelector: { matchLabels: SETUP_LABELS } },
  ];
  const spec = {
    podSelector: { matchLabels: LABELS },
    policyTypes: ["Ingress", "Egress"],
    ingress: [{ from, ports: [{ port: S3_PORT, protocol: "TCP" }] }],
  };
  return { metadata: { name: "state-store-clients", namespace }, spec };
}

function serviceArgs({ namespace }: StateStoreServerArgs): k8s.core.v1.ServiceArgs {
  const ports = [{ name: "s3", port: S3_PORT, targetPort: S3_PORT }];
  const metadata = { name: STATE_STORE, namespace, annotations: SKIP_AWAIT };
  return { metadata, spec: { selector: LABELS, ports } };
}

function statefulSetArgs(
  args: StateStoreServerArgs,
  keysId: pulumi.Output<string>,
): k8s.apps.v1.StatefulSetArgs {
  const { namespace, storageClass, sizeGiB } = args;
  const claim = {
    metadata: { name: STATE_STORE_VOLUME },
    spec: {
      accessModes: ["ReadWriteOnce"],
      storageClassName: storageClass,
      resources: { requests: { storage: `${sizeGiB}Gi` } },
    },
  };
  return {
    metadata: { name: STATE_STORE, namespace },
    spec: {
      serviceName: STATE_STORE,
      replicas: 1,
      selector: { matchLabels: LABELS },
      template: {
        metadata: { labels: LABELS, annotations: { [KEYS_ANNOTATION]: keysId } },
        spec: stateStorePod(args.image ?? DEFAULTS.image),
      },
      volumeClaimTemplates: [claim],
    },
  };
}

/** It has no name: a changed Job is a new one, made before the old one goes. */
function setupArgs(args: StateStoreServerArgs): k8s.batch.v1.JobArgs {
  const { namespace, bucket } = args;
  const pod = stateStoreSetupPod({
    image: args.setupImage ?? DEFAULTS.setupImage,
    bucket,
    policy: canonicalJson(stateStorePolicy(bucket)),
    logsPolicy: canonicalJson(computeLogsPolicy(stateStoreLogsBucket(bucket))),
  });
  return {
    metadata: { namespace },
    spec: { backoffLimit: 4, template: { metadata: { labels: SETUP_LABELS }, spec: pod } },
  };
}

function endpointUrl([, namespace]: readonly [string, string]): string {
  return stateStoreUrl(namespace);
}
