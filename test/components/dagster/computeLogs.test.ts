import {
  computeLogManagerValues,
  computeLogsConfig,
} from "../../../components/dagster/computeLogs";

describe("compute logs", () => {
  it("are files in the sandbox", () => {
    expect(computeLogsConfig({ kind: "local", directory: "/tmp/logs" })).toEqual({
      module: "dagster.core.storage.local_compute_log_manager",
      class: "LocalComputeLogManager",
      config: { base_dir: "/tmp/logs" },
    });
  });

  it("go to an S3-compatible store, in both spellings", () => {
    const logs = { kind: "s3", bucket: "b", endpointUrl: "http://s3:9000", region: "r" } as const;
    expect(computeLogsConfig(logs)).toEqual({
      module: "dagster_aws.s3.compute_log_manager",
      class: "S3ComputeLogManager",
      config: {
        bucket: "b",
        prefix: "compute-logs",
        upload_interval: 30,
        verify: true,
        skip_empty_files: true,
        endpoint_url: "http://s3:9000",
        region: "r",
      },
    });
    expect(computeLogManagerValues(logs)).toEqual({
      type: "S3ComputeLogManager",
      config: {
        s3ComputeLogManager: {
          bucket: "b",
          prefix: "compute-logs",
          uploadInterval: 30,
          skipEmptyFiles: true,
          endpointUrl: "http://s3:9000",
          region: "r",
        },
      },
    });
  });

  it("go to Google Cloud Storage, in both spellings", () => {
    const logs = { kind: "gcs", bucket: "b", prefix: "logs" } as const;
    expect(computeLogsConfig(logs)).toEqual({
      module: "dagster_gcp.gcs.compute_log_manager",
      class: "GCSComputeLogManager",
      config: { bucket: "b", prefix: "logs", upload_interval: 30 },
    });
    expect(computeLogManagerValues(logs)).toEqual({
      type: "GCSComputeLogManager",
      config: { gcsComputeLogManager: { bucket: "b", prefix: "logs", uploadInterval: 30 } },
    });
  });

  it("are uploaded while a run goes on, so that a lost pod's output is not lost", () => {
    const { config } = computeLogsConfig({ kind: "s3", bucket: "b" });
    expect(config).toMatchObject({ upload_interval: 30 });
  });
});
