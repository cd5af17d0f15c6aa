import type { CloudInput } from "../../stacks/cloud";
import { parseConfig } from "../../stacks/config";
import { parseLocations } from "../../stacks/locations";
import type { Mocked } from "../components/mocked";
import { DEFAULTS } from "./projectDefaults";

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
  const config = parseConfig({ ...DEFAULTS, ...given }, [], "prod");
  const options = { file: "locations.yaml", stack: "prod", cloud: config.cloud };
  const { locations, mistakes } = parseLocations(list, options);
  if (mistakes.length > 0) throw new Error(JSON.stringify(mistakes));
  return { config, stack: "prod", locations };
}

/** Components of a cloud at the root, `Class name`, sorted. */
export function rootParts(cloud: "aws" | "gcp", { resources }: Mocked<unknown>): readonly string[] {
  const component = `dagster-platform:${cloud}:`;
  return resources
    .filter(({ type, parent }) => type.startsWith(component) && parent === "")
    .map(({ type, name }) => `${type.slice(component.length)} ${name}`)
    .sort();
}
