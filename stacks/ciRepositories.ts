import { type CiRepository, GITHUB_ISSUER } from "../components/identities/ciTokens";
import type { PlatformConfig } from "./config";
import { given } from "./given";
import type { Location } from "./list/locationSchema";

/** The repository of a location, as the trust in its CI names it; the checks of the list made sure of the ids. */
export function locationRepository(location: Location): CiRepository {
  const { name, provider, repository, repositoryId, ownerId } = location;
  if (repositoryId === undefined || ownerId === undefined)
    throw new Error(`${name} has no ids of its repository`);
  return { provider, repository, repositoryId, ownerId };
}

/** The platform's own repository; the checks of the config made sure of it. */
export function platformRepository(config: PlatformConfig): CiRepository {
  const { platformProvider: provider, platformRepositoryId, platformOwnerId: ownerId } = config;
  const repository = given(config, "platformRepository");
  return { provider, repository, repositoryId: platformRepositoryId, ownerId };
}

/**
 * What every cloud is told of a location.
 * @param imagesExist - whether its released images are there, from an earlier time on the list
 */
export function locationArgs(
  location: Location,
  { imageDays, branchDays }: PlatformConfig,
  imagesExist: boolean,
) {
  const { name, branches, dbt, defaultBranch } = location;
  return {
    location: name,
    repository: locationRepository(location),
    branch: defaultBranch,
    // Without either, jobs of pull requests have nothing to do there.
    pullRequests: branches !== undefined || dbt !== undefined,
    branchImages: branches !== undefined,
    imagesExist,
    ...{ imageExpireDays: imageDays, branchDays },
  };
}

/** Issuers of the tokens of all repositories, by the kind of their CI. */
export function ciIssuers(
  { platformProvider, gitlabUrl }: PlatformConfig,
  locations: readonly Location[],
): ReadonlyMap<CiRepository["provider"], string> {
  const used = new Set([platformProvider, ...locations.map(({ provider }) => provider)]);
  const all = [
    ["github", GITHUB_ISSUER],
    ["gitlab", gitlabUrl],
  ] as const;
  return new Map(all.filter(([provider]) => used.has(provider)));
}
