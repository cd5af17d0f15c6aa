import { parseConfig } from "../../stacks/config";
import { InvalidInputError } from "../../stacks/invalidInputError";
import { AWS, GCP } from "./cloudInput";
import { DEFAULTS } from "./projectDefaults";

const EXISTING_DATABASE = { postgresHost: "db.acme.internal", postgresSecret: "pg" };

/** The mistakes, without the stack's file. */
function mistakes(given: Record<string, unknown>, stack = "prod"): readonly string[] {
  try {
    parseConfig({ ...DEFAULTS, ...given }, [], stack);
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    return error.message
      .split("\n")
      .map((line) => line.replace(`Pulumi.${stack}.yaml: dagster-platform:`, ""));
  }
  return [];
}

const keysOf = (lines: readonly string[]) => lines.map((line) => line.split(":")[0]);

describe("the config of a cloud", () => {
  it.each<[string, Record<string, unknown>]>([
    ["AWS with nothing given", AWS],
    ["AWS with a database that is there", { ...AWS, ...EXISTING_DATABASE }],
    ["AWS with a bucket that is there", { ...AWS, stateBucket: "acme", adopt: ["stateBucket"] }],
    ["AWS with the cluster's own OIDC provider", { ...AWS, podIdentity: "irsa" }],
    ["AWS in China", { ...AWS, region: "cn-northwest-1" }],
    ["Google Cloud with nothing given", GCP],
    ["Google Cloud with a database", { ...GCP, ...EXISTING_DATABASE }],
    ["images that are elsewhere", { ...AWS, imageRegistry: "ghcr.io/acme" }],
  ])("takes %s", (_case, given) => {
    expect(mistakes(given)).toEqual([]);
  });

  it("refuses AWS without what it needs, all at once", () => {
    expect(mistakes({ cloud: "aws" })).toEqual([
      "region: needed with cloud aws, got nothing, name the region of the cluster",
      "awsAccountId: needed with cloud aws, got nothing, write what `aws sts get-caller-identity` says",
      "eksCluster: needed with cloud aws, got nothing, name the cluster as `aws eks list-clusters` does",
      "platformRepository: needed with cloud aws, got nothing, name the repository that this program is kept in, owner/name",
      "platformRepositoryId: needed with cloud aws, got nothing, write what `gh api repos/OWNER/NAME --jq .id` says, or GitLab's project id",
      "platformOwnerId: needed with cloud aws, got nothing, write what `gh api repos/OWNER/NAME --jq .owner.id` says, or the id of GitLab's group",
    ]);
  });

  it("refuses Google Cloud without what it needs, all at once", () => {
    expect(keysOf(mistakes({ cloud: "gcp" }))).toEqual([
      ...["region", "gcpProject", "gcpProjectNumber"],
      ...["gkeCluster", "platformRepository", "platformRepositoryId", "platformOwnerId"],
    ]);
  });

  it("names the repository in the command that tells its id, once it is known", () => {
    expect(mistakes({ ...AWS, platformRepositoryId: 0 })).toEqual([
      "platformRepositoryId: needed with cloud aws, got nothing, write what `gh api repos/acme/dagster-platform --jq .id` says, or GitLab's project id",
    ]);
  });

  it.each<[string, Record<string, unknown>, string]>([
    [
      "an account of AWS without cloud",
      { awsAccountId: "123456789012" },
      "awsAccountId: only with",
    ],
    [
      "a project on AWS",
      { ...AWS, gcpProject: "acme-data" },
      "gcpProject: only with cloud gcp, got",
    ],
    [
      "a cluster of AWS on Google Cloud",
      { ...GCP, eksCluster: "x" },
      "eksCluster: only with cloud",
    ],
    ["adopting without cloud", { adopt: ["githubOidc"] }, "adopt: only with cloud aws or gcp, got"],
    [
      "a bucket to adopt without name",
      { ...AWS, adopt: ["stateBucket"] },
      "stateBucket: needed with adopt stateBucket, got nothing",
    ],
    [
      "to make logs of a bucket that is adopted",
      { ...AWS, adopt: ["stateBucket"], stateBucket: "acme", stateAccessLogsBucket: "logs" },
      "stateAccessLogsBucket: only for a bucket that is made here",
    ],
    [
      "logs in the bucket itself",
      { ...AWS, stateBucket: "acme", stateAccessLogsBucket: "acme" },
      "stateAccessLogsBucket: must be another bucket",
    ],
    [
      "an issuer to adopt on Google Cloud",
      { ...GCP, adopt: ["githubOidc"] },
      "adopt: githubOidc only with cloud aws",
    ],
    [
      "a dot in a bucket of AWS",
      { ...AWS, stateBucket: "acme.state" },
      "stateBucket: must have no",
    ],
    [
      "a size for a database that is there",
      { ...AWS, ...EXISTING_DATABASE, postgresInstanceClass: "db.m7g.large" },
      "postgresInstanceClass: only for a database that is made here, got",
    ],
    [
      "subnets for a database that is there",
      { ...AWS, ...EXISTING_DATABASE, postgresSubnetIds: ["subnet-0a1b2c3d"] },
      "postgresSubnetIds: only for a database",
    ],
    ["a volume that RDS does not have", { ...AWS, postgresSizeGiB: 5 }, "postgresSizeGiB: must be"],
    [
      "another S3 beside a cloud",
      { ...AWS, stateEndpointUrl: "http://s3", stateBucket: "acme", stateSecret: "keys" },
      "stateEndpointUrl: only with cloud none",
    ],
    [
      "a region of the other cloud",
      { ...AWS, region: "europe-west1" },
      "region: must be a region of",
    ],
    [
      "an account with a digit less",
      { ...AWS, awsAccountId: "12345678901" },
      "awsAccountId: must be",
    ],
    ["an account as a bare number", { ...AWS, awsAccountId: 123456789012 }, "awsAccountId: "],
    [
      "a boundary that is no policy",
      { ...AWS, permissionsBoundary: "limits" },
      "permissionsBoundary: ",
    ],
    [
      "a wildcard in a policy",
      { ...AWS, platformCiPolicies: ["arn:aws:iam::123456789012:policy/*"] },
      "platformCiPolicies.0: must be",
    ],
    [
      "a wildcard in a policy of pull requests",
      { ...AWS, platformPreviewPolicies: ["arn:aws:iam::123456789012:policy/*"] },
      "platformPreviewPolicies.0: must be",
    ],
    [
      "policies of AWS on Google Cloud",
      { ...GCP, platformPreviewPolicies: ["arn:aws:iam::123456789012:policy/state"] },
      "platformPreviewPolicies: only with cloud aws, got",
    ],
    [
      "a branch with a wildcard",
      { ...AWS, platformBranch: "release/*" },
      "platformBranch: must be",
    ],
    ["a GitLab without TLS", { ...AWS, gitlabUrl: "http://gitlab.acme.com" }, "gitlabUrl: must be"],
    [
      "a key of another kind",
      { ...AWS, stateKmsKey: "alias/state" },
      "stateKmsKey: must be the ARN",
    ],
    [
      "days without end",
      { ...AWS, computeLogsDays: 100_000 },
      "computeLogsDays: must be 1 to 3650",
    ],
    ["an import without id", { import: ["state-bucket"] }, "import.0: must be name=id, got"],
  ])("refuses %s", (_case, given, text) => {
    const found = mistakes(given);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(text);
  });

  it.each(["production-europe", "Prod", "prod_eu", "prod-eu"])(
    "refuses the stack %s, which does not fit into names",
    (stack) => {
      expect(mistakes(AWS, stack)[0]).toMatch(
        /^cloud: the stack's name is part of names in the cloud/,
      );
      expect(mistakes({}, stack)).toEqual([]);
    },
  );
});
