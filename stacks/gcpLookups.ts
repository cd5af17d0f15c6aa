import * as artifactregistry from "@pulumi/gcp/artifactregistry";
import * as container from "@pulumi/gcp/container";
import * as kms from "@pulumi/gcp/kms";
import * as serviceaccount from "@pulumi/gcp/serviceaccount";
import * as storage from "@pulumi/gcp/storage";
import type * as pulumi from "@pulumi/pulumi";

import { adopted } from "./adopted";
import { keyOf } from "./configKey";
import type { CloudInput } from "./cloud";
import { givenBuckets } from "./given";
import type { GcpSettings } from "./gcpSettings";
import { InvalidInputError } from "./invalidInputError";

/** What a cluster tells. */
export interface GivenCluster {
  /** VPC network, `projects/…/global/networks/…`. */
  readonly network: string;
}

/** The cluster that the platform runs on; its pods have to have identities. */
export async function givenCluster(
  { gkeCluster, project, stack }: GcpSettings,
  opts: pulumi.InvokeOptions,
): Promise<GivenCluster> {
  const [, owner = project, , location = "", , name = ""] = gkeCluster.split("/");
  const cluster = await adopted(
    `${keyOf(stack, "gkeCluster")}: ${gkeCluster}`,
    container.getCluster({ name, location, project: owner }, opts),
    "name a cluster that is there",
  );
  const workloadPool = cluster.workloadIdentityConfigs[0]?.workloadPool ?? "";
  if (workloadPool !== `${project}.svc.id.goog`)
    throw new InvalidInputError(
      `${keyOf(stack, "gkeCluster")}: ${gkeCluster} has ${workloadPool === "" ? "no Workload Identity" : `workload pool ${workloadPool}`}, needs ${project}.svc.id.goog: gcloud container clusters update ${name} --workload-pool=${project}.svc.id.goog`,
    );
  return { network: cluster.network };
}

/**
 * Names of the region's image repositories, `projects/…/repositories/…`: those of released images outlive their location, and a
 * location that comes back takes its own.
 */
export async function imageRepositories(
  { images, project, region: location, stack }: GcpSettings,
  opts: pulumi.InvokeOptions,
): Promise<ReadonlySet<string>> {
  if (!images) return new Set();
  const found = adopted(
    `stack ${stack}: image repositories`,
    artifactregistry.getRepositories({ project, location }, opts),
    "give the right artifactregistry.repositories.list, and enable Artifact Registry",
  );
  return new Set((await found).repositories.map(({ id }) => id));
}

/** Looks up everything that config and list take by name; each rejects when it is not there. */
export function lookUpGiven(input: CloudInput, opts: pulumi.InvokeOptions): Promise<unknown>[] {
  return [...lookUpBuckets(input, opts), ...givenKeys(input, opts), ...givenAccounts(input, opts)];
}

function lookUpBuckets(
  { config, stack }: CloudInput,
  opts: pulumi.InvokeOptions,
): Promise<unknown>[] {
  return givenBuckets(config).map(([key, name]) =>
    adopted(
      `${keyOf(stack, key)}: ${name}`,
      storage.getBucket({ name }, opts),
      "name a bucket that is there",
    ),
  );
}

function givenKeys({ config, stack }: CloudInput, opts: pulumi.InvokeOptions): Promise<unknown>[] {
  if (config.stateKmsKey === undefined) return [];
  const [keyRing = "", name = ""] = config.stateKmsKey.split("/cryptoKeys/");
  return [
    adopted(
      `${keyOf(stack, "stateKmsKey")}: ${config.stateKmsKey}`,
      kms.getKMSCryptoKey({ keyRing, name }, opts),
      "name a key of this region",
    ),
  ];
}

function givenAccounts(
  { config, locations }: CloudInput,
  opts: pulumi.InvokeOptions,
): Promise<unknown>[] {
  return locations.flatMap(({ name, access: { gcpServiceAccount: accountId } }) =>
    accountId === undefined
      ? []
      : adopted(
          `${config.locationsFile}: ${name}: access.gcpServiceAccount: ${accountId}`,
          serviceaccount.getAccount({ accountId }, opts),
          "name an account that is there, or remove the key, and one is made",
        ),
  );
}
