import { readFileSync } from "node:fs";
import { join } from "node:path";

import { parse } from "yaml";

import type { CloudInput } from "../../stacks/cloud";
import { parseLocations } from "../../stacks/locations";
import { type ConfigFile, stackConfigOf } from "../../stacks/stackConfig";

/** The location that stands for all, with everything that brings rights. */
const LIST = `
locations:
  - name: finance
    repository: acme/finance-pipelines
    repositoryId: 700000003
    ownerId: 1000001
    module: finance.definitions
    branches: {}
`;

/** What the clouds say of clusters and image repositories. */
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

/**
 * A stack of one location with a committed config.
 * @param file - the stack's file, relative to the project's folder
 */
export function sampleStack(file: string, root: string): CloudInput {
  const read = (name: string) => parse(readFileSync(join(root, name), "utf8")) as ConfigFile;
  const config = stackConfigOf(read("Pulumi.yaml"), read(file), "prod");
  const options = { file: "locations.yaml", stack: "prod", cloud: config.cloud };
  return { config, stack: "prod", locations: parseLocations(LIST, options).locations };
}
