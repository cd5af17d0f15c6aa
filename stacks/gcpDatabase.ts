import type * as pulumi from "@pulumi/pulumi";

import { CloudSqlPostgres } from "../components/gcp/CloudSqlPostgres";
import type { CloudInput } from "./cloud";
import type { GivenCluster } from "./gcpLookups";
import { databaseName, type GcpSettings } from "./gcpSettings";

const DEFAULT_TIER = "db-custom-2-7680";

/** Dagster's database in the network of the cluster; undefined: the config names one. */
export function gcpDatabase(
  { config }: CloudInput,
  { stack, project, region, kmsKeyName }: GcpSettings,
  { network }: GivenCluster,
  opts: pulumi.ComponentResourceOptions,
): CloudSqlPostgres | undefined {
  if (config.postgresHost !== undefined) return undefined;
  return new CloudSqlPostgres(
    "database",
    {
      ...{ instance: databaseName(stack), project, region, network },
      ...{ database: config.postgresDatabase, user: config.postgresUser },
      tier: config.postgresInstanceClass ?? DEFAULT_TIER,
      sizeGiB: config.postgresSizeGiB,
      highAvailability: config.postgresHighAvailability,
      backupDays: config.postgresBackupDays,
      maxConnections: config.postgresMaxConnections,
      ...(kmsKeyName === undefined ? {} : { kmsKeyName }),
    },
    opts,
  );
}
