import { documentHash } from "./canonicalJson";
import { POSTGRES_PASSWORD_ENV } from "./chart";
import { computeLogsConfig } from "./computeLogs";
import type { ConfigurableClass } from "./configurableClass";
import type {
  DefsStateSettings,
  InstanceSettings,
  PostgresStorage,
  SqliteStorage,
} from "./instanceSettings";
import type { HelmValues } from "./mergeValues";
import { runLauncherConfig } from "./runLauncher";
import { type RunConfig, runConfig, runSettings } from "./runSettings";

/** Port of Postgres when the settings name none. */
export const DEFAULT_POSTGRES_PORT = 5432;

/** The storages of `dagster.yaml`: one key for SQLite; three for Postgres, as the chart writes. */
type StorageConfig =
  | { readonly storage: { readonly sqlite: { readonly base_dir: string } } }
  | Readonly<Record<"schedule_storage" | "run_storage" | "event_log_storage", ConfigurableClass>>;

/** The keys of `dagster.yaml` that the chart has no key for. */
export interface AdditionalInstanceConfig {
  readonly defs_state_storage: ConfigurableClass;
  readonly nux: { readonly enabled: false };
  readonly code_servers?: { readonly reload_timeout: number };
}

/** `dagster.yaml`. */
export type InstanceConfig = StorageConfig &
  RunConfig &
  AdditionalInstanceConfig & {
    readonly scheduler: ConfigurableClass;
    /** Left out: runs are processes of their code server. */
    readonly run_launcher?: ConfigurableClass;
    readonly compute_logs: ConfigurableClass;
    readonly telemetry: { readonly enabled: false };
  };

/**
 * Runs that are processes of their code server are launched by whoever submits them. The queue's daemon could do so only
 * for locations that it knows, and it reads the workspace once a minute: a run of a new location would fail.
 */
const LAUNCHED_AT_ONCE = {
  run_coordinator: { module: "dagster.core.run_coordinator", class: "DefaultRunCoordinator" },
} as const;

/**
 * `dagster.yaml`, for the cluster, the sandbox and CI's throw-away instance. For a cluster's
 * settings it equals what the chart renders from `platformValues`; a test holds the two together.
 */
export function instanceConfig(settings: InstanceSettings): InstanceConfig {
  const { runLauncher } = settings;
  return {
    scheduler: { module: "dagster.core.scheduler", class: "DagsterDaemonScheduler" },
    ...storageConfig(settings.storage),
    ...(runLauncher.kind === "default" ? {} : { run_launcher: runLauncherConfig(runLauncher) }),
    compute_logs: computeLogsConfig(settings.computeLogs),
    ...runConfig(runSettings(settings)),
    ...(runLauncher.kind === "default" ? LAUNCHED_AT_ONCE : {}),
    telemetry: { enabled: false },
    ...additionalInstanceConfig(settings),
  };
}

/**
 * Hash of the instance, for the annotation of code servers: their `dagster.yaml` is mounted by
 * `subPath` and never updates in place.
 * @param extraValues - the user's own values of the system's chart, which may change it as well
 */
export function instanceHash(settings: InstanceSettings, extraValues: HelmValues = {}): string {
  return documentHash([instanceConfig(settings), extraValues]);
}

/**
 * The part of `dagster.yaml` that the chart has no key for.
 *
 * `nux` is the welcome dialog; it keeps its mark in `DAGSTER_HOME`, which is read-only for a
 * webserver that is not root.
 */
export function additionalInstanceConfig(settings: InstanceSettings): AdditionalInstanceConfig {
  const { codeServerReloadTimeoutSeconds: reload_timeout } = settings;
  return {
    defs_state_storage: defsStateStorage(settings.defsState),
    nux: { enabled: false },
    ...(reload_timeout === undefined ? {} : { code_servers: { reload_timeout } }),
  };
}

function defsStateStorage(defsState: DefsStateSettings): ConfigurableClass {
  const { targetProtocol: target_protocol, targetOptions: target_options } = defsState;
  const options = target_options === undefined ? {} : { target_options };
  return {
    module: "dagster._core.storage.defs_state.blob_storage_state_storage",
    class: "UPathDefsStateStorage",
    // The path is the process's own: see defsStateEnvironment.
    config: { base_path: "dir://", storage_options: { target_protocol, ...options } },
  };
}

function storageConfig(storage: SqliteStorage | PostgresStorage): StorageConfig {
  if (storage.kind === "sqlite") return { storage: { sqlite: { base_dir: storage.directory } } };
  const config = { postgres_db: postgresConfig(storage) };
  return {
    schedule_storage: postgresClass("schedule_storage", "PostgresScheduleStorage", config),
    run_storage: postgresClass("run_storage", "PostgresRunStorage", config),
    event_log_storage: postgresClass("event_log", "PostgresEventLogStorage", config),
  };
}

function postgresClass(
  file: string,
  name: string,
  config: Readonly<Record<string, unknown>>,
): ConfigurableClass {
  return { module: `dagster_postgres.${file}`, class: name, config };
}

function postgresConfig(storage: PostgresStorage): Readonly<Record<string, unknown>> {
  return {
    username: storage.username,
    password: { env: storage.passwordEnv ?? POSTGRES_PASSWORD_ENV },
    hostname: storage.host,
    db_name: storage.database,
    port: storage.port ?? DEFAULT_POSTGRES_PORT,
    params: storage.params ?? {},
  };
}
