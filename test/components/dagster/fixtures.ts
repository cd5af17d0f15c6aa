import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { parse, stringify } from "yaml";

import type { ContainerContext } from "../../../components/dagster/containerContext";
import { userCodeValues } from "../../../components/dagster/userCodeValues";
import type { ClusterInstanceSettings } from "../../../components/dagster/instanceSettings";
import type { PlatformValuesInput } from "../../../components/dagster/platformValuesInput";
import type { UserCodeValuesInput } from "../../../components/dagster/userCodeValuesInput";

/** The same value, frozen all the way down: who changes an input throws. */
export function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null) Object.values(value).forEach(deepFreeze);
  return Object.freeze(value);
}

/** The same value with the keys of all its maps in reverse order. */
export function reversed<T>(value: T): T {
  if (Array.isArray(value)) return value.map((item: unknown) => reversed(item)) as T;
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, item]) => [key, reversed(item as unknown)]);
  return Object.fromEntries(entries.reverse()) as T;
}

/** A whole document as it should be. `UPDATE_GOLDEN=1 npx jest …` writes it anew: read the diff. */
export function golden(name: string, value: unknown): unknown {
  const file = join(__dirname, "golden", name);
  if (process.env["UPDATE_GOLDEN"] !== undefined) {
    writeFileSync(file, stringify(value, { aliasDuplicateObjects: false, lineWidth: 0 }));
  }
  return parse(readFileSync(file, "utf8"));
}

export const DIGEST = `sha256:${"0123456789abcdef".repeat(4)}`;

/** A production instance on AWS with all that can be set. */
export const INSTANCE: ClusterInstanceSettings = deepFreeze({
  storage: {
    kind: "postgres",
    host: "dagster.abc.eu-west-1.rds.amazonaws.com",
    database: "dagster",
    username: "dagster",
    params: { sslmode: "require" },
  },
  computeLogs: { kind: "s3", bucket: "acme-dagster-prod", region: "eu-west-1" },
  defsState: { targetProtocol: "s3" },
  runLauncher: {
    kind: "kubernetes",
    release: "dagster",
    namespace: "data",
    postgresqlSecretName: "dagster-postgresql",
    imagePullSecrets: ["registry"],
    priorityClassName: "dagster-run",
  },
  concurrency: {
    maxConcurrentRuns: 25,
    tagConcurrencyLimits: [
      { key: "warehouse", value: "snowflake", limit: 4 },
      { key: "tenant", value: { applyLimitPerUniqueValue: true }, limit: 1 },
      { key: "backfill", limit: 10 },
    ],
    poolDefaultLimit: 5,
    poolGranularity: "run",
  },
  runMonitoring: { maxRuntimeSeconds: 86_400 },
  runRetries: { maxRetries: 2, retryOnAssetOrOpFailure: false },
});

export const PLATFORM: PlatformValuesInput = deepFreeze({
  instance: INSTANCE,
  workspaceConfigMap: "dagster-workspace",
  serviceAccountAnnotations: {
    "eks.amazonaws.com/role-arn": "arn:aws:iam::123456789012:role/system",
  },
  env: { AWS_REGION: "eu-west-1" },
  labels: { team: "platform" },
  webserverReplicas: 2,
});

/** A pin with what YAML, Helm and Kubernetes could take for something else. */
const PIN = JSON.stringify({
  __class__: "DefsStateInfo",
  info_mapping: { "Api[x: '$(A)' é]": { create_timestamp: 1.5, version: "v1" } },
});

export const LOCATION: UserCodeValuesInput = deepFreeze({
  name: "finance",
  codeSource: { module: "finance.definitions" },
  image: `ghcr.io/acme/finance@${DIGEST}`,
  namespace: "data",
  instanceConfigMap: "dagster-instance",
  instanceHash: "11aa",
  postgresqlSecretName: "dagster-postgresql",
  pin: PIN,
  stateBucket: "acme-dagster-prod",
  serviceAccount: {
    name: "finance",
    annotations: { "eks.amazonaws.com/role-arn": "arn:aws:iam::123456789012:role/finance" },
  },
  secrets: ["finance-warehouse"],
  env: { WAREHOUSE_SCHEMA: "finance", PRICE: "5$", DSN: "u:$(DAGSTER_PG_PASSWORD)@h" },
  resources: { cpu: "250m", memoryMiB: 512 },
  runResources: { cpu: 2, memoryMiB: 4096 },
  labels: { "dagster-platform/location": "finance" },
  imagePullSecrets: ["registry"],
});

/** The environment of a location's code server, as Kubernetes is given it. */
export function envOf(input: UserCodeValuesInput): Readonly<Record<string, string>> {
  const [{ env }] = userCodeValues(input).deployments;
  return Object.fromEntries(env.map(({ name, value }) => [name, value]));
}

/** A container context as a code server reads it: Kubernetes has turned `$$` into `$`. */
export function contextOf(input: UserCodeValuesInput): ContainerContext {
  const text = envOf(input)["DAGSTER_CONTAINER_CONTEXT"] ?? "";
  return JSON.parse(text.replaceAll("$$", "$")) as ContainerContext;
}
