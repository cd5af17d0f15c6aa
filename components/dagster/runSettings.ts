import type { ConfigurableClass } from "./configurableClass";
import type {
  InstanceSettings,
  RetentionSettings,
  RunMonitoringSettings,
  TagConcurrencyLimit,
  TickRetention,
} from "./instanceSettings";

const DEFAULTS = {
  maxConcurrentRuns: 10,
  daemonWorkers: 4,
  startTimeoutSeconds: 600,
  cancelTimeoutSeconds: 180,
  pollIntervalSeconds: 60,
  freeSlotsAfterRunEndSeconds: 300,
  maxRetries: 0,
  retryOnAssetOrOpFailure: true,
  scheduleDays: 90,
  ticks: { skipped: 7, success: 30, failure: 90, started: 30 },
} as const;

/** The settings of runs and ticks with their defaults filled in, in the chart's spelling. */
export interface RunSettings {
  readonly workers: number;
  readonly concurrency: {
    readonly runs: {
      readonly maxConcurrentRuns: number;
      readonly tagConcurrencyLimits: readonly TagConcurrencyLimit[];
    };
    readonly pools: { readonly defaultLimit?: number; readonly granularity?: "op" | "run" };
  };
  readonly runMonitoring: Required<Omit<RunMonitoringSettings, "maxRuntimeSeconds">> &
    Pick<RunMonitoringSettings, "maxRuntimeSeconds"> & {
      readonly enabled: true;
      readonly maxResumeRunAttempts: 0;
    };
  readonly runRetries: {
    readonly enabled: true;
    readonly maxRetries: number;
    readonly retryOnAssetOrOpFailure: boolean;
  };
  readonly retention: Required<RetentionSettings>;
}

/** The settings of runs and ticks with their defaults filled in. */
export function runSettings(settings: InstanceSettings): RunSettings {
  const { concurrency = {}, runRetries = {}, retention = {} } = settings;
  const { poolDefaultLimit: defaultLimit, poolGranularity: granularity } = concurrency;
  return {
    workers: settings.daemonWorkers ?? DEFAULTS.daemonWorkers,
    concurrency: {
      runs: {
        maxConcurrentRuns: concurrency.maxConcurrentRuns ?? DEFAULTS.maxConcurrentRuns,
        tagConcurrencyLimits: concurrency.tagConcurrencyLimits ?? [],
      },
      pools: {
        ...(defaultLimit === undefined ? {} : { defaultLimit }),
        ...(granularity === undefined ? {} : { granularity }),
      },
    },
    runMonitoring: runMonitoring(settings.runMonitoring ?? {}),
    runRetries: {
      enabled: true,
      maxRetries: runRetries.maxRetries ?? DEFAULTS.maxRetries,
      retryOnAssetOrOpFailure:
        runRetries.retryOnAssetOrOpFailure ?? DEFAULTS.retryOnAssetOrOpFailure,
    },
    retention: {
      scheduleDays: retention.scheduleDays ?? DEFAULTS.scheduleDays,
      sensor: retention.sensor ?? DEFAULTS.ticks,
      autoMaterialize: retention.autoMaterialize ?? DEFAULTS.ticks,
    },
  };
}

function runMonitoring(given: RunMonitoringSettings): RunSettings["runMonitoring"] {
  const { maxRuntimeSeconds } = given;
  return {
    enabled: true,
    startTimeoutSeconds: given.startTimeoutSeconds ?? DEFAULTS.startTimeoutSeconds,
    cancelTimeoutSeconds: given.cancelTimeoutSeconds ?? DEFAULTS.cancelTimeoutSeconds,
    ...(maxRuntimeSeconds === undefined ? {} : { maxRuntimeSeconds }),
    // A resumed run repeats steps that had side effects; retries are asked for by tag.
    maxResumeRunAttempts: 0,
    pollIntervalSeconds: given.pollIntervalSeconds ?? DEFAULTS.pollIntervalSeconds,
    freeSlotsAfterRunEndSeconds:
      given.freeSlotsAfterRunEndSeconds ?? DEFAULTS.freeSlotsAfterRunEndSeconds,
  };
}

/** A pool of threads in the daemon. */
interface Threads {
  readonly use_threads: true;
  readonly num_workers: number;
}

/** The keys of `dagster.yaml` about runs and ticks. */
export interface RunConfig {
  readonly run_coordinator: ConfigurableClass;
  readonly concurrency: Readonly<Record<string, unknown>>;
  readonly run_monitoring: Readonly<Record<string, number | boolean>>;
  readonly run_retries: Readonly<Record<string, number | boolean>>;
  readonly schedules: Threads;
  readonly sensors: Threads;
  readonly backfills: Threads;
  readonly retention: {
    readonly schedule: { readonly purge_after_days: number };
    readonly sensor: { readonly purge_after_days: TickRetention };
    readonly auto_materialize: { readonly purge_after_days: TickRetention };
  };
}

/** The keys of `dagster.yaml` about runs and ticks. */
export function runConfig(settings: RunSettings): RunConfig {
  const { runRetries, retention, workers } = settings;
  const threads: Threads = { use_threads: true, num_workers: workers };
  return {
    run_coordinator: {
      module: "dagster.core.run_coordinator",
      class: "QueuedRunCoordinator",
      config: { dequeue_use_threads: true, dequeue_num_workers: workers },
    },
    concurrency: concurrencyConfig(settings.concurrency),
    run_monitoring: snakeCase(settings.runMonitoring),
    run_retries: {
      enabled: true,
      // The chart leaves 0 out, which is Dagster's default too.
      ...(runRetries.maxRetries === 0 ? {} : { max_retries: runRetries.maxRetries }),
      retry_on_asset_or_op_failure: runRetries.retryOnAssetOrOpFailure,
    },
    schedules: threads,
    sensors: threads,
    backfills: threads,
    retention: {
      schedule: { purge_after_days: retention.scheduleDays },
      sensor: { purge_after_days: retention.sensor },
      auto_materialize: { purge_after_days: retention.autoMaterialize },
    },
  };
}

function concurrencyConfig(concurrency: RunSettings["concurrency"]): RunConfig["concurrency"] {
  const { runs, pools } = concurrency;
  const limits = runs.tagConcurrencyLimits;
  return {
    ...(Object.keys(pools).length === 0 ? {} : { pools: snakeCase(pools) }),
    runs: {
      max_concurrent_runs: runs.maxConcurrentRuns,
      ...(limits.length === 0 ? {} : { tag_concurrency_limits: limits }),
    },
  };
}

/** Keys as Dagster writes them. */
function snakeCase<T>(map: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  const entries = Object.entries(map).map(([key, value]) => [
    key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
    value,
  ]);
  return Object.fromEntries(entries) as Readonly<Record<string, T>>;
}
