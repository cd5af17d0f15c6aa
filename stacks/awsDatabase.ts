import type * as pulumi from "@pulumi/pulumi";

import { RdsPostgres } from "../components/aws/RdsPostgres";
import type { GivenCluster } from "./awsLookups";
import { type AwsSettings, databaseName } from "./awsSettings";
import type { CloudInput } from "./cloud";

const DEFAULT_INSTANCE_CLASS = "db.t4g.medium";

/** Dagster's database in the network of the cluster; undefined: the config names one. */
export function awsDatabase(
  { config }: CloudInput,
  { stack, state }: AwsSettings,
  cluster: GivenCluster,
  opts: pulumi.ComponentResourceOptions,
): RdsPostgres | undefined {
  if (config.postgresHost !== undefined) return undefined;
  const subnetIds =
    config.postgresSubnetIds.length === 0 ? cluster.subnetIds : config.postgresSubnetIds;
  return new RdsPostgres(
    "database",
    {
      identifier: databaseName(stack),
      ...{ vpcId: cluster.vpcId, subnetIds, clientSecurityGroupId: cluster.securityGroupId },
      ...{ database: config.postgresDatabase, user: config.postgresUser },
      instanceClass: config.postgresInstanceClass ?? DEFAULT_INSTANCE_CLASS,
      sizeGiB: config.postgresSizeGiB,
      multiAz: config.postgresHighAvailability,
      backupDays: config.postgresBackupDays,
      maxConnections: config.postgresMaxConnections,
      ...(state.kmsKeyArn === undefined ? {} : { kmsKeyArn: state.kmsKeyArn }),
    },
    opts,
  );
}
