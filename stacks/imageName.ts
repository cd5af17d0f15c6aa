import { ecrRegistry } from "../components/aws/awsNames";
import { imageRepositoryName } from "../components/aws/imagePolicy";
import { imageAddress, imageRepositoryId } from "../components/gcp/gcpNames";
import type { PlatformConfig } from "./config";
import { given } from "./given";

/**
 * Where the images of a location are, without tag.
 * @returns undefined when nobody says: no registry in the config, and no cloud with repositories of its own
 */
export function imageName(
  config: PlatformConfig,
  stack: string,
  location: string,
): string | undefined {
  const { cloud, imageRegistry } = config;
  if (imageRegistry !== undefined) return `${imageRegistry.replace(/\/+$/, "")}/${location}`;
  if (cloud === "none") return undefined;
  const region = given(config, "region");
  if (cloud === "gcp")
    return imageAddress(
      { region, project: given(config, "gcpProject") },
      imageRepositoryId(stack, location),
      location,
    );
  const account = { accountId: given(config, "awsAccountId"), region };
  return `${ecrRegistry(account)}/${imageRepositoryName(stack, location)}`;
}
