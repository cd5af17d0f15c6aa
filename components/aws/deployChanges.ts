import {
  awsDomain,
  bucketArn,
  databaseArns,
  eksClusterArn,
  oidcProviderArn,
  podIdentityArn,
  roleArn,
  rolePath,
} from "./awsNames";
import { passToPods } from "./deployArns";
import type { DeployPolicyInput } from "./deployPolicy";
import { branchImageRepositoryArns, imageRepositoryArns } from "./imagePolicy";
import { allow, type PolicyStatement } from "./policyDocument";

/**
 * What follows from settings. Who may set a lifecycle can let objects expire: that is in the nature
 * of the days in the config, and the reason why this role is for one reviewed branch alone.
 */
const BUCKET_CHANGES = [
  "s3:PutBucketLogging",
  "s3:PutBucketTagging",
  "s3:PutEncryptionConfiguration",
  "s3:PutLifecycleConfiguration",
  "s3:TagResource",
  "s3:UntagResource",
] as const;

const IMAGE_CHANGES = [
  "ecr:CreateRepository",
  "ecr:DeleteLifecyclePolicy",
  "ecr:PutImageScanningConfiguration",
  "ecr:PutImageTagMutability",
  "ecr:PutLifecyclePolicy",
  "ecr:TagResource",
  "ecr:UntagResource",
] as const;

const POD_IDENTITY_CHANGES = [
  "eks:DeletePodIdentityAssociation",
  "eks:TagResource",
  "eks:UntagResource",
  "eks:UpdatePodIdentityAssociation",
] as const;

const DATABASE_CHANGES = [
  "rds:AddTagsToResource",
  "rds:ModifyDBInstance",
  "rds:ModifyDBParameterGroup",
  "rds:ModifyDBSubnetGroup",
  "rds:RemoveTagsFromResource",
  "rds:ResetDBParameterGroup",
] as const;

const ISSUER_CHANGES = ["iam:TagOpenIDConnectProvider", "iam:UntagOpenIDConnectProvider"] as const;

/** What `pulumi up` changes, but for roles. */
export function changeStatements(input: DeployPolicyInput): readonly PolicyStatement[] {
  const { account, state, scope } = input;
  const issuers = scope.issuersMade.map((issuer) => oidcProviderArn(account, issuer));
  const bucket = bucketArn(state.bucket, state.region);
  return [
    ...(scope.bucketMade ? [allow("ChangeBucketSettings", BUCKET_CHANGES, [bucket])] : []),
    ...(issuers.length === 0 ? [] : [allow("TagIssuers", ISSUER_CHANGES, issuers)]),
    ...imageChanges(input),
    ...podIdentityChanges(input),
    ...databaseChanges(input),
  ];
}

/** Only those of pull requests are deleted: what was released stays. */
function imageChanges({ account, stack, scope }: DeployPolicyInput): readonly PolicyStatement[] {
  if (!scope.imagesMade) return [];
  const branches = branchImageRepositoryArns(account, stack);
  return [
    allow("ChangeImageRepositories", IMAGE_CHANGES, imageRepositoryArns(account, stack)),
    allow("DeleteBranchImages", ["ecr:DeleteRepository"], branches),
    ...keyGrants(account.region, scope.kmsKeyArn),
  ];
}

/**
 * A repository with a key is made with a grant for ECR, and for nobody else.
 * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/encryption-at-rest.html
 */
function keyGrants(region: string, kmsKeyArn: string | undefined): readonly PolicyStatement[] {
  if (kmsKeyArn === undefined) return [];
  const conditions = {
    StringEquals: { "kms:ViaService": `ecr.${awsDomain(region)}` },
    Bool: { "kms:GrantIsForAWSResource": "true" },
  };
  return [allow("GrantKeyToEcr", ["kms:CreateGrant"], [kmsKeyArn], conditions)];
}

function podIdentityChanges(input: DeployPolicyInput): readonly PolicyStatement[] {
  const { account, stack, scope, podIdentity } = input;
  if (!podIdentity) return [];
  const { eksCluster } = scope;
  const cluster = [eksClusterArn(account, eksCluster)];
  const associations = [podIdentityArn(account, eksCluster, "*")];
  return [
    allow("AssociatePods", ["eks:CreatePodIdentityAssociation"], cluster),
    allow("ChangePodIdentities", POD_IDENTITY_CHANGES, associations),
    passToPods("PassRoles", [roleArn(account, rolePath(stack), "*")]),
  ];
}

function databaseChanges({ account, scope }: DeployPolicyInput): readonly PolicyStatement[] {
  if (scope.database === undefined) return [];
  const { instance, groups } = databaseArns(account, scope.database.instance);
  return [allow("ChangeDatabase", DATABASE_CHANGES, [instance, ...groups])];
}
