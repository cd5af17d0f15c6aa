import * as sql from "@pulumi/gcp/sql";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

/** Arguments of {@link CloudSqlPostgres}. */
export interface CloudSqlPostgresArgs {
  /** Name of the instance; one that was deleted is free again after a week. Plain value. */
  readonly instance: string;
  /** Id of the project. */
  readonly project: string;
  /** Region, such as `europe-west3`: the cluster's. Another one is another instance. */
  readonly region: string;
  /**
   * VPC network of the cluster, `projects/…/global/networks/…`. It needs private services access.
   * @see https://docs.cloud.google.com/sql/docs/postgres/configure-private-services-access
   */
  readonly network: pulumi.Input<string>;
  /** Database. Plain value. */
  readonly database: string;
  /** User that owns everything. Plain value. */
  readonly user: string;
  /** Machine, such as `db-custom-2-7680` (2 CPUs, 7,680 MiB). */
  readonly tier: string;
  /** Smallest size of the disk, in GiB, from 10. It grows by itself, and is never made smaller. */
  readonly sizeGiB: number;
  /** Whether there is a standby in a second zone. */
  readonly highAvailability: boolean;
  /** Daily backups that are kept, 1 to 365. Any second of the last week of those can be gone back to. */
  readonly backupDays: number;
  /** Connections in all, from 14. A change restarts the instance. */
  readonly maxConnections: number;
  /**
   * Key of Cloud KMS in the same region. Cloud SQL's service agent of the project has to be allowed to use it.
   * @defaultValue - a key of Google
   * @see https://docs.cloud.google.com/sql/docs/postgres/configure-cmek
   */
  readonly kmsKeyName?: pulumi.Input<string>;
}

const PORT = 5432;

/** Longest that Cloud SQL keeps transaction logs in this edition. */
const MAX_LOG_DAYS = 7;

/** Days that the backup stays which is made when the instance is deleted after all. */
const FINAL_BACKUP_DAYS = 30;

/**
 * Postgres 17 of Cloud SQL, with an address in the cluster's network only, TLS and backups.
 *
 * Creates a RandomPassword, a DatabaseInstance, a Database and a User. State: the instance, which
 * neither `pulumi destroy` (`protect`) nor anybody else deletes before its protection is off. Secret:
 * the password; after a new one (`pulumi up --replace` on the RandomPassword) clients have to restart.
 * @example
 * new CloudSqlPostgres("postgres", {
 *   instance: "dagster-prod",
 *   project: "acme",
 *   region: "europe-west3",
 *   network: "projects/acme/global/networks/main",
 *   database: "dagster",
 *   user: "dagster",
 *   tier: "db-custom-2-7680",
 *   sizeGiB: 20,
 *   highAvailability: true,
 *   backupDays: 14,
 *   maxConnections: 500,
 * })
 */
export class CloudSqlPostgres extends pulumi.ComponentResource {
  /** IP address in the network. Known when database and user are there. */
  readonly address: pulumi.Output<string>;
  readonly port: pulumi.Output<number>;
  /** Secret. */
  readonly password: pulumi.Output<string>;

  constructor(name: string, args: CloudSqlPostgresArgs, opts?: pulumi.ComponentResourceOptions) {
    super("dagster-platform:gcp:CloudSqlPostgres", name, {}, opts);
    // All of it: an instance that outlives its stack has to keep its user and its password.
    const child = { parent: this, protect: true };
    const { result } = new random.RandomPassword(
      `${name}-password`,
      { length: 32, special: false },
      child,
    );
    const instance = new sql.DatabaseInstance(`${name}-instance`, instanceArgs(args), child);
    const place = { project: args.project, instance: instance.name };
    const database = new sql.Database(`${name}-database`, { ...place, name: args.database }, child);
    // Postgres deletes no user that owns tables.
    const owner = { name: args.user, password: result, deletionPolicy: "ABANDON" };
    const user = new sql.User(`${name}-user`, { ...place, ...owner }, child);
    this.address = pulumi.all([instance.privateIpAddress, database.id, user.id]).apply(first);
    this.port = pulumi.output(PORT);
    this.password = pulumi.secret(result);
    this.registerOutputs({ address: this.address, port: this.port, password: this.password });
  }
}

function first([value]: readonly [string, string, string]): string {
  return value;
}

function instanceArgs(args: CloudSqlPostgresArgs): sql.DatabaseInstanceArgs {
  const { instance, project, region, kmsKeyName } = args;
  return {
    ...{ name: instance, project, region },
    databaseVersion: "POSTGRES_17",
    deletionProtection: true,
    settings: {
      edition: "ENTERPRISE",
      tier: args.tier,
      availabilityType: args.highAvailability ? "REGIONAL" : "ZONAL",
      deletionProtectionEnabled: true,
      diskType: "PD_SSD",
      diskSize: args.sizeGiB,
      diskAutoresize: true,
      ipConfiguration: {
        ipv4Enabled: false,
        privateNetwork: args.network,
        sslMode: "ENCRYPTED_ONLY",
      },
      databaseFlags: [{ name: "max_connections", value: String(args.maxConnections) }],
      ...backups(args),
    },
    ...(kmsKeyName === undefined ? {} : { encryptionKeyName: kmsKeyName }),
  };
}

/** Backups outlive the instance. */
function backups({ backupDays }: CloudSqlPostgresArgs) {
  return {
    backupConfiguration: {
      enabled: true,
      pointInTimeRecoveryEnabled: true,
      transactionLogRetentionDays: Math.min(backupDays, MAX_LOG_DAYS),
      backupRetentionSettings: { retentionUnit: "COUNT", retainedBackups: backupDays },
    },
    retainBackupsOnDelete: true,
    finalBackupConfig: { enabled: true, retentionDays: FINAL_BACKUP_DAYS },
  };
}
