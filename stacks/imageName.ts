import { ecrRegistry } from "../components/aws/awsNames";
import {
  branchImageRepositoryName,
  imageRepositoryName as ecrRepositoryName,
} from "../components/aws/imagePolicy";
import {
  branchImageRepositoryId,
  imageAddress,
  imageRepositoryId,
} from "../components/gcp/gcpNames";
import type { PlatformConfig } from "./config";
import { given } from "./given";

/** Names of one location's images; without a registry of its own each is in a repository that this program makes. */
interface ImagePlaces {
  /** Below a registry that is given. */
  readonly below: string;
  readonly ecr: string;
  readonly gcp: string;
}

/**
 * Where the images of a location are, without tag.
 * @returns undefined when nobody says: no registry in the config, and no cloud with repositories of its own
 */
export function imageName(
  config: PlatformConfig,
  stack: string,
  location: string,
): string | undefined {
  return addressOf(config, location, {
    below: location,
    ecr: ecrRepositoryName(stack, location),
    gcp: imageRepositoryId(stack, location),
  });
}

/** As {@link imageName}, of the images of its pull requests. */
export function branchImageName(
  config: PlatformConfig,
  stack: string,
  location: string,
): string | undefined {
  return addressOf(config, location, {
    below: `branches/${location}`,
    ecr: branchImageRepositoryName(stack, location),
    gcp: branchImageRepositoryId(stack, location),
  });
}

function addressOf(
  config: PlatformConfig,
  location: string,
  { below, ecr, gcp }: ImagePlaces,
): string | undefined {
  const { cloud, imageRegistry } = config;
  if (imageRegistry !== undefined) return `${imageRegistry.replace(/\/+$/, "")}/${below}`;
  if (cloud === "none") return undefined;
  const region = given(config, "region");
  if (cloud === "gcp")
    return imageAddress({ region, project: given(config, "gcpProject") }, gcp, location);
  return `${ecrRegistry({ accountId: given(config, "awsAccountId"), region })}/${ecr}`;
}
