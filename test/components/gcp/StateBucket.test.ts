import { StateBucket, type StateBucketArgs } from "../../../components/gcp/StateBucket";
import { stateLifecycle } from "../../../components/gcp/stateLifecycle";
import { mocked } from "../mocked";

const ARGS: StateBucketArgs = {
  ...{ bucket: "dagster-prod-acme", project: "acme-data", location: "europe-west3" },
  ...{ computeLogsDays: 30, branchDays: 14, oldVersionDays: 90, softDeleteDays: 7 },
};

const make = (args: Partial<StateBucketArgs> = {}) =>
  mocked(() => new StateBucket("state", { ...ARGS, ...args }));

describe("the bucket of the state store on Google Cloud", () => {
  it("is private, versioned, and hard to lose", async () => {
    const { names, find } = await make();
    expect(names).toEqual([
      "dagster-platform:gcp:StateBucket state",
      "gcp:storage/bucket:Bucket state-bucket",
    ]);
    const { inputs, protect } = find("state-bucket");
    expect(protect).toBe(true);
    expect(inputs).toEqual({
      name: "dagster-prod-acme",
      project: "acme-data",
      location: "europe-west3",
      uniformBucketLevelAccess: true,
      publicAccessPrevention: "enforced",
      forceDestroy: false,
      versioning: { enabled: true },
      softDeletePolicy: { retentionDurationSeconds: 604_800 },
      lifecycleRules: stateLifecycle(ARGS),
    });
    expect(find("state").registeredOutputs).toEqual({ bucket: "dagster-prod-acme" });
  });

  it("takes a key, and a bucket for its log", async () => {
    const kmsKeyName = "projects/acme/locations/europe-west3/keyRings/r/cryptoKeys/k";
    const { find } = await make({ kmsKeyName, accessLogsBucket: "logs" });
    expect(find("state-bucket").inputs).toMatchObject({
      encryption: { defaultKmsKeyName: kmsKeyName },
      logging: { logBucket: "logs", logObjectPrefix: "dagster-prod-acme" },
    });
  });
});
