import * as ecr from "@pulumi/aws/ecr";
import * as eks from "@pulumi/aws/eks";
import * as iam from "@pulumi/aws/iam";
import * as kms from "@pulumi/aws/kms";
import * as s3 from "@pulumi/aws/s3";
import type * as pulumi from "@pulumi/pulumi";

import { adopted } from "./adopted";
import { keyOf } from "./configKey";
import { InvalidInputError } from "./invalidInputError";
import type { AwsSettings } from "./awsSettings";
import { ciIssuers } from "./ciRepositories";
import type { CloudInput } from "./cloud";
import { givenBuckets } from "./given";

/** What a cluster tells. */
export interface GivenCluster {
  readonly vpcId: string;
  readonly subnetIds: string[];
  /** Of nodes and pods. */
  readonly securityGroupId: string;
  /** OpenID Connect issuer of its ServiceAccounts. */
  readonly issuer: string;
}

/** The cluster that the platform runs on. */
export async function givenCluster(
  { eksCluster: name, stack }: AwsSettings,
  opts: pulumi.InvokeOptions,
): Promise<GivenCluster> {
  const cluster = await adopted(
    `${keyOf(stack, "eksCluster")}: ${name}`,
    eks.getCluster({ name }, opts),
    "name a cluster of this account and region",
  );
  checkAuthentication(`${keyOf(stack, "eksCluster")}: ${name}`, cluster);
  return {
    vpcId: cluster.vpcConfig.vpcId,
    subnetIds: cluster.vpcConfig.subnetIds,
    securityGroupId: cluster.vpcConfig.clusterSecurityGroupId,
    issuer: issuerOf(cluster),
  };
}

/**
 * Names of the account's image repositories: those of released images outlive their location, and a location that comes back takes
 * its own.
 */
export async function imageRepositories(
  { images, stack }: AwsSettings,
  opts: pulumi.InvokeOptions,
): Promise<ReadonlySet<string>> {
  if (!images) return new Set();
  const found = adopted(
    `stack ${stack}: image repositories`,
    ecr.getRepositories({}, opts),
    "give the right ecr:DescribeRepositories",
  );
  return new Set((await found).names);
}

/** The platform's CI gets into the cluster by an access entry. */
function checkAuthentication(what: string, { name, accessConfigs }: eks.GetClusterResult): void {
  if (accessConfigs[0]?.authenticationMode !== "CONFIG_MAP") return;
  throw new InvalidInputError(
    `${what}: knows no access entries (authentication mode CONFIG_MAP), run \`aws eks update-cluster-config --name ${name} --access-config authenticationMode=API_AND_CONFIG_MAP\``,
  );
}

function issuerOf({ name, identities }: eks.GetClusterResult): string {
  const issuer = identities[0]?.oidcs[0]?.issuer;
  if (issuer === undefined) throw new Error(`EKS cluster ${name} has no OpenID Connect issuer`);
  return issuer;
}

/** Looks up everything that config and list take by name; each rejects when it is not there. */
export function lookUpGiven(input: CloudInput, opts: pulumi.InvokeOptions): Promise<unknown>[] {
  return [
    ...lookUpBuckets(input, opts),
    ...givenIssuers(input, opts),
    ...givenPolicies(input, opts),
    ...givenRoles(input, opts),
    ...givenKeys(input, opts),
  ];
}

function lookUpBuckets(
  { config, stack }: CloudInput,
  opts: pulumi.InvokeOptions,
): Promise<unknown>[] {
  return givenBuckets(config).map(([key, bucket]) =>
    adopted(
      `${keyOf(stack, key)}: ${bucket}`,
      s3.getBucket({ bucket }, opts),
      "name a bucket that is there",
    ),
  );
}

function givenIssuers(
  { config, locations, stack }: CloudInput,
  opts: pulumi.InvokeOptions,
): Promise<unknown>[] {
  return [...ciIssuers(config, locations)]
    .filter(([provider]) => config.adopt.includes(`${provider}Oidc`))
    .map(([provider, url]) =>
      adopted(
        `${keyOf(stack, "adopt")}: ${url}`,
        iam.getOpenIdConnectProvider({ url }, opts),
        `take ${provider}Oidc off the list, and it is made`,
      ),
    );
}

/** Each once, whoever names it. */
function givenPolicies(
  { config, locations, stack }: CloudInput,
  opts: pulumi.InvokeOptions,
): Promise<unknown>[] {
  const { permissionsBoundary, platformCiPolicies } = config;
  const policies = new Map<string, string>();
  for (const { name, access } of locations)
    for (const arn of access.aws) policies.set(arn, `${config.locationsFile}: ${name}: access.aws`);
  for (const arn of platformCiPolicies) policies.set(arn, keyOf(stack, "platformCiPolicies"));
  if (permissionsBoundary !== undefined)
    policies.set(permissionsBoundary, keyOf(stack, "permissionsBoundary"));
  return [...policies].map(([arn, where]) =>
    adopted(`${where}: ${arn}`, iam.getPolicy({ arn }, opts), "name a policy that is there"),
  );
}

function givenRoles(
  { config, locations }: CloudInput,
  opts: pulumi.InvokeOptions,
): Promise<unknown>[] {
  return locations.flatMap(({ name, access: { awsRole } }) =>
    awsRole === undefined
      ? []
      : adopted(
          `${config.locationsFile}: ${name}: access.awsRole: ${awsRole}`,
          iam.getRole({ name: awsRole.replace(/^.*\//, "") }, opts),
          "name a role that is there, or remove the key, and one is made",
        ),
  );
}

function givenKeys({ config, stack }: CloudInput, opts: pulumi.InvokeOptions): Promise<unknown>[] {
  const { stateKmsKey: keyId } = config;
  if (keyId === undefined) return [];
  return [
    adopted(
      `${keyOf(stack, "stateKmsKey")}: ${keyId}`,
      kms.getKey({ keyId }, opts),
      "name a key of this region",
    ),
  ];
}
