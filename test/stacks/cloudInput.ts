import { readFileSync } from "node:fs";

import { parse } from "yaml";

import type { CloudInput } from "../../stacks/cloud";
import { parseConfig } from "../../stacks/config";
import { parseLocations } from "../../stacks/locations";

const project = parse(readFileSync("Pulumi.yaml", "utf8")) as {
  readonly config: Readonly<Record<string, { readonly default: unknown }>>;
};

const PLATFORM = {
  ...{ platformRepository: "acme/dagster-platform", platformRepositoryId: 7 },
  platformOwnerId: 1,
};

/** Config of a stack on AWS in which nothing is there but the cluster. */
export const AWS = {
  ...PLATFORM,
  ...{ cloud: "aws", region: "eu-west-1", awsAccountId: "123456789012", eksCluster: "acme-data" },
};

/** The same on Google Cloud. */
export const GCP = {
  ...PLATFORM,
  ...{ cloud: "gcp", region: "europe-west1", gcpProject: "acme-data" },
  ...{ gcpProjectNumber: "123456789012" },
  gkeCluster: "projects/acme-data/locations/europe-west1/clusters/data",
};

/** What the clouds say of the clusters. */
export const LOOKED_UP = {
  "aws:eks/getCluster:getCluster": {
    accessConfigs: [{ authenticationMode: "API_AND_CONFIG_MAP" }],
    identities: [{ oidcs: [{ issuer: "https://oidc.eks.eu-west-1.amazonaws.com/id/A1B2" }] }],
    vpcConfig: {
      ...{ vpcId: "vpc-0a1b2c3d", subnetIds: ["subnet-0a1b2c3d", "subnet-4e5f6a7b"] },
      clusterSecurityGroupId: "sg-0a1b2c3d",
    },
  },
  "aws:ecr/getRepositories:getRepositories": { names: [] },
  "gcp:artifactregistry/getRepositories:getRepositories": { repositories: [] },
  "gcp:container/getCluster:getCluster": {
    network: "projects/acme-data/global/networks/data",
    workloadIdentityConfigs: [{ workloadPool: "acme-data.svc.id.goog" }],
  },
};

/** A list for a cloud; each entry is completed with what it needs there. */
export function listOf(...entries: readonly Readonly<Record<string, unknown>>[]): string {
  const locations = entries.map((entry, index) => ({
    ...{ repository: `acme/${String(entry["name"])}`, repositoryId: 100 + index },
    module: "defs",
    ...entry,
  }));
  return JSON.stringify({ defaults: { ownerId: 1 }, locations });
}

/** A stack `prod` with this config and list. */
export function cloudInput(
  given: Readonly<Record<string, unknown>>,
  list = listOf({ name: "crm", branches: {} }, { name: "finance" }),
): CloudInput {
  const defaults = Object.entries(project.config).map(([key, declared]) => [key, declared.default]);
  const config = parseConfig({ ...(Object.fromEntries(defaults) as object), ...given }, [], "prod");
  const options = { file: "locations.yaml", stack: "prod", cloud: config.cloud };
  const { locations, mistakes } = parseLocations(list, options);
  if (mistakes.length > 0) throw new Error(JSON.stringify(mistakes));
  return { config, stack: "prod", locations };
}
