import type { POSTGRES_PASSWORD_ENV } from "./chart";

/** Runs, events and schedules in files: the sandbox and CI's throw-away instance. */
export interface SqliteStorage {
  readonly kind: "sqlite";
  /** Absolute path. */
  readonly directory: string;
}

/** Runs, events and schedules in Postgres. */
export interface PostgresStorage {
  readonly kind: "postgres";
  readonly host: string;
  /** 1 to 65535. @defaultValue 5432 */
  readonly port?: number;
  /** The chart writes it without quotes: not a number, and no word like `on` or `null`. */
  readonly database: string;
  /** As for `database`. */
  readonly username: string;
  /** Environment variable with the password. @defaultValue "DAGSTER_PG_PASSWORD" */
  readonly passwordEnv?: string;
  /** Keywords of the connection string, such as `sslmode: require`. @defaultValue {} */
  readonly params?: Readonly<Record<string, string>>;
}

/** Output of runs in files. */
export interface LocalComputeLogs {
  readonly kind: "local";
  /** Absolute path. */
  readonly directory: string;
}

/** Output of runs in S3 or an S3-compatible store. */
export interface S3ComputeLogs {
  readonly kind: "s3";
  readonly bucket: string;
  /** @defaultValue "compute-logs" */
  readonly prefix?: string;
  /** URL of an S3-compatible store. @defaultValue - AWS */
  readonly endpointUrl?: string;
  /** @defaultValue - what the process's environment says */
  readonly region?: string;
}

/** Output of runs in Google Cloud Storage. */
export interface GcsComputeLogs {
  readonly kind: "gcs";
  readonly bucket: string;
  /** @defaultValue "compute-logs" */
  readonly prefix?: string;
}

/** Where state-backed components keep their state; the path is the process's own (see `defsStateRoot`). */
export interface DefsStateSettings {
  /** fsspec's protocol of the store; `s3` needs `s3fs` in the location's image, `gs` needs `gcsfs`. */
  readonly targetProtocol: "s3" | "gs" | "file";
  /** Arguments of that file system. Credentials come from the environment, never from here. */
  readonly targetOptions?: Readonly<Record<string, unknown>>;
}

/** Runs as processes of their code server. */
export interface DefaultRunLauncher {
  readonly kind: "default";
}

/** Runs as Kubernetes Jobs with the image, environment and identity of their location. */
export interface KubernetesRunLauncher {
  readonly kind: "kubernetes";
  /** Helm release of the system: gives the names of ConfigMap and ServiceAccount. */
  readonly release: string;
  readonly namespace: string;
  /** Secret with the key `postgresql-password`. */
  readonly postgresqlSecretName: string;
  /** Secrets for pulling images, by name. @defaultValue [] */
  readonly imagePullSecrets?: readonly string[];
  /** PriorityClass of run pods, below the system's. @defaultValue - the cluster's default */
  readonly priorityClassName?: string;
  /**
   * How long a finished Job and its pod stay, for `kubectl logs`. Dagster's own default is a day;
   * thousands of finished pods slow the API server.
   * @defaultValue 3600
   */
  readonly ttlSeconds?: number;
}

/** At most so many runs with a tag. */
export interface TagConcurrencyLimit {
  readonly key: string;
  /** A value, or a limit for each value. @defaultValue - one limit for all values */
  readonly value?: string | { readonly applyLimitPerUniqueValue: true };
  readonly limit: number;
}

/** What may run at the same time. */
export interface ConcurrencySettings {
  /** Runs in progress; -1 for no limit. Each holds connections to the database. @defaultValue 10 */
  readonly maxConcurrentRuns?: number;
  /** @defaultValue [] */
  readonly tagConcurrencyLimits?: readonly TagConcurrencyLimit[];
  /** Limit of a pool that has none of its own. @defaultValue - none */
  readonly poolDefaultLimit?: number;
  /** Whether a pool's slots are taken by ops or by runs. @defaultValue - Dagster's, `op` */
  readonly poolGranularity?: "op" | "run";
}

/** What happens to runs that hang or whose pod is gone. */
export interface RunMonitoringSettings {
  /** Seconds from launch to start: a new node and its image pull fit in. @defaultValue 600 */
  readonly startTimeoutSeconds?: number;
  /** Seconds until a run that is being canceled is given up. @defaultValue 180 */
  readonly cancelTimeoutSeconds?: number;
  /** Seconds a run may take. @defaultValue - no limit */
  readonly maxRuntimeSeconds?: number;
  /** Seconds between looks. @defaultValue 60 */
  readonly pollIntervalSeconds?: number;
  /** Seconds after which a dead run's pool slots are free again. @defaultValue 300 */
  readonly freeSlotsAfterRunEndSeconds?: number;
}

/** New attempts of failed runs. */
export interface RunRetrySettings {
  /** 0: only runs that ask for it by the tag `dagster/max_retries`. @defaultValue 0 */
  readonly maxRetries?: number;
  /** False: only when the run's worker died. @defaultValue true */
  readonly retryOnAssetOrOpFailure?: boolean;
}

/** Days after which ticks are deleted, by outcome; -1 keeps them. */
export interface TickRetention {
  readonly skipped: number;
  readonly success: number;
  readonly failure: number;
  readonly started: number;
}

/** How long ticks are kept. */
export interface RetentionSettings {
  /** Days for all ticks of schedules: the chart has one number here. @defaultValue 90 */
  readonly scheduleDays?: number;
  /** @defaultValue - skipped 7, success 30, failure 90, started 30 */
  readonly sensor?: TickRetention;
  /** @defaultValue - as sensor */
  readonly autoMaterialize?: TickRetention;
}

/** All that decides `dagster.yaml`. */
export interface InstanceSettings {
  readonly storage: SqliteStorage | PostgresStorage;
  readonly computeLogs: LocalComputeLogs | S3ComputeLogs | GcsComputeLogs;
  readonly defsState: DefsStateSettings;
  readonly runLauncher: DefaultRunLauncher | KubernetesRunLauncher;
  readonly concurrency?: ConcurrencySettings;
  readonly runMonitoring?: RunMonitoringSettings;
  readonly runRetries?: RunRetrySettings;
  readonly retention?: RetentionSettings;
  /**
   * Threads of the daemon for each of schedules, sensors and backfills, so that one slow location
   * does not hold up the others. 1 to 64.
   * @defaultValue 4
   */
  readonly daemonWorkers?: number;
  /** Seconds that `dagster code-server` may take to reload. @defaultValue - Dagster's */
  readonly codeServerReloadTimeoutSeconds?: number;
}

/** The settings that the chart can bring about. */
export interface ClusterInstanceSettings extends InstanceSettings {
  /** The chart sets the variable and has no key for its name. */
  readonly storage: PostgresStorage & { readonly passwordEnv?: typeof POSTGRES_PASSWORD_ENV };
  readonly computeLogs: S3ComputeLogs | GcsComputeLogs;
  readonly runLauncher: KubernetesRunLauncher;
}
