import * as ec2 from "@pulumi/aws/ec2";
import * as rds from "@pulumi/aws/rds";
import * as vpc from "@pulumi/aws/vpc";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

/** Arguments of {@link RdsPostgres}. */
export interface RdsPostgresArgs {
  /**
   * Name of the instance and its groups: 1 to 63 lower-case letters, digits and single hyphens.
   * Plain value: it is identity.
   */
  readonly identifier: string;
  readonly vpcId: pulumi.Input<string>;
  /** Private subnets of that VPC, in two availability zones or more. */
  readonly subnetIds: pulumi.Input<pulumi.Input<string>[]>;
  /** Security group whose members alone may connect: the one of the cluster. */
  readonly clientSecurityGroupId: pulumi.Input<string>;
  /** Database, made with the instance. Another name is another instance. */
  readonly database: string;
  /** Role that owns it. Another name is another instance. */
  readonly user: string;
  /** Such as `db.t4g.medium`; its memory has to bear {@link maxConnections}. */
  readonly instanceClass: string;
  /** Volume, in GiB, from 20 (gp3). It can grow, not shrink. */
  readonly sizeGiB: number;
  /** Size that the volume may grow to by itself, in GiB. @defaultValue - it does not grow */
  readonly maxSizeGiB?: number;
  /** Whether a standby in another zone takes over. */
  readonly multiAz: boolean;
  /** Days that any moment can be restored, 1 to 35. */
  readonly backupDays: number;
  /** Connections in all; a change waits for a restart. */
  readonly maxConnections: number;
  /** KMS key that encrypts volume and backups. Another key is another instance. @defaultValue - the account's own for RDS */
  readonly kmsKeyArn?: string;
}

const PORT = 5432;

/** Minor versions come by themselves, in the maintenance window. */
const MAJOR_VERSION = "17";

/**
 * Postgres by Amazon RDS.
 *
 * Creates a RandomPassword, a SubnetGroup, a SecurityGroup with one rule, a ParameterGroup, and the
 * Instance. State: all of Dagster's runs, events and schedules; so the instance is protected, by
 * Pulumi and by RDS, and leaves a snapshot `<identifier>-final`. Secret: the password; a new one
 * reaches RDS at once, and its clients have to restart.
 * @example
 * new RdsPostgres("database", {
 *   identifier: "dagster-prod",
 *   vpcId: "vpc-1",
 *   subnetIds: ["subnet-1", "subnet-2"],
 *   clientSecurityGroupId: "sg-1",
 *   database: "dagster",
 *   user: "dagster",
 *   instanceClass: "db.t4g.medium",
 *   sizeGiB: 20,
 *   multiAz: true,
 *   backupDays: 14,
 *   maxConnections: 500,
 * })
 */
export class RdsPostgres extends pulumi.ComponentResource {
  /** Host name, within the VPC. */
  readonly address: pulumi.Output<string>;
  /** Plain value: Helm's values are made of it. */
  readonly port: number = PORT;
  /** Secret. */
  readonly password: pulumi.Output<string>;

  constructor(name: string, args: RdsPostgresArgs, opts?: pulumi.ComponentResourceOptions) {
    super("dagster-platform:aws:RdsPostgres", name, {}, opts);
    // All of it: an instance that outlives its stack has to keep its network and its password.
    const child = { parent: this, protect: true };
    const { identifier, subnetIds } = args;
    // Letters and digits: RDS refuses some of the others.
    const length = { length: 32, special: false };
    const password = new random.RandomPassword(`${name}-password`, length, child);
    const subnets = new rds.SubnetGroup(
      `${name}-subnets`,
      { name: identifier, description: `Subnets of ${identifier}`, subnetIds },
      child,
    );
    const group = new ec2.SecurityGroup(`${name}-security-group`, groupArgs(args), child);
    new vpc.SecurityGroupIngressRule(`${name}-clients`, clientsArgs(args, group.id), child);
    const parameters = new rds.ParameterGroup(`${name}-parameters`, parameterArgs(args), child);
    const instance = new rds.Instance(
      `${name}-instance`,
      {
        ...instanceArgs(args),
        password: password.result,
        dbSubnetGroupName: subnets.name,
        vpcSecurityGroupIds: [group.id],
        parameterGroupName: parameters.name,
      },
      child,
    );
    this.address = instance.address;
    this.password = password.result;
    const { address, port } = this;
    this.registerOutputs({ address, port, password: this.password });
  }
}

/** The provider takes away the rule for all egress that AWS makes: a database calls nobody. */
function groupArgs({ identifier, vpcId }: RdsPostgresArgs): ec2.SecurityGroupArgs {
  return { name: identifier, description: `Clients of database ${identifier}`, vpcId };
}

function clientsArgs(
  { clientSecurityGroupId }: RdsPostgresArgs,
  securityGroupId: pulumi.Output<string>,
): vpc.SecurityGroupIngressRuleArgs {
  return {
    securityGroupId,
    description: "Postgres from the cluster",
    referencedSecurityGroupId: clientSecurityGroupId,
    ipProtocol: "tcp",
    fromPort: PORT,
    toPort: PORT,
  };
}

function parameterArgs({ identifier, maxConnections }: RdsPostgresArgs): rds.ParameterGroupArgs {
  return {
    name: identifier,
    description: `Parameters of ${identifier}`,
    family: `postgres${MAJOR_VERSION}`,
    parameters: [
      { name: "rds.force_ssl", value: "1" },
      {
        name: "max_connections",
        value: String(maxConnections),
        // Postgres reads it at its start.
        applyMethod: "pending-reboot",
      },
    ],
  };
}

function instanceArgs(args: RdsPostgresArgs) {
  return {
    identifier: args.identifier,
    engine: "postgres",
    engineVersion: MAJOR_VERSION,
    autoMinorVersionUpgrade: true,
    instanceClass: args.instanceClass,
    multiAz: args.multiAz,
    dbName: args.database,
    username: args.user,
    port: PORT,
    publiclyAccessible: false,
    storageType: "gp3",
    allocatedStorage: args.sizeGiB,
    maxAllocatedStorage: args.maxSizeGiB,
    storageEncrypted: true,
    kmsKeyId: args.kmsKeyArn,
    backupRetentionPeriod: args.backupDays,
    copyTagsToSnapshot: true,
    deletionProtection: true,
    skipFinalSnapshot: false,
    finalSnapshotIdentifier: `${args.identifier}-final`,
    enabledCloudwatchLogsExports: ["postgresql"],
    performanceInsightsEnabled: false,
  };
}
