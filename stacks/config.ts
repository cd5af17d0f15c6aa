import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";

import { configMistakes } from "./configChecks";
import { type ConfigKey as Key, configSchema as schema, type PlatformConfig } from "./configSchema";
import { keyOf } from "./configKey";
import { didYouMean } from "./didYouMean";
import { InvalidInputError } from "./invalidInputError";

const PROJECT = "dagster-platform";

/** The stack's config, checked. */
export type { PlatformConfig } from "./configSchema";

const KEYS = Object.keys(schema.unwrap().shape) as readonly Key[];

/**
 * Reads the stack's config; nothing else in the program does.
 * @throws InvalidInputError with every mistake, one on each line
 */
export function loadConfig(): PlatformConfig {
  const config = new pulumi.Config(PROJECT);
  const given = KEYS.map((key): [string, unknown] => [key, typed(key, config)]);
  const unknown = Object.keys(pulumi.runtime.allConfig())
    .filter((key) => key.startsWith(`${PROJECT}:`))
    .map((key) => key.slice(PROJECT.length + 1));
  return parseConfig(Object.fromEntries(given), unknown, pulumi.getStack());
}

/** The value in the type that Pulumi.yaml declares; the engine has checked it. */
function typed(key: Key, config: pulumi.Config): unknown {
  const type: z.ZodType = schema.unwrap().shape[key];
  if (type instanceof z.ZodNumber) return config.getNumber(key);
  if (type instanceof z.ZodBoolean) return config.getBoolean(key);
  if (type instanceof z.ZodArray) return config.getObject(key);
  return config.get(key);
}

/**
 * The checks of {@link loadConfig}.
 * @param given - value of each declared key
 * @param keys - all keys of this project in the stack's file
 * @param stack - for the messages
 * @throws InvalidInputError
 */
export function parseConfig(
  given: Readonly<Record<string, unknown>>,
  keys: readonly string[],
  stack: string,
): PlatformConfig {
  const mistakes = keys.filter((key) => !isKey(key)).map((key) => unknownKey(stack, key));
  const result = schema.safeParse(given);
  if (!result.success)
    for (const { path, message } of result.error.issues) {
      const value = JSON.stringify(valueAt(given, path));
      // Some have an advice in a second line.
      const [rule = "", ...fix] = message.split("\n");
      const parts = [`${keyOf(stack, path.join("."))}: ${rule}`, `got ${value}`, ...fix];
      mistakes.push(parts.join(", "));
    }
  else mistakes.push(...configMistakes(result.data, stack).map((mistake) => keyOf(stack, mistake)));
  if (mistakes.length > 0 || !result.success) throw new InvalidInputError(mistakes.join("\n"));
  return result.data;
}

function isKey(key: string): key is Key {
  return (KEYS as readonly string[]).includes(key);
}

function unknownKey(stack: string, key: string): string {
  const closest = didYouMean(key, KEYS);
  const advice =
    closest === undefined ? "Pulumi.yaml declares all keys" : `did you mean "${closest}"?`;
  return `${keyOf(stack, key)}: unknown key, ${advice}`;
}

/** What stands at the path of a mistake: a key, or a member of its list. */
function valueAt(given: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (value as Readonly<Record<PropertyKey, unknown>> | undefined)?.[key],
    given,
  );
}
