import * as fc from "fast-check";

import type {
  ClusterInstanceSettings,
  ConcurrencySettings,
  KubernetesRunLauncher,
  TickRetention,
} from "../../../components/dagster/instanceSettings";
import type { PlatformValuesInput } from "../../../components/dagster/platformValuesInput";
import type { UserCodeValuesInput } from "../../../components/dagster/userCodeValuesInput";
import { DIGEST } from "./fixtures";

/** An optional member: there, or not there. */
type Optional<T> = { [K in keyof T]: fc.Arbitrary<NonNullable<T[K]>> };

/** Long enough to be no word that YAML reads as something else (`no`, `on`, `null`). */
const dnsLabel = fc.stringMatching(/^[a-z][-a-z0-9]{4,40}[a-z0-9]$/);
/** Never a word that YAML reads as something else. */
const word = fc.stringMatching(/^[a-z]{2}_[a-z0-9]{1,20}$/);
const python = fc.stringMatching(/^[a-z_][a-z0-9_]{0,12}(\.[a-z_][a-z0-9_]{0,12}){0,3}$/);
const envName = fc.stringMatching(/^[A-Z_][A-Z0-9_]{0,20}$/);
/** Everything that may stand in YAML: quotes, templates, dollars, other alphabets. */
const text = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 30 }).filter((value) => !value.includes("\0")),
  fc.constantFrom("{{ .Values.x }}", "$(HOME)", "$$", "null", "true", "1e3", "", "a: b", "'\"#"),
);
const env = fc.dictionary(envName, text, { maxKeys: 5 });
const labels = fc.dictionary(dnsLabel, dnsLabel, { maxKeys: 3 });
const image = fc
  .tuple(
    fc.stringMatching(/^[a-z]{1,9}(\.[a-z]{2,5})?(:[0-9]{4})?(\/[a-z0-9]{1,9}){1,3}$/),
    fc.nat(2),
  )
  .map(([name, kind]) => `${name}${[":1.4.0", `@${DIGEST}`, `:1.4.0@${DIGEST}`][kind] ?? ""}`);
const resources = fc.record({
  cpu: fc.oneof(fc.constantFrom("250m", "0.5", "2"), fc.integer({ min: 1, max: 64 })),
  memoryMiB: fc.integer({ min: 64, max: 1_048_576 }),
});
const days = fc.integer({ min: -1, max: 3650 });
const seconds = fc.integer({ min: 1, max: 1_000_000 });
const ticks: fc.Arbitrary<TickRetention> = fc.record({
  skipped: days,
  success: days,
  failure: days,
  started: days,
});

function some<T extends object>(model: Optional<T>): fc.Arbitrary<T> {
  return fc.record(model, { requiredKeys: [] }) as fc.Arbitrary<T>;
}

function both<A extends object, B extends object>(
  required: fc.Arbitrary<A>,
  optional: fc.Arbitrary<B>,
): fc.Arbitrary<A & B> {
  return fc.tuple(required, optional).map(([a, b]) => ({ ...a, ...b }));
}

const concurrency: fc.Arbitrary<ConcurrencySettings> = some({
  maxConcurrentRuns: fc.integer({ min: -1, max: 1000 }),
  tagConcurrencyLimits: fc.array(
    both(
      fc.record({ key: word, limit: fc.nat(100) }),
      some({ value: fc.oneof(word, fc.constant({ applyLimitPerUniqueValue: true } as const)) }),
    ),
    { maxLength: 3 },
  ),
  poolDefaultLimit: fc.nat(100),
  poolGranularity: fc.constantFrom("op", "run"),
});

const runLauncher: fc.Arbitrary<KubernetesRunLauncher> = both(
  fc.record({
    kind: fc.constant("kubernetes" as const),
    release: dnsLabel,
    namespace: dnsLabel.map((name) => `ns-${name}`),
    postgresqlSecretName: dnsLabel,
  }),
  some({
    imagePullSecrets: fc.uniqueArray(dnsLabel, { maxLength: 2 }),
    priorityClassName: dnsLabel,
    ttlSeconds: fc.nat(1_000_000),
  }),
);

