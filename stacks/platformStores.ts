import type * as pulumi from "@pulumi/pulumi";

import { DataNamespace } from "../components/kubernetes/DataNamespace";
import { databaseHost } from "../components/kubernetes/databaseHost";
import { PostgresAddress } from "../components/kubernetes/PostgresAddress";
import { Postgres } from "../components/kubernetes/Postgres";
import {
  POSTGRES_CLIENT_SECRET,
  POSTGRES_PORT,
  postgresHost,
} from "../components/kubernetes/postgresPod";
import { StateStoreServer } from "../components/kubernetes/StateStoreServer";
import {
  LOCATIONS_SECRET,
  stateStoreLogsBucket,
  stateStoreUrl,
} from "../components/kubernetes/stateStorePods";
import type { CloudDatabase } from "./cloud";
import type { PlatformConfig } from "./config";
import type { DatabaseAccess } from "./platformDocuments";
import { dataNamespace, stateBucketName } from "./platformNames";
import {
  awsBucketAccess,
  gcsBucketAccess,
  type S3Endpoint,
  s3EndpointAccess,
  type StateStoreAccess,
} from "./stateStoreAccess";

/** What the parts of a platform have in common. */
export interface PlatformOptions {
  readonly provider: pulumi.ProviderResource;
  /** For namespaces: takes over what is there. */
  readonly adopting: pulumi.ProviderResource;
  readonly dependsOn: pulumi.Resource[];
}

/** Where the platform keeps what has to last. */
export interface PlatformStores {
  readonly database: DatabaseAccess;
  readonly store: StateStoreAccess;
  /** The Secrets that pods start with: they come before them. */
  readonly secrets: readonly pulumi.Resource[];
  /** All that is made here. */
  readonly parts: readonly pulumi.Resource[];
}

/**
 * Database and state store: given ones by name, those of the cloud, and in the cluster what nobody else has.
 * @param cloud - its database, if it has one
 */
export function platformStores(
  config: PlatformConfig,
  stack: string,
  cloud: CloudDatabase | undefined,
  { provider, adopting, dependsOn }: PlatformOptions,
): PlatformStores {
  const store = givenStore(config, stack);
  if (cloud !== undefined && store !== undefined)
    return { store, ...cloudDatabase(config, cloud, { provider, dependsOn }) };
  const database = givenDatabase(config);
  if (database !== undefined && store !== undefined)
    return { database, store, secrets: [], parts: [] };
  const namespace = dataNamespace(config.namespace);
  const data = new DataNamespace(
    "data",
    { namespace, keep: config.keepData },
    { provider: adopting },
  );
  const inside = { provider, dependsOn: [...dependsOn, data] };
  const postgres = database === undefined ? postgresIn(namespace, config, inside) : undefined;
  const server = store === undefined ? storeIn(namespace, config, stack, inside) : undefined;
  const parts = [postgres, server].filter((part) => part !== undefined);
  return {
    database: database ?? {
      ...{ host: postgresHost(namespace), port: POSTGRES_PORT },
      secretName: POSTGRES_CLIENT_SECRET,
    },
    store: store ?? s3EndpointAccess(storeEndpoint(namespace, config, stack)),
    secrets: parts.map((part) => part.clientSecret),
    parts: [data, ...parts],
  };
}

/** A database outside, with the Secret and the name that one inside would have. */
function cloudDatabase(
  { namespace }: PlatformConfig,
  database: CloudDatabase,
  opts: pulumi.ComponentResourceOptions,
): Omit<PlatformStores, "store"> {
  const address = new PostgresAddress("database-address", { namespace, ...database }, opts);
  return {
    database: {
      ...{ host: databaseHost(namespace), port: database.port },
      secretName: POSTGRES_CLIENT_SECRET,
    },
    secrets: [address.clientSecret],
    parts: [address],
  };
}

function givenDatabase(config: PlatformConfig): DatabaseAccess | undefined {
  const { postgresHost: host, postgresSecret: secretName, postgresPort: port } = config;
  return host === undefined || secretName === undefined ? undefined : { host, port, secretName };
}

function givenStore(config: PlatformConfig, stack: string): StateStoreAccess | undefined {
  const { cloud, region, stateEndpointUrl: endpointUrl, stateSecret: keySecret } = config;
  const bucket = stateBucketName(config, stack);
  if (endpointUrl !== undefined && keySecret !== undefined)
    return s3EndpointAccess({ endpointUrl, bucket, keySecret });
  if (cloud === "aws" && region !== undefined) return awsBucketAccess(bucket, region);
  return cloud === "gcp" ? gcsBucketAccess(bucket) : undefined;
}

function postgresIn(
  namespace: string,
  config: PlatformConfig,
  opts: pulumi.ComponentResourceOptions,
): Postgres {
  return new Postgres(
    "postgres",
    {
      ...{ namespace, clientNamespace: config.namespace },
      ...{ database: config.postgresDatabase, user: config.postgresUser },
      maxConnections: config.postgresMaxConnections,
      sizeGiB: config.postgresSizeGiB,
      ...storageClass(config),
    },
    opts,
  );
}

function storeIn(
  namespace: string,
  config: PlatformConfig,
  stack: string,
  opts: pulumi.ComponentResourceOptions,
): StateStoreServer {
  const { bucket } = storeEndpoint(namespace, config, stack);
  const sizeGiB = config.stateStoreSizeGiB;
  return new StateStoreServer(
    "state-store",
    { namespace, clientNamespace: config.namespace, bucket, sizeGiB, ...storageClass(config) },
    opts,
  );
}

function storeEndpoint(namespace: string, config: PlatformConfig, stack: string): S3Endpoint {
  const bucket = stateBucketName(config, stack);
  return {
    endpointUrl: stateStoreUrl(namespace),
    ...{ bucket, logsBucket: stateStoreLogsBucket(bucket) },
    keySecret: LOCATIONS_SECRET,
  };
}

function storageClass({ storageClass }: PlatformConfig): { readonly storageClass?: string } {
  return storageClass === undefined ? {} : { storageClass };
}
