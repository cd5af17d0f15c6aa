import { RdsPostgres, type RdsPostgresArgs } from "../../../components/aws/RdsPostgres";
import { isSecret, valueOf } from "../mocked";
import { KEY_ARN, made } from "./fixtures";

const ARGS: RdsPostgresArgs = {
  identifier: "dagster-prod",
  vpcId: "vpc-1",
  subnetIds: ["subnet-1", "subnet-2"],
  clientSecurityGroupId: "sg-1",
  database: "dagster",
  user: "owner",
  instanceClass: "db.t4g.medium",
  sizeGiB: 20,
  multiAz: true,
  backupDays: 14,
  maxConnections: 500,
};

const make = (args: Partial<RdsPostgresArgs> = {}) =>
  made(() => new RdsPostgres("database", { ...ARGS, ...args }));

describe("Postgres by RDS", () => {
  it("is made of exactly these", async () => {
    const { names, find, result } = await make();
    expect(names).toEqual([
      "aws:ec2/securityGroup:SecurityGroup database-security-group",
      "aws:rds/instance:Instance database-instance",
      "aws:rds/parameterGroup:ParameterGroup database-parameters",
      "aws:rds/subnetGroup:SubnetGroup database-subnets",
      "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule database-clients",
      "dagster-platform:aws:RdsPostgres database",
      "random:index/randomPassword:RandomPassword database-password",
    ]);
    expect(find("database").registeredOutputs).toEqual({
      address: "database.of.the.mock",
      port: 5432,
      password: "s3cret",
    });
    expect(result.port).toBe(5432);
    expect(await valueOf(result.address)).toBe("database.of.the.mock");
  });

  it("is kept, encrypted, backed up, and out of reach of the internet", async () => {
    const { find } = await make();
    const instance = find("database-instance");
    expect(instance).toMatchObject({ protect: true, parent: "database" });
    expect(instance.inputs).toEqual({
      identifier: "dagster-prod",
      engine: "postgres",
      engineVersion: "17",
      autoMinorVersionUpgrade: true,
      instanceClass: "db.t4g.medium",
      multiAz: true,
      dbName: "dagster",
      username: "owner",
      password: "s3cret",
      port: 5432,
      publiclyAccessible: false,
      dbSubnetGroupName: "dagster-prod",
      vpcSecurityGroupIds: ["database-security-group-id"],
      parameterGroupName: "dagster-prod",
      storageType: "gp3",
      allocatedStorage: 20,
      storageEncrypted: true,
      backupRetentionPeriod: 14,
      copyTagsToSnapshot: true,
      deletionProtection: true,
      skipFinalSnapshot: false,
      finalSnapshotIdentifier: "dagster-prod-final",
      enabledCloudwatchLogsExports: ["postgresql"],
      performanceInsightsEnabled: false,
    });
  });

  it("lets in the cluster's security group alone, and nothing out", async () => {
    const { find } = await make();
    expect(find("database-security-group").inputs).toEqual({
      name: "dagster-prod",
      description: "Clients of database dagster-prod",
      vpcId: "vpc-1",
    });
    expect(find("database-clients").inputs).toEqual({
      securityGroupId: "database-security-group-id",
      description: "Postgres from the cluster",
      referencedSecurityGroupId: "sg-1",
      ipProtocol: "tcp",
      fromPort: 5432,
      toPort: 5432,
    });
  });

  it("speaks TLS only, and reads the number of connections at its start", async () => {
    const { find } = await make();
    expect(find("database-parameters").inputs).toEqual({
      name: "dagster-prod",
      description: "Parameters of dagster-prod",
      family: "postgres17",
      parameters: [
        { name: "rds.force_ssl", value: "1" },
        { name: "max_connections", value: "500", applyMethod: "pending-reboot" },
      ],
    });
  });

  it("has a password that RDS takes, secret everywhere", async () => {
    const { find, resources, result } = await make();
    expect(find("database-password").inputs).toEqual({ length: 32, special: false });
    expect(find("database-instance").secretInputs).toEqual(["password"]);
    expect(await isSecret(result.password)).toBe(true);
    const open = resources.flatMap(({ inputs, secretInputs }) =>
      Object.entries(inputs).filter(([key]) => !secretInputs.includes(key)),
    );
    expect(JSON.stringify(open)).not.toContain("s3cret");
  });

  it("grows by itself and has a key of its own, if it is told to", async () => {
    const { find } = await make({ maxSizeGiB: 100, kmsKeyArn: KEY_ARN });
    expect(find("database-instance").inputs).toMatchObject({
      maxAllocatedStorage: 100,
      kmsKeyId: KEY_ARN,
    });
  });

  it("is protected with everything that belongs to it", async () => {
    const { resources } = await make();
    const children = resources.filter(({ custom }) => custom);
    expect(children.filter(({ protect }) => !protect)).toEqual([]);
    expect(children.length).toBeGreaterThan(3);
  });
});
