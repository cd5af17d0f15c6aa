import { DAGSTER_VERSION } from "../components/dagster/chart";
import type { PlatformConfig } from "./config";
import type { Location } from "./list/locationSchema";

/** What a stack tells its users; documented in docs/config.md. */
export interface PlatformOutputs {
  readonly namespace: string;
  /** Of the charts and of Dagster. */
  readonly dagsterVersion: string;
  /** Names of the locations of this stack, sorted. */
  readonly locations: readonly string[];
}

/**
 * The platform of one stack. Config and list are checked by now, and nothing is registered before.
 * @param config - of the stack
 * @param locations - of the list, for this stack
 */
export function platform(config: PlatformConfig, locations: readonly Location[]): PlatformOutputs {
  return {
    namespace: config.namespace,
    dagsterVersion: DAGSTER_VERSION,
    locations: locations.map(({ name }) => name).sort(),
  };
}
