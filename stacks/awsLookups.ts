import * as eks from "@pulumi/aws/eks";
import * as iam from "@pulumi/aws/iam";
import * as kms from "@pulumi/aws/kms";
import * as s3 from "@pulumi/aws/s3";
import type * as pulumi from "@pulumi/pulumi";

import { adopted } from "./adopted";
import { ciIssuers } from "./ciRepositories";
import type { CloudInput } from "./cloud";
import { given } from "./given";

/** What a cluster tells. */
export interface GivenCluster {
  readonly vpcId: pulumi.Output<string>;
  readonly subnetIds: pulumi.Output<string[]>;
  /** Of nodes and pods. */
  readonly securityGroupId: pulumi.Output<string>;
  /** OpenID Connect issuer of its ServiceAccounts. */
  readonly issuer: pulumi.Output<string>;
}

const KEY = "dagster-platform";

/** The cluster that the platform runs on. */
export function givenCluster(name: string, opts: pulumi.InvokeOptions): GivenCluster {
  const cluster = adopted(
    `${KEY}:eksCluster: ${name}`,
    eks.getCluster({ name }, opts),
    "name a cluster of this account and region",
  );
  return {
    vpcId: cluster.vpcConfig.vpcId,
    subnetIds: cluster.vpcConfig.subnetIds,
    securityGroupId: cluster.vpcConfig.clusterSecurityGroupId,
    issuer: cluster.apply(issuerOf),
  };
}

function issuerOf({ name, identities }: eks.GetClusterResult): string {
  const issuer = identities[0]?.oidcs[0]?.issuer;
  if (issuer === undefined) throw new Error(`EKS cluster ${name} has no OpenID Connect issuer`);
  return issuer;
}

/** Looks up everything that config and list take by name: what is missing ends the preview. */
export function checkGiven(input: CloudInput, opts: pulumi.InvokeOptions): void {
  checkBuckets(input, opts);
  checkIssuers(input, opts);
  checkPolicies(input, opts);
  checkRoles(input, opts);
  const { stateKmsKey } = input.config;
  if (stateKmsKey !== undefined)
    adopted(
      `${KEY}:stateKmsKey: ${stateKmsKey}`,
      kms.getKey({ keyId: stateKmsKey }, opts),
      "name a key of this region",
    );
}

function checkBuckets({ config }: CloudInput, opts: pulumi.InvokeOptions): void {
  const fix = "name a bucket that is there";
  const buckets = {
    ...(config.adopt.includes("stateBucket") ? { stateBucket: given(config, "stateBucket") } : {}),
    ...(config.stateAccessLogsBucket === undefined
      ? {}
      : { stateAccessLogsBucket: config.stateAccessLogsBucket }),
  };
  for (const [key, bucket] of Object.entries(buckets))
    adopted(`${KEY}:${key}: ${bucket}`, s3.getBucket({ bucket }, opts), fix);
}

function checkIssuers({ config, locations }: CloudInput, opts: pulumi.InvokeOptions): void {
  for (const [provider, url] of ciIssuers(config, locations)) {
    if (!config.adopt.includes(`${provider}Oidc`)) continue;
    const fix = `take ${provider}Oidc off the list, and it is made`;
    adopted(`${KEY}:adopt: ${url}`, iam.getOpenIdConnectProvider({ url }, opts), fix);
  }
}

/** Each once, whoever names it. */
function checkPolicies({ config, locations }: CloudInput, opts: pulumi.InvokeOptions): void {
  const { permissionsBoundary, platformCiPolicies } = config;
  const policies = new Map<string, string>();
  for (const { name, access } of locations)
    for (const arn of access.aws) policies.set(arn, `${config.locationsFile}: ${name}: access.aws`);
  for (const arn of platformCiPolicies) policies.set(arn, `${KEY}:platformCiPolicies`);
  if (permissionsBoundary !== undefined)
    policies.set(permissionsBoundary, `${KEY}:permissionsBoundary`);
  for (const [arn, where] of policies)
    adopted(`${where}: ${arn}`, iam.getPolicy({ arn }, opts), "name a policy that is there");
}

function checkRoles({ config, locations }: CloudInput, opts: pulumi.InvokeOptions): void {
  for (const { name, access } of locations) {
    if (access.awsRole === undefined) continue;
    const role = access.awsRole.replace(/^.*\//, "");
    adopted(
      `${config.locationsFile}: ${name}: access.awsRole: ${access.awsRole}`,
      iam.getRole({ name: role }, opts),
      "name a role that is there, or remove the key, and one is made",
    );
  }
}
