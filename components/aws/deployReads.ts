import {
  accessEntryArn,
  bucketArn,
  databaseArns,
  ecrRepositoryArn,
  eksClusterArn,
  oidcProviderArn,
  platformRoleName,
  podIdentityArn,
  policyArn,
  roleArn,
  rolePath,
} from "./awsNames";
import type { DeployPolicyInput } from "./deployPolicy";
import { imageRepositoryArns } from "./imagePolicy";
import { allow, type PolicyStatement } from "./policyDocument";
import { allowUnscoped } from "./unscopedActions";

/** The provider reads all of a bucket's settings, also those that nobody made. */
const BUCKET_SETTINGS = [
  "s3:GetAccelerateConfiguration",
  "s3:GetBucketAcl",
  "s3:GetBucketCORS",
  "s3:GetBucketLogging",
  "s3:GetBucketObjectLockConfiguration",
  "s3:GetBucketOwnershipControls",
  "s3:GetBucketPolicy",
  "s3:GetBucketPublicAccessBlock",
  "s3:GetBucketRequestPayment",
  "s3:GetBucketTagging",
  "s3:GetBucketVersioning",
  "s3:GetBucketWebsite",
  "s3:GetEncryptionConfiguration",
  "s3:GetLifecycleConfiguration",
  "s3:GetReplicationConfiguration",
  // Tags, since buckets have them by S3 Control.
  "s3:ListTagsForResource",
] as const;

const ROLE_READS = [
  "iam:GetRole",
  "iam:GetRolePolicy",
  "iam:ListAttachedRolePolicies",
  "iam:ListRolePolicies",
] as const;

const IMAGE_READS = ["ecr:GetLifecyclePolicy", "ecr:ListTagsForResource"] as const;

const DATABASE_READS = [
  "rds:DescribeDBParameterGroups",
  "rds:DescribeDBParameters",
  "rds:DescribeDBSubnetGroups",
  "rds:ListTagsForResource",
] as const;

/**
 * What `pulumi preview` reads, with `--refresh`, too: nothing that is not in the program. The state store's objects are not among
 * it.
 */
export function readStatements(input: DeployPolicyInput): readonly PolicyStatement[] {
  return [
    ...bucketReads(input),
    ...identityReads(input),
    ...clusterReads(input),
    ...imageNames(input),
    ...imageReads(input),
    ...databaseReads(input),
  ];
}

/** HeadBucket is a ListBucket without a prefix to IAM. */
function bucketReads({ state, scope }: DeployPolicyInput): readonly PolicyStatement[] {
  const own = bucketArn(state.bucket, state.region);
  const others = (scope.givenBuckets ?? []).map((bucket) => bucketArn(bucket, state.region));
  const seen = ["s3:GetBucketLocation", "s3:ListBucket"];
  return [
    allow("SeeBuckets", seen, [own, ...others]),
    ...(scope.bucketMade ? [allow("ReadBucketSettings", BUCKET_SETTINGS, [own])] : []),
  ];
}

function identityReads(input: DeployPolicyInput): readonly PolicyStatement[] {
  const { account, stack, scope, policyArns, permissionsBoundary } = input;
  const path = rolePath(stack);
  const boundary = permissionsBoundary === undefined ? [] : [permissionsBoundary];
  const policies = [policyArn(account, path, "*"), ...policyArns, ...boundary];
  const given = scope.givenIssuers ?? [];
  const issuers = [...scope.issuersMade, ...given].map((issuer) =>
    oidcProviderArn(account, issuer),
  );
  const providers = ["iam:GetOpenIDConnectProvider", "iam:ListOpenIDConnectProviderTags"];
  return [
    allow("ReadRoles", ROLE_READS, [roleArn(account, path, "*")]),
    allow("ReadPolicies", ["iam:GetPolicy", "iam:GetPolicyVersion"], [...new Set(policies)]),
    ...(issuers.length === 0 ? [] : [allow("ReadIssuers", providers, issuers)]),
    ...(given.length === 0
      ? []
      : [allowUnscoped("FindIssuers", ["iam:ListOpenIDConnectProviders"])]),
  ];
}

function clusterReads({ account, stack, scope, podIdentity }: DeployPolicyInput) {
  const { eksCluster, kmsKeyArn } = scope;
  const reads = ["eks:DescribePodIdentityAssociation", "eks:ListTagsForResource"];
  const entries = (["deploy", "preview"] as const).map((role) =>
    accessEntryArn(account, eksCluster, platformRoleName(stack, role)),
  );
  return [
    allow("ReadCluster", ["eks:DescribeCluster"], [eksClusterArn(account, eksCluster)]),
    allow("ReadAccessEntries", ["eks:DescribeAccessEntry", "eks:ListTagsForResource"], entries),
    ...(podIdentity
      ? [allow("ReadPodIdentities", reads, [podIdentityArn(account, eksCluster, "*")])]
      : []),
    ...(kmsKeyArn === undefined ? [] : [allow("ReadKey", ["kms:DescribeKey"], [kmsKeyArn])]),
  ];
}

/** Names only: whether a location's repository is there from before. */
function imageNames({ account, scope }: DeployPolicyInput): readonly PolicyStatement[] {
  if (!scope.imagesMade) return [];
  const all = [ecrRepositoryArn(account, "*")];
  return [allow("ListImageRepositories", ["ecr:DescribeRepositories"], all)];
}

function imageReads({ account, stack, scope }: DeployPolicyInput): readonly PolicyStatement[] {
  if (!scope.imagesMade) return [];
  return [allow("ReadImageRepositories", IMAGE_READS, imageRepositoryArns(account, stack))];
}

/** The provider looks for an instance by its id: a filter over all of them. */
function databaseReads({ account, scope }: DeployPolicyInput): readonly PolicyStatement[] {
  if (scope.database === undefined) return [];
  const { instance, groups } = databaseArns(account, scope.database.instance);
  const all = databaseArns(account, "*").instance;
  return [
    allow("FindDatabase", ["rds:DescribeDBInstances"], [all]),
    allow("ReadDatabase", DATABASE_READS, [instance, ...groups]),
    allowUnscoped("ReadSecurityGroup", [
      "ec2:DescribeSecurityGroupRules",
      "ec2:DescribeSecurityGroups",
    ]),
  ];
}
