import { readFileSync } from "node:fs";
import { join } from "node:path";

import type { InstanceSettings } from "../../../components/dagster/instanceSettings";
import { runConfig, runSettings } from "../../../components/dagster/runSettings";
import { deepFreeze, INSTANCE } from "./fixtures";

const BARE: InstanceSettings = deepFreeze({
  storage: { kind: "sqlite", directory: "/tmp/storage" },
  computeLogs: { kind: "local", directory: "/tmp/logs" },
  defsState: { targetProtocol: "s3" },
  runLauncher: { kind: "default" },
});

describe("runSettings", () => {
  it("fills the defaults in", () => {
    const ticks = { skipped: 7, success: 30, failure: 90, started: 30 };
    expect(runSettings(BARE)).toEqual({
      workers: 4,
      concurrency: { runs: { maxConcurrentRuns: 10, tagConcurrencyLimits: [] }, pools: {} },
      runMonitoring: {
        enabled: true,
        startTimeoutSeconds: 600,
        cancelTimeoutSeconds: 180,
        maxResumeRunAttempts: 0,
        pollIntervalSeconds: 60,
        freeSlotsAfterRunEndSeconds: 300,
      },
      runRetries: { enabled: true, maxRetries: 0, retryOnAssetOrOpFailure: true },
      retention: { scheduleDays: 90, sensor: ticks, autoMaterialize: ticks },
    });
  });

  it("has the defaults that the documentation of the settings names", () => {
    const file = join(__dirname, "../../../components/dagster/instanceSettings.ts");
    const documented = [
      ...readFileSync(file, "utf8").matchAll(
        /@defaultValue (\d+|true|false) \*\/\s+readonly (\w+)/g,
      ),
      ...readFileSync(file, "utf8").matchAll(
        /@defaultValue (\d+|true|false)\n\s+\*\/\s+readonly (\w+)/g,
      ),
    ].map(([, value, name]) => [name, value]);
    const { concurrency, runMonitoring, runRetries, retention, workers } = runSettings(BARE);
    const flat: Readonly<Record<string, unknown>> = {
      ...concurrency.runs,
      ...runMonitoring,
      ...runRetries,
      ...retention,
      daemonWorkers: workers,
    };
    const ours = Object.entries(flat).map(([name, value]) => [name, JSON.stringify(value)]);
    const elsewhere = [
      ["port", "5432"],
      ["ttlSeconds", "3600"],
    ];
    expect(documented.length).toBeGreaterThanOrEqual(11);
    expect([...ours, ...elsewhere]).toEqual(expect.arrayContaining(documented));
  });

  it("keeps 0 and false where they are given", () => {
    const settings = deepFreeze({
      ...BARE,
      concurrency: { maxConcurrentRuns: 0, poolDefaultLimit: 0 },
      runRetries: { retryOnAssetOrOpFailure: false },
      retention: { scheduleDays: -1 },
    });
    expect(runConfig(runSettings(settings))).toMatchObject({
      concurrency: { runs: { max_concurrent_runs: 0 }, pools: { default_limit: 0 } },
      run_retries: { retry_on_asset_or_op_failure: false },
      retention: { schedule: { purge_after_days: -1 } },
    });
  });
});

describe("runConfig", () => {
  const config = runConfig(runSettings(INSTANCE));

  it("puts limits under `concurrency` alone: Dagster refuses them in two places", () => {
    expect(config.run_coordinator).toEqual({
      module: "dagster.core.run_coordinator",
      class: "QueuedRunCoordinator",
      config: { dequeue_use_threads: true, dequeue_num_workers: 4 },
    });
    expect(config.concurrency).toEqual({
      pools: { default_limit: 5, granularity: "run" },
      runs: {
        max_concurrent_runs: 25,
        tag_concurrency_limits: INSTANCE.concurrency?.tagConcurrencyLimits,
      },
    });
  });

  it("watches runs, and repeats none by itself unless told to", () => {
    expect(config.run_monitoring).toMatchObject({
      enabled: true,
      max_runtime_seconds: 86_400,
      max_resume_run_attempts: 0,
    });
    expect(config.run_retries).toEqual({
      enabled: true,
      max_retries: 2,
      retry_on_asset_or_op_failure: false,
    });
  });

  it("has threads for each kind of the daemon's work", () => {
    const threads = { use_threads: true, num_workers: 4 };
    expect([config.schedules, config.sensors, config.backfills]).toEqual([
      threads,
      threads,
      threads,
    ]);
  });
});
