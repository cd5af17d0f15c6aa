import { sortedEntries } from "./canonicalJson";
import { DAGSTER_HOME_PATH, SYSTEM_IMAGE, systemNames, WEBSERVER_PORT } from "./chart";
import { computeLogManagerValues } from "./computeLogs";
import { envVars } from "./containerContext";
import { imageValues } from "./image";
import { additionalInstanceConfig, DEFAULT_POSTGRES_PORT } from "./instanceConfig";
import type { ClusterInstanceSettings } from "./instanceSettings";
import { mergeValues } from "./mergeValues";
import type { PlatformValuesInput } from "./platformValuesInput";
import type {
  DaemonValues,
  HttpProbe,
  PlatformValues,
  SystemPodValues,
  WebserverValues,
} from "./platformValuesTypes";
import { RESTRICTED_CONTAINER, restrictedPod } from "./podSecurity";
import { resourceRequirements } from "./resources";
import { runLauncherValues } from "./runLauncher";
import { type RunSettings, runSettings } from "./runSettings";

const DEFAULTS = {
  webserverReplicas: 1,
  resources: { cpu: "250m", memoryMiB: 1024 },
  /** Of the init container that waits for Postgres. */
  initResources: { cpu: "50m", memoryMiB: 64 },
} as const;

/**
 * Values of the chart `dagster` for the system: webserver, daemon and instance, no user code.
 * Secrets come by name. The rendered `dagster.yaml` equals `instanceConfig(input.instance)`.
 */
export function platformValues(input: PlatformValuesInput): PlatformValues {
  const { instance } = input;
  const { runLauncher } = instance;
  const runs = runSettings(instance);
  const values: PlatformValues = {
    global: {
      dagsterHome: DAGSTER_HOME_PATH,
      dagsterInstanceConfigMap: systemNames(runLauncher.release).instanceConfigMap,
      postgresqlSecretName: runLauncher.postgresqlSecretName,
      celeryConfigSecretName: "",
    },
    imagePullSecrets: (runLauncher.imagePullSecrets ?? []).map((name) => ({ name })),
    serviceAccount: { create: true, annotations: input.serviceAccountAnnotations ?? {} },
    dagsterWebserver: webserverValues(input),
    dagsterDaemon: daemonValues(input, runs),
    // Enabled without its subchart: only then the system gets a workspace (dagster #30151).
    "dagster-user-deployments": { enabled: true, enableSubchart: false, deployments: [] },
    ...postgresValues(instance),
    runLauncher: runLauncherValues(runLauncher),
    computeLogManager: computeLogManagerValues(instance.computeLogs),
    concurrency: { enabled: true, ...runs.concurrency },
    retention: retentionValues(runs),
    telemetry: { enabled: false },
    // Dagster has no login: exposing it takes an authenticating ingress.
    ingress: { enabled: false },
    additionalInstanceConfig: additionalInstanceConfig(instance),
  };
  return mergeValues(values, input.extraValues);
}

function systemPodValues(input: PlatformValuesInput): SystemPodValues {
  return {
    image: imageValues(input.image ?? SYSTEM_IMAGE),
    env: envVars(input.env ?? {}),
    envSecrets: (input.envSecrets ?? []).map((name) => ({ name })),
    labels: Object.fromEntries(sortedEntries(input.labels ?? {})),
    podSecurityContext: restrictedPod(),
    securityContext: RESTRICTED_CONTAINER,
    initContainerResources: resourceRequirements(DEFAULTS.initResources),
  };
}

function webserverValues(input: PlatformValuesInput): WebserverValues {
  const { webserverPathPrefix: pathPrefix } = input;
  const probe = (periodSeconds: number, failureThreshold: number): HttpProbe => ({
    httpGet: { path: `${pathPrefix ?? ""}/server_info`, port: WEBSERVER_PORT },
    periodSeconds,
    timeoutSeconds: 10,
    failureThreshold,
  });
  return {
    ...systemPodValues(input),
    replicaCount: input.webserverReplicas ?? DEFAULTS.webserverReplicas,
    ...(pathPrefix === undefined ? {} : { pathPrefix }),
    service: { type: "ClusterIP", port: WEBSERVER_PORT },
    // All three: the chart has a server as its default, and ignores the name when not enabled.
    workspace: { enabled: true, servers: [], externalConfigmap: input.workspaceConfigMap },
    resources: resourceRequirements(input.webserverResources ?? DEFAULTS.resources),
    startupProbe: { enabled: true, ...probe(3, 100) },
    readinessProbe: probe(10, 3),
    livenessProbe: probe(30, 10),
  };
}

function daemonValues(input: PlatformValuesInput, runs: RunSettings): DaemonValues {
  const threads = { useThreads: true, numWorkers: runs.workers } as const;
  return {
    ...systemPodValues(input),
    enabled: true,
    resources: resourceRequirements(input.daemonResources ?? DEFAULTS.resources),
    runCoordinator: {
      enabled: true,
      type: "QueuedRunCoordinator",
      // Limits stand under `concurrency`; the chart refuses to render them twice.
      config: {
        queuedRunCoordinator: { dequeueUseThreads: true, dequeueNumWorkers: runs.workers },
      },
    },
    runMonitoring: runs.runMonitoring,
    runRetries: runs.runRetries,
    schedules: threads,
    sensors: threads,
    backfills: threads,
  };
}

/** An existing Postgres. Its password is in a Secret that the chart does not make. */
function postgresValues(
  instance: ClusterInstanceSettings,
): Pick<
  PlatformValues,
  "generatePostgresqlPasswordSecret" | "generateCeleryConfigSecret" | "postgresql"
> {
  const { storage } = instance;
  return {
    generatePostgresqlPasswordSecret: false,
    generateCeleryConfigSecret: false,
    postgresql: {
      enabled: false,
      postgresqlHost: storage.host,
      postgresqlUsername: storage.username,
      postgresqlPassword: "",
      postgresqlDatabase: storage.database,
      postgresqlParams: storage.params ?? {},
      service: { port: storage.port ?? DEFAULT_POSTGRES_PORT },
    },
  };
}

function retentionValues(runs: RunSettings): PlatformValues["retention"] {
  const { scheduleDays, sensor, autoMaterialize } = runs.retention;
  return {
    enabled: true,
    schedule: { purgeAfterDays: scheduleDays },
    sensor: { purgeAfterDays: sensor },
    autoMaterialize: { purgeAfterDays: autoMaterialize },
  };
}
