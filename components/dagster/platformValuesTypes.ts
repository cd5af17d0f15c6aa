import type { ComputeLogManagerValues } from "./computeLogs";
import type { EnvVar } from "./containerContext";
import type { ImageValues } from "./image";
import type { AdditionalInstanceConfig } from "./instanceConfig";
import type { TickRetention } from "./instanceSettings";
import type { ContainerSecurityContext, PodSecurityContext } from "./podSecurity";
import type { ResourceRequirements } from "./resources";
import type { RunLauncherValues } from "./runLauncher";
import type { RunSettings } from "./runSettings";

interface NamedRef {
  readonly name: string;
}

/** What webserver and daemon have in common. */
export interface SystemPodValues {
  readonly image: ImageValues;
  readonly env: readonly EnvVar[];
  readonly envSecrets: readonly NamedRef[];
  readonly labels: Readonly<Record<string, string>>;
  readonly podSecurityContext: PodSecurityContext;
  readonly securityContext: ContainerSecurityContext;
  readonly initContainerResources: ResourceRequirements;
}

/** An HTTP probe of the webserver. */
export interface HttpProbe {
  readonly httpGet: { readonly path: string; readonly port: number };
  readonly periodSeconds: number;
  readonly timeoutSeconds: number;
  readonly failureThreshold: number;
}

/** `dagsterWebserver` */
export interface WebserverValues extends SystemPodValues {
  readonly replicaCount: number;
  readonly pathPrefix?: string;
  readonly service: { readonly type: "ClusterIP"; readonly port: number };
  readonly workspace: {
    readonly enabled: true;
    readonly servers: readonly [];
    readonly externalConfigmap: string;
  };
  readonly resources: ResourceRequirements;
  readonly readinessProbe: HttpProbe;
  readonly livenessProbe: HttpProbe;
  readonly startupProbe: HttpProbe & { readonly enabled: true };
}

interface Threads {
  readonly useThreads: true;
  readonly numWorkers: number;
}

/** `dagsterDaemon` */
export interface DaemonValues extends SystemPodValues {
  readonly enabled: true;
  readonly resources: ResourceRequirements;
  readonly runCoordinator: {
    readonly enabled: true;
    readonly type: "QueuedRunCoordinator";
    readonly config: {
      readonly queuedRunCoordinator: {
        readonly dequeueUseThreads: true;
        readonly dequeueNumWorkers: number;
      };
    };
  };
  readonly runMonitoring: RunSettings["runMonitoring"];
  readonly runRetries: RunSettings["runRetries"];
  readonly schedules: Threads;
  readonly sensors: Threads;
  readonly backfills: Threads;
}

/** Values of the chart `dagster`: all keys that we set, and no other. */
export interface PlatformValues {
  readonly global: {
    readonly dagsterHome: string;
    readonly dagsterInstanceConfigMap: string;
    readonly postgresqlSecretName: string;
    readonly celeryConfigSecretName: "";
  };
  readonly imagePullSecrets: readonly NamedRef[];
  readonly serviceAccount: {
    readonly create: true;
    readonly annotations: Readonly<Record<string, string>>;
  };
  readonly dagsterWebserver: WebserverValues;
  readonly dagsterDaemon: DaemonValues;
  readonly "dagster-user-deployments": {
    readonly enabled: true;
    readonly enableSubchart: false;
    readonly deployments: readonly [];
  };
  readonly generatePostgresqlPasswordSecret: false;
  readonly generateCeleryConfigSecret: false;
  readonly postgresql: {
    readonly enabled: false;
    readonly postgresqlHost: string;
    readonly postgresqlUsername: string;
    readonly postgresqlPassword: "";
    readonly postgresqlDatabase: string;
    readonly postgresqlParams: Readonly<Record<string, string>>;
    readonly service: { readonly port: number };
  };
  readonly runLauncher: RunLauncherValues;
  readonly computeLogManager: ComputeLogManagerValues;
  readonly concurrency: RunSettings["concurrency"] & { readonly enabled: true };
  readonly retention: {
    readonly enabled: true;
    readonly schedule: { readonly purgeAfterDays: number };
    readonly sensor: { readonly purgeAfterDays: TickRetention };
    readonly autoMaterialize: { readonly purgeAfterDays: TickRetention };
  };
  readonly telemetry: { readonly enabled: false };
  readonly ingress: { readonly enabled: false };
  readonly additionalInstanceConfig: AdditionalInstanceConfig;
}
