import {
  CloudSqlPostgres,
  type CloudSqlPostgresArgs,
} from "../../../components/gcp/CloudSqlPostgres";
import { isSecret, mocked, valueOf } from "../mocked";

const ARGS: CloudSqlPostgresArgs = {
  ...{ instance: "dagster-prod", project: "acme-data", region: "europe-west3" },
  network: "projects/acme-data/global/networks/main",
  ...{ database: "dagster", user: "owner", tier: "db-custom-2-7680", sizeGiB: 20 },
  ...{ highAvailability: true, backupDays: 14, maxConnections: 500 },
};

const make = (args: Partial<CloudSqlPostgresArgs> = {}) =>
  mocked(() => new CloudSqlPostgres("postgres", { ...ARGS, ...args }), {
    "gcp:sql/databaseInstance:DatabaseInstance": { privateIpAddress: "10.0.0.5" },
  });

describe("Postgres of Cloud SQL", () => {
  it("is made of exactly these", async () => {
    const { names } = await make();
    expect(names).toEqual([
      "dagster-platform:gcp:CloudSqlPostgres postgres",
      "gcp:sql/database:Database postgres-database",
      "gcp:sql/databaseInstance:DatabaseInstance postgres-instance",
      "gcp:sql/user:User postgres-user",
      "random:index/randomPassword:RandomPassword postgres-password",
    ]);
  });

  it("is private, encrypted, backed up, and hard to lose", async () => {
    const { find } = await make();
    const { inputs, protect, ignoreChanges } = find("postgres-instance");
    expect(protect).toBe(true);
    expect(ignoreChanges).toEqual([]);
    expect(inputs).toEqual({
      name: "dagster-prod",
      project: "acme-data",
      region: "europe-west3",
      databaseVersion: "POSTGRES_17",
      deletionProtection: true,
      settings: {
        edition: "ENTERPRISE",
        tier: "db-custom-2-7680",
        availabilityType: "REGIONAL",
        deletionProtectionEnabled: true,
        diskType: "PD_SSD",
        diskSize: 20,
        diskAutoresize: true,
        ipConfiguration: {
          ipv4Enabled: false,
          privateNetwork: "projects/acme-data/global/networks/main",
          sslMode: "ENCRYPTED_ONLY",
        },
        databaseFlags: [{ name: "max_connections", value: "500" }],
        backupConfiguration: {
          enabled: true,
          pointInTimeRecoveryEnabled: true,
          transactionLogRetentionDays: 7,
          backupRetentionSettings: { retentionUnit: "COUNT", retainedBackups: 14 },
        },
        retainBackupsOnDelete: true,
        finalBackupConfig: { enabled: true, retentionDays: 30 },
      },
    });
  });

  it("has a database and an owner, which a destroy leaves", async () => {
    const { find } = await make();
    expect(find("postgres-database")).toMatchObject({
      inputs: { project: "acme-data", instance: "dagster-prod", name: "dagster" },
      protect: true,
      dependencies: ["postgres-instance"],
    });
    const { inputs, secretInputs } = find("postgres-user");
    expect(inputs).toEqual({
      ...{ project: "acme-data", instance: "dagster-prod", name: "owner" },
      ...{ password: "s3cret", deletionPolicy: "ABANDON" },
    });
    expect(secretInputs).toEqual(["password"]);
  });

  it("tells where it is, when it can be used, and its password in secret", async () => {
    const { result, resources } = await make();
    expect(await valueOf(result.address)).toBe("10.0.0.5");
    expect(await valueOf(result.port)).toBe(5432);
    expect(await valueOf(result.password)).toBe("s3cret");
    expect(await isSecret(result.password)).toBe(true);
    expect(await isSecret(result.address)).toBe(false);
    const open = resources.flatMap(({ inputs, secretInputs }) =>
      Object.entries(inputs).filter(([key]) => !secretInputs.includes(key)),
    );
    expect(JSON.stringify(open)).not.toContain("s3cret");
  });

  it("is smaller, or has a key", async () => {
    const kmsKeyName = "projects/acme/locations/europe-west3/keyRings/r/cryptoKeys/k";
    const { find } = await make({ highAvailability: false, backupDays: 3, kmsKeyName });
    expect(find("postgres-instance").inputs).toMatchObject({
      encryptionKeyName: kmsKeyName,
      settings: {
        availabilityType: "ZONAL",
        backupConfiguration: { transactionLogRetentionDays: 3 },
      },
    });
  });

  it("is protected with everything that belongs to it", async () => {
    const { resources } = await make();
    const children = resources.filter(({ custom }) => custom);
    expect(children.filter(({ protect }) => !protect)).toEqual([]);
    expect(children.length).toBeGreaterThan(3);
  });
});
