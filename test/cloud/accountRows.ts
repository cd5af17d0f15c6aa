/** Requests to images, bucket settings, cluster and database, and the full set of all registered roles that may make them. */
import type { AccessRequest } from "./policyEvaluator";
import {
  ALL_CI,
  ALL_PULL,
  bucket,
  CI,
  DEPLOY,
  NOBODY,
  PLATFORM,
  PULL,
  type RightsRow,
} from "./rightsRows";
import { KEY_ARN } from "./world";

export const ACCOUNT_ID = "123456789012";
const REGION = `eu-central-1:${ACCOUNT_ID}`;

export type Context = NonNullable<AccessRequest["context"]>;

export const request = (
  action: string,
  resource: string,
  context: Context = {},
): AccessRequest => ({
  action,
  resource,
  context,
});

const image = (action: string, name: string): AccessRequest =>
  request(`ecr:${action}`, `arn:aws:ecr:${REGION}:repository/${name}`);

const PUSH = [
  ...["BatchCheckLayerAvailability", "BatchGetImage", "CompleteLayerUpload", "DescribeImages"],
  ...["GetDownloadUrlForLayer", "InitiateLayerUpload", "PutImage", "UploadLayerPart"],
];

const PUSHERS = [...ALL_CI, ...ALL_PULL, "dagster-lab-crm-ci", "dagster-lab-crm-pull-request"];

const BOTH_PLATFORM = [...PLATFORM, "dagster-lab--deploy", "dagster-lab--preview"];

export const IMAGE_ROWS: readonly RightsRow[] = [
  ...PUSH.flatMap((action): readonly RightsRow[] => [
    [`${action} of released images`, image(action, "dagster-prod/crm"), [CI]],
    [`${action} of branches' images`, image(action, "dagster-prod-branches/crm"), [PULL]],
    [`${action} of another repository`, image(action, "other"), NOBODY],
  ]),
  ["log in", request("ecr:GetAuthorizationToken", "*"), PUSHERS],
  ["push to a similar repository", image("PutImage", "dagster-prod/crm2"), NOBODY],
  ["push below a repository", image("PutImage", "dagster-prod/crm/x"), NOBODY],
  [
    "push to the same name in another region",
    request("ecr:PutImage", `arn:aws:ecr:eu-west-1:${ACCOUNT_ID}:repository/dagster-prod/crm`),
    NOBODY,
  ],
  ["delete released images", image("BatchDeleteImage", "dagster-prod/crm"), NOBODY],
  ["delete branches' images", image("BatchDeleteImage", "dagster-prod-branches/crm"), NOBODY],
  ["delete a repository of released images", image("DeleteRepository", "dagster-prod/crm"), NOBODY],
  [
    "delete a repository of branches",
    image("DeleteRepository", "dagster-prod-branches/crm"),
    [DEPLOY],
  ],
  ["make a repository", image("CreateRepository", "dagster-prod/new"), [DEPLOY]],
  ["make a repository elsewhere", image("CreateRepository", "new"), NOBODY],
  ["make tags mutable", image("PutImageTagMutability", "dagster-prod/crm"), [DEPLOY]],
  ["make a repository public", image("SetRepositoryPolicy", "dagster-prod/crm"), NOBODY],
];

export const BUCKET_ROWS: readonly RightsRow[] = [
  ...["DeleteBucket", "DeleteBucketPolicy", "PutBucketPolicy", "PutBucketVersioning"],
  ...["PutBucketPublicAccessBlock", "PutBucketOwnershipControls", "PutBucketAcl", "CreateBucket"],
  ...["PutReplicationConfiguration", "PutBucketNotification", "PutBucketObjectLockConfiguration"],
  ...[
    "PutBucketCORS",
    "PutBucketWebsite",
    "PutInventoryConfiguration",
    "PutAccelerateConfiguration",
  ],
].map((action): RightsRow => [action, bucket(action), NOBODY]);

export const SETTING_ROWS: readonly RightsRow[] = [
  ["change the lifecycle", bucket("PutLifecycleConfiguration"), [DEPLOY]],
  ["change the encryption", bucket("PutEncryptionConfiguration"), [DEPLOY]],
  [
    "change another bucket's lifecycle",
    bucket("PutLifecycleConfiguration", "arn:aws:s3:::other"),
    NOBODY,
  ],
  ["read the bucket's policy", bucket("GetBucketPolicy"), PLATFORM],
  [
    "describe the cluster",
    request("eks:DescribeCluster", `arn:aws:eks:${REGION}:cluster/data`),
    PLATFORM,
  ],
  [
    "describe another cluster",
    request("eks:DescribeCluster", `arn:aws:eks:${REGION}:cluster/other`),
    NOBODY,
  ],
  [
    "open the cluster to somebody",
    request("eks:CreateAccessEntry", `arn:aws:eks:${REGION}:cluster/data`),
    NOBODY,
  ],
  [
    "change the cluster",
    request("eks:UpdateClusterConfig", `arn:aws:eks:${REGION}:cluster/data`),
    NOBODY,
  ],
  [
    "give a role to pods",
    request("eks:CreatePodIdentityAssociation", `arn:aws:eks:${REGION}:cluster/data`),
    [DEPLOY],
  ],
  [
    "give a role to another cluster's pods",
    request("eks:CreatePodIdentityAssociation", `arn:aws:eks:${REGION}:cluster/other`),
    NOBODY,
  ],
  [
    "read a secret",
    request("secretsmanager:GetSecretValue", `arn:aws:secretsmanager:${REGION}:secret:x`),
    NOBODY,
  ],
  ["read a parameter", request("ssm:GetParameter", `arn:aws:ssm:${REGION}:parameter/x`), NOBODY],
  [
    "delete the database",
    request("rds:DeleteDBInstance", `arn:aws:rds:${REGION}:db:dagster-prod`),
    NOBODY,
  ],
  [
    "change the database",
    request("rds:ModifyDBInstance", `arn:aws:rds:${REGION}:db:dagster-prod`),
    [DEPLOY],
  ],
  [
    "change another database",
    request("rds:ModifyDBInstance", `arn:aws:rds:${REGION}:db:other`),
    NOBODY,
  ],
  ["see security groups", request("ec2:DescribeSecurityGroups", "*"), BOTH_PLATFORM],
  [
    "open a security group",
    request("ec2:AuthorizeSecurityGroupIngress", `arn:aws:ec2:${REGION}:security-group/x`),
    NOBODY,
  ],
  ["start a machine", request("ec2:RunInstances", `arn:aws:ec2:${REGION}:instance/*`), NOBODY],
  [
    "grant the key to ECR",
    request("kms:CreateGrant", KEY_ARN, {
      "kms:ViaService": "ecr.eu-central-1.amazonaws.com",
      "kms:GrantIsForAWSResource": "true",
    }),
    [DEPLOY],
  ],
  [
    "grant the key to anybody",
    request("kms:CreateGrant", KEY_ARN, {
      "kms:ViaService": "ecr.eu-central-1.amazonaws.com",
      "kms:GrantIsForAWSResource": "false",
    }),
    NOBODY,
  ],
];
