import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";

import { configMistakes } from "./configChecks";
import { didYouMean } from "./didYouMean";
import { InvalidInputError } from "./invalidInputError";

const PROJECT = "dagster-platform";

/** Empty in Pulumi.yaml means: not given. */
const optional = z.string().transform((text) => (text === "" ? undefined : text));

/** {@link optional} text with a form. */
function optionalText(isValid: (text: string) => boolean, message: string) {
  return z
    .string()
    .refine((text) => text === "" || isValid(text), message)
    .transform((text) => (text === "" ? undefined : text));
}

/** With a dot: no ingress and no address has a name without. */
function isHostName(text: string): boolean {
  return (
    text.length <= 253 &&
    /^([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\.)+[a-z]([-a-z0-9]*[a-z0-9])?$/.test(text)
  );
}

function isUrl(text: string, protocols: readonly string[]): boolean {
  return URL.canParse(text) && protocols.includes(new URL(text).protocol);
}

const dnsLabel = z
  .string()
  .regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, "must be a DNS label of at most 63 characters");

/** The rule of Amazon S3, which the others' names fit, too. */
const bucket = optional.refine(
  (name) => name === undefined || /^[a-z0-9][-a-z0-9.]{1,61}[a-z0-9]$/.test(name),
  "must be the bare name of a bucket: 3 to 63 lower-case letters, digits, - and .",
);

const atLeastOne = z.number().int().min(1, "must be at least 1");

const notNegative = z.number().int().min(0, "must not be negative");

/** What Pulumi.yaml declares and explains; defaults stand there alone. */
const schema = z
  .strictObject({
    kubeContext: optional,
    locationsFile: z.string().min(1, "must name a file"),
    namespace: dnsLabel,
    cloud: z.enum(["none", "aws", "gcp"], "must be none, aws or gcp"),
    region: optional,
    chartPath: optional,
    chartRepository: z.url({ protocol: /^https?$/, error: "must be an http(s) address" }),
    migrate: z.boolean(),
    stateBucket: bucket,
    stateEndpointUrl: optionalText(
      (text) => isUrl(text, ["http:", "https:"]),
      "must be an http(s) address",
    ),
    stateSecret: optional,
    stateStoreSizeGiB: atLeastOne,
    releasesFolder: optional,
    postgresHost: optional,
    postgresPort: z.number().int().min(1).max(65535, "must be a port, 1 to 65535"),
    postgresDatabase: z.string().min(1, "must not be empty"),
    postgresUser: z.string().min(1, "must not be empty"),
    postgresSecret: optional,
    postgresMaxConnections: atLeastOne,
    postgresSizeGiB: atLeastOne,
    storageClass: optional,
    keepData: z.boolean(),
    maxConcurrentRuns: atLeastOne,
    runJobTtlSeconds: notNegative,
    webserverReplicas: atLeastOne,
    rolloutTimeoutSeconds: notNegative,
    quotaCpu: notNegative,
    quotaMemoryGiB: notNegative,
    imageRegistry: optional,
    imagePullSecret: optional,
    ingressHost: optionalText(isHostName, "must be a host name such as dagster.example.com"),
    ingressClass: optional,
    ingressTlsSecret: optional,
    oidcIssuerUrl: optionalText((text) => isUrl(text, ["https:"]), "must be an https address"),
    oidcSecret: optional,
    // No `*`: that would let in whoever has an account at the issuer.
    oidcEmailDomain: optionalText(isHostName, "must be a domain such as example.com"),
  })
  .readonly();

/** The stack's config, checked. */
export type PlatformConfig = z.infer<typeof schema>;

type Key = keyof z.input<typeof schema>;

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
  const file = `Pulumi.${stack}.yaml`;
  const mistakes = keys.filter((key) => !isKey(key)).map((key) => unknownKey(file, key));
  const result = schema.safeParse(given);
  if (!result.success)
    for (const { path, message } of result.error.issues) {
      const key = path.join(".");
      mistakes.push(`${file}: ${PROJECT}:${key}: ${message}, got ${JSON.stringify(given[key])}`);
    }
  else
    mistakes.push(
      ...configMistakes(result.data).map((mistake) => `${file}: ${PROJECT}:${mistake}`),
    );
  if (mistakes.length > 0 || !result.success) throw new InvalidInputError(mistakes.join("\n"));
  return result.data;
}

function isKey(key: string): key is Key {
  return (KEYS as readonly string[]).includes(key);
}

function unknownKey(file: string, key: string): string {
  const closest = didYouMean(key, KEYS);
  const advice =
    closest === undefined ? "Pulumi.yaml declares all keys" : `did you mean "${closest}"?`;
  return `${file}: ${PROJECT}:${key}: unknown key, ${advice}`;
}
