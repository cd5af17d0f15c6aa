import type { CiPlatform } from "./ciPlatform";

/** Secrets that a location's CI may be given; none is needed. */
const LOCATION_SECRETS = {
  DAGSTER_DEPLOY_TOKEN: "starts the platform's workflow, and may do no more",
  DAGSTER_REFRESH_ENV: "what the refresh needs of the pods' secrets, lines of NAME=value",
} as const;

/** For a registry that has no login of its own. */
export const REGISTRY_SECRETS = {
  DAGSTER_REGISTRY_USER: "of the image registry",
  DAGSTER_REGISTRY_PASSWORD: "of the image registry",
} as const;

/** Secrets of a location's CI, with what each is for. */
export function locationSecrets(platform: CiPlatform): Readonly<Record<string, string>> {
  return { ...LOCATION_SECRETS, ...(platform.registryLogin ? REGISTRY_SECRETS : {}) };
}