/** All settings that a cluster can have. */
export const clusterSettings: fc.Arbitrary<ClusterInstanceSettings> = both(
  fc.record({
    storage: both(
      fc.record({
        kind: fc.constant("postgres" as const),
        host: fc.domain(),
        database: word,
        username: word,
      }),
      some({
        port: fc.integer({ min: 1, max: 65535 }),
        params: fc.dictionary(word, text, { maxKeys: 3 }),
      }),
    ),
    computeLogs: fc.oneof(
      both(
        fc.record({ kind: fc.constant("s3" as const), bucket: dnsLabel }),
        some({ prefix: word, endpointUrl: fc.webUrl(), region: fc.constant("eu-west-1") }),
      ),
      both(
        fc.record({ kind: fc.constant("gcs" as const), bucket: dnsLabel }),
        some({ prefix: word }),
      ),
    ),
    defsState: both(
      fc.record({ targetProtocol: fc.constantFrom("s3", "gs", "file") }),
      some({ targetOptions: fc.dictionary(word, fc.jsonValue({ maxDepth: 1 }), { maxKeys: 2 }) }),
    ),
    runLauncher,
  }),
  some({
    concurrency,
    runMonitoring: some({
      startTimeoutSeconds: seconds,
      cancelTimeoutSeconds: seconds,
      maxRuntimeSeconds: seconds,
      pollIntervalSeconds: seconds,
      freeSlotsAfterRunEndSeconds: seconds,
    }),
    runRetries: some({ maxRetries: fc.nat(10), retryOnAssetOrOpFailure: fc.boolean() }),
    retention: some({ scheduleDays: days, sensor: ticks, autoMaterialize: ticks }),
    daemonWorkers: fc.integer({ min: 1, max: 64 }),
    codeServerReloadTimeoutSeconds: seconds,
  }),
);

/** All systems that a stack can describe. */
export const platformInput: fc.Arbitrary<PlatformValuesInput> = both(
  fc.record({ instance: clusterSettings, workspaceConfigMap: dnsLabel }),
  some({
    image,
    serviceAccountAnnotations: fc.dictionary(dnsLabel, text, { maxKeys: 2 }),
    env,
    envSecrets: fc.uniqueArray(dnsLabel, { maxLength: 2 }),
    labels,
    webserverReplicas: fc.integer({ min: 1, max: 10 }),
    webserverPathPrefix: dnsLabel.map((name) => `/${name}`),
    webserverResources: resources,
    daemonResources: resources,
  }),
);

/** All locations that a valid list can hold. */
export const locationInput: fc.Arbitrary<UserCodeValuesInput> = both(
  fc.record({
    name: dnsLabel,
    codeSource: fc.oneof(
      fc.record({ module: python }),
      fc.record({ package: python }),
      fc.record({ autoload: python }),
      fc.record({ file: fc.stringMatching(/^[\w.@+-]{1,9}(\/[\w.@+-]{1,9}){0,2}\.py$/) }),
    ),
    image,
    namespace: dnsLabel,
    instanceConfigMap: dnsLabel,
    instanceHash: fc.stringMatching(/^[0-9a-f]{64}$/),
    postgresqlSecretName: dnsLabel,
    pin: fc.constantFrom("", '{"__class__":"DefsStateInfo","info_mapping":{}}'),
    stateBucket: dnsLabel,
    serviceAccount: both(
      fc.record({ name: dnsLabel }),
      some({ create: fc.boolean(), annotations: fc.dictionary(dnsLabel, text, { maxKeys: 2 }) }),
    ),
    resources,
  }),
  some({
    statePrefix: dnsLabel,
    secrets: fc.uniqueArray(dnsLabel, { maxLength: 3 }),
    env,
    runResources: resources,
    labels,
    imagePullSecrets: fc.uniqueArray(dnsLabel, { maxLength: 2 }),
    runAsUser: fc.integer({ min: 1, max: 65535 }),
    mayLaunchJobs: fc.boolean(),
    startupTimeoutSeconds: fc.integer({ min: 3, max: 3600 }),
  }),
);
