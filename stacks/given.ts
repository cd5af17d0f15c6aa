import type { ConfigKey, PlatformConfig } from "./configSchema";

/**
 * A value that the checks of the config made sure of.
 * @throws Error for one that they let pass: a bug
 */
export function given<K extends ConfigKey>(
  config: PlatformConfig,
  key: K,
): NonNullable<PlatformConfig[K]> {
  const value = config[key];
  if (value === undefined) throw new Error(`the config has no ${key}`);
  return value;
}

/** Buckets that are there and are only used, by the key that names them. */
export function givenBuckets({
  adopt,
  stateBucket,
  stateAccessLogsBucket,
}: PlatformConfig): readonly (readonly [ConfigKey, string])[] {
  const state = adopt.includes("stateBucket") ? stateBucket : undefined;
  return [
    ...(state === undefined ? [] : [["stateBucket", state] as const]),
    ...(stateAccessLogsBucket === undefined
      ? []
      : [["stateAccessLogsBucket", stateAccessLogsBucket] as const]),
  ];
}
