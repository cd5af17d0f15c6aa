import { systemNames } from "../components/dagster/chart";
import {
  pinnedDefsState,
  type SerializedDefsStateInfo,
} from "../components/dagster/defsStateEnvironment";
import { userCodeValues, type UserCodeValues } from "../components/dagster/userCodeValues";
import type { Location } from "./list/locationSchema";
import type { ReleaseRecord } from "./releaseRecord";

/** What all locations of one platform share. */
export interface PlatformParts {
  readonly namespace: string;
  /** Helm release of the system. */
  readonly systemRelease: string;
  /** Hash of the instance config: a new one rolls every location. */
  readonly instanceHash: string;
  /** Secret with the key `postgresql-password`. */
  readonly postgresqlSecretName: string;
  /** Bucket of the state store. */
  readonly stateBucket: string;
  /** Secrets with the store's static keys, by name. */
  readonly keySecrets: readonly string[];
  /** Secrets for pulling images, by name. */
  readonly imagePullSecrets: readonly string[];
  /** Annotations of the location's own ServiceAccount. @defaultValue {} */
  readonly serviceAccountAnnotations?: Readonly<Record<string, string>>;
}

/** All that is deployed of one location. */
export interface DeployedLocation {
  readonly values: UserCodeValues;
  /** What is pinned in them; `null`: nothing. */
  readonly defsState: SerializedDefsStateInfo | null;
}

/**
 * Puts an entry of the list and its release together.
 * @param release - undefined: never released
 * @returns undefined while nothing says which image to run: neither `image` on the list nor a release
 */
export function locationValues(
  location: Location,
  release: Pick<ReleaseRecord, "image" | "defsState"> | undefined,
  platform: PlatformParts,
): DeployedLocation | undefined {
  const image = location.image ?? release?.image;
  if (image === undefined) return undefined;
  const defsState = release?.defsState ?? null;
  const { name, env, resources, runResources, extraValues } = location;
  const secrets = [...platform.keySecrets, ...location.secrets];
  const values = userCodeValues({
    ...platform,
    ...{ name, image, secrets, env, resources, runResources, extraValues },
    pin: pinnedDefsState(defsState),
    codeSource: location,
    instanceConfigMap: systemNames(platform.systemRelease).instanceConfigMap,
    serviceAccount: { name, annotations: platform.serviceAccountAnnotations ?? {} },
    labels: { "dagster-platform/location": name },
  });
  return { values, defsState };
}
