/** The account that everything is made in. */
export interface AwsAccount {
  /** Twelve digits. */
  readonly accountId: string;
  readonly region: string;
}

/** `aws`, or the partition of China or of the US government. */
export function awsPartition(region: string): string {
  if (region.startsWith("cn-")) return "aws-cn";
  return region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
}

export function bucketArn(bucket: string, region: string): string {
  return `arn:${awsPartition(region)}:s3:::${bucket}`;
}

export function roleArn(account: AwsAccount, path: string, role: string): string {
  return `arn:${awsPartition(account.region)}:iam::${account.accountId}:role${path}${role}`;
}

export function policyArn(account: AwsAccount, path: string, policy: string): string {
  return `arn:${awsPartition(account.region)}:iam::${account.accountId}:policy${path}${policy}`;
}

/** @param issuer - its address, with `https://` */
export function oidcProviderArn(account: AwsAccount, issuer: string): string {
  const partition = awsPartition(account.region);
  return `arn:${partition}:iam::${account.accountId}:oidc-provider/${issuerHost(issuer)}`;
}

/** Issuer without `https://`: what IAM puts in front of a token's claims. */
export function issuerHost(issuer: string): string {
  return issuer.replace(/^https:\/\//, "").replace(/\/$/, "");
}

export function eksClusterArn({ accountId, region }: AwsAccount, cluster: string): string {
  return `arn:${awsPartition(region)}:eks:${region}:${accountId}:cluster/${cluster}`;
}

/** Association of a role with pods; its id is EKS' own. */
export function podIdentityArn({ accountId, region }: AwsAccount, cluster: string, id: string) {
  const partition = awsPartition(region);
  return `arn:${partition}:eks:${region}:${accountId}:podidentityassociation/${cluster}/${id}`;
}

/** The way of a role into a cluster; EKS adds an id of its own. */
export function accessEntryArn({ accountId, region }: AwsAccount, cluster: string, role: string) {
  const place = `${cluster}/role/${accountId}/${role}`;
  return `arn:${awsPartition(region)}:eks:${region}:${accountId}:access-entry/${place}/*`;
}

/** RDS instance, and the groups that have its name: of parameters, and of subnets. */
export function databaseArns({ accountId, region }: AwsAccount, name: string) {
  const arn = (type: string) =>
    `arn:${awsPartition(region)}:rds:${region}:${accountId}:${type}:${name}`;
  return { instance: arn("db"), groups: [arn("pg"), arn("subgrp")] } as const;
}

/** Domain that hosts of services end in: `eu-central-1.amazonaws.com`. */
export function awsDomain(region: string): string {
  const suffix = awsPartition(region) === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com";
  return `${region}.${suffix}`;
}

/** Host of the account's private registry. */
export function ecrRegistry({ accountId, region }: AwsAccount): string {
  return `${accountId}.dkr.ecr.${awsDomain(region)}`;
}

export function ecrRepositoryArn({ accountId, region }: AwsAccount, repository: string): string {
  return `arn:${awsPartition(region)}:ecr:${region}:${accountId}:repository/${repository}`;
}

/** Path of all roles of one stack: rights over them can be given by it. */
export function rolePath(stack: string): string {
  return `/dagster-platform/${stack}/`;
}

/**
 * What tells a managed policy from the others of an account: `123456789012/team/finance-read`,
 * and `aws/ReadOnlyAccess` of AWS' own.
 */
export function managedPolicyKey(policyArn: string): string {
  return policyArn.replace(/^arn:[^:]*:iam::/, "").replace(":policy/", "/");
}

/** What a role of a location is for. */
export type LocationRole = "ci" | "pull-request" | "runtime";

/** IAM allows 64 characters, and tells apart no paths: so the stack is in the name, too. */
export const ROLE_NAME_LENGTH = 64;

export function locationRoleName(stack: string, location: string, role: LocationRole): string {
  return `dagster-${stack}-${location}-${role}`;
}

/** Longest stack whose roles have names, with a location of 31 characters. */
export const AWS_STACK_LENGTH = ROLE_NAME_LENGTH - "dagster---pull-request".length - 31;

/** What a role of the platform is for. */
export type PlatformRole = "system" | "deploy" | "preview";

/** With two hyphens: no location's role has that, as no name begins with one. */
export function platformRoleName(stack: string, role: PlatformRole): string {
  return `dagster-${stack}--${role}`;
}
