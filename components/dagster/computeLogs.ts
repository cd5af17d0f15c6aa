import type { ConfigurableClass } from "./configurableClass";
import type { GcsComputeLogs, LocalComputeLogs, S3ComputeLogs } from "./instanceSettings";

/** Prefix of run output in the state store; its own life-cycle rule applies to it. */
export const COMPUTE_LOGS_PREFIX = "compute-logs";

/** Seconds between uploads while a run is going on, so that a lost pod's output is not lost. */
const UPLOAD_INTERVAL_SECONDS = 30;

/** `compute_logs` of `dagster.yaml`. */
export function computeLogsConfig(
  logs: LocalComputeLogs | S3ComputeLogs | GcsComputeLogs,
): ConfigurableClass {
  if (logs.kind === "local") {
    const module = "dagster.core.storage.local_compute_log_manager";
    return { module, class: "LocalComputeLogManager", config: { base_dir: logs.directory } };
  }
  const common = {
    bucket: logs.bucket,
    prefix: logs.prefix ?? COMPUTE_LOGS_PREFIX,
    upload_interval: UPLOAD_INTERVAL_SECONDS,
  };
  if (logs.kind === "gcs") {
    const module = "dagster_gcp.gcs.compute_log_manager";
    return { module, class: "GCSComputeLogManager", config: common };
  }
  const config = {
    ...common,
    // The chart always writes it.
    verify: true,
    skip_empty_files: true,
    ...(logs.endpointUrl === undefined ? {} : { endpoint_url: logs.endpointUrl }),
    ...(logs.region === undefined ? {} : { region: logs.region }),
  };
  return { module: "dagster_aws.s3.compute_log_manager", class: "S3ComputeLogManager", config };
}

interface CloudLogsValues {
  readonly bucket: string;
  readonly prefix: string;
  readonly uploadInterval: number;
}

interface S3LogsValues extends CloudLogsValues {
  readonly skipEmptyFiles: boolean;
  readonly endpointUrl?: string;
  readonly region?: string;
}

/** `computeLogManager` of the chart. */
export type ComputeLogManagerValues =
  | {
      readonly type: "S3ComputeLogManager";
      readonly config: { readonly s3ComputeLogManager: S3LogsValues };
    }
  | {
      readonly type: "GCSComputeLogManager";
      readonly config: { readonly gcsComputeLogManager: CloudLogsValues };
    };

/** The same as {@link computeLogsConfig}, in the chart's keys. */
export function computeLogManagerValues(
  logs: S3ComputeLogs | GcsComputeLogs,
): ComputeLogManagerValues {
  const common = {
    bucket: logs.bucket,
    prefix: logs.prefix ?? COMPUTE_LOGS_PREFIX,
    uploadInterval: UPLOAD_INTERVAL_SECONDS,
  };
  if (logs.kind === "gcs") {
    return { type: "GCSComputeLogManager", config: { gcsComputeLogManager: common } };
  }
  const s3ComputeLogManager = {
    ...common,
    skipEmptyFiles: true,
    ...(logs.endpointUrl === undefined ? {} : { endpointUrl: logs.endpointUrl }),
    ...(logs.region === undefined ? {} : { region: logs.region }),
  };
  return { type: "S3ComputeLogManager", config: { s3ComputeLogManager } };
}
