import { StateBucket, type StateBucketArgs } from "../../../components/aws/StateBucket";
import { stateBucketPolicy } from "../../../components/aws/stateBucketPolicy";
import { stateLifecycleRules } from "../../../components/aws/stateLifecycle";
import { document, KEY_ARN, made, STATE } from "./fixtures";

const ARGS: StateBucketArgs = { ...STATE, computeLogsDays: 30, branchDays: 14, oldVersionDays: 90 };

const make = (args: Partial<StateBucketArgs> = {}) =>
  made(() => new StateBucket("state", { ...ARGS, ...args }));

describe("the state bucket", () => {
  it("is made of exactly these", async () => {
    const { names, find } = await make();
    expect(names).toEqual([
      "aws:s3/bucket:Bucket state-bucket",
      "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration state-lifecycle",
      "aws:s3/bucketOwnershipControls:BucketOwnershipControls state-ownership",
      "aws:s3/bucketPolicy:BucketPolicy state-policy",
      "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock state-public-access",
      "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration state-encryption",
      "aws:s3/bucketVersioning:BucketVersioning state-versioning",
      "dagster-platform:aws:StateBucket state",
    ]);
    expect(find("state").registeredOutputs).toEqual({
      bucket: "acme-dagster-prod",
      arn: "arn:of-the-bucket",
    });
  });

  it("has the name that was asked for, is protected, and is never emptied", async () => {
    const { find, resources } = await make();
    expect(find("state-bucket")).toMatchObject({ protect: true, parent: "state" });
    expect(find("state-bucket").inputs).toEqual({ bucket: "acme-dagster-prod" });
    const others = resources.filter(({ custom, name }) => custom && name !== "state-bucket");
    for (const { inputs, parent } of others) {
      expect(inputs["bucket"]).toBe("acme-dagster-prod");
      expect(parent).toBe("state");
    }
  });

  it("keeps versions, and belongs to nobody but its owner", async () => {
    const { find } = await make();
    expect(find("state-versioning").inputs).toMatchObject({
      versioningConfiguration: { status: "Enabled" },
    });
    expect(find("state-public-access").inputs).toEqual({
      bucket: "acme-dagster-prod",
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    expect(find("state-ownership").inputs).toMatchObject({
      rule: { objectOwnership: "BucketOwnerEnforced" },
    });
  });

  it("refuses whoever comes without TLS, by a policy that waits for the public access block", async () => {
    const { find } = await make();
    expect(document(find("state-policy"))).toEqual(stateBucketPolicy(STATE));
    expect(find("state-policy").dependencies).toContain("state-public-access");
  });

  it("lets go of old things by rules that wait for versions", async () => {
    const { find } = await make();
    expect(find("state-lifecycle").inputs["rules"]).toEqual(stateLifecycleRules(ARGS));
    expect(find("state-lifecycle").dependencies).toContain("state-versioning");
  });

  it("is encrypted by S3's key, or by one's own", async () => {
    const plain = (await make()).find("state-encryption");
    expect(plain.inputs["rules"]).toEqual([
      { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } },
    ]);
    const own = (await make({ kmsKeyArn: KEY_ARN })).find("state-encryption");
    expect(own.inputs["rules"]).toEqual([
      {
        applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: KEY_ARN },
        bucketKeyEnabled: true,
      },
    ]);
  });

  it("writes its access log where it is told to", async () => {
    const { find } = await make({ accessLogsBucket: "acme-access-logs" });
    expect(find("state-access-log").inputs).toEqual({
      bucket: "acme-dagster-prod",
      targetBucket: "acme-access-logs",
      targetPrefix: "acme-dagster-prod/",
    });
  });

  it("is protected with everything that belongs to it", async () => {
    const { resources } = await make();
    const children = resources.filter(({ custom }) => custom);
    expect(children.filter(({ protect }) => !protect)).toEqual([]);
    expect(children.length).toBeGreaterThan(3);
  });
});
