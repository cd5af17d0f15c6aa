import { canonicalJson } from "../../../components/dagster/canonicalJson";
import { instanceConfig, instanceHash } from "../../../components/dagster/instanceConfig";
import type { InstanceSettings } from "../../../components/dagster/instanceSettings";
import { deepFreeze, golden, INSTANCE, reversed } from "./fixtures";

const SANDBOX: InstanceSettings = deepFreeze({
  storage: { kind: "sqlite", directory: "/sandbox/storage" },
  computeLogs: { kind: "local", directory: "/sandbox/compute-logs" },
  defsState: { targetProtocol: "s3" },
  runLauncher: { kind: "default" },
});

describe("instanceConfig", () => {
  it("is this document in the sandbox", () => {
    const config = instanceConfig(SANDBOX);
    expect(config).toEqual(golden("instance.sandbox.yaml", config));
  });

  it("is this document in the cluster", () => {
    const config = instanceConfig(INSTANCE);
    expect(config).toEqual(golden("instance.cluster.yaml", config));
  });

  it("names no path for defs state: each location's processes bring their own", () => {
    const { config } = instanceConfig(INSTANCE).defs_state_storage;
    expect(config).toEqual({
      base_path: "dir://",
      storage_options: { target_protocol: "s3" },
    });
  });

  it("passes options of the store's file system on", () => {
    const defsState = deepFreeze({ targetProtocol: "file", targetOptions: { auto_mkdir: true } });
    expect(instanceConfig({ ...SANDBOX, defsState } as InstanceSettings)).toMatchObject({
      defs_state_storage: {
        config: {
          storage_options: { target_protocol: "file", target_options: { auto_mkdir: true } },
        },
      },
    });
  });

  it("holds no password, only where it is", () => {
    expect(instanceConfig(INSTANCE)).toMatchObject({
      run_storage: { config: { postgres_db: { password: { env: "DAGSTER_PG_PASSWORD" } } } },
    });
  });

  it("sends nothing to anyone, and no dialog that writes into DAGSTER_HOME", () => {
    for (const settings of [SANDBOX, INSTANCE]) {
      const { telemetry, nux } = instanceConfig(settings);
      expect([telemetry, nux]).toEqual([{ enabled: false }, { enabled: false }]);
    }
  });

  it("leaves the launcher out where runs are processes of their code server", () => {
    expect(instanceConfig(SANDBOX)).not.toHaveProperty("run_launcher");
  });

  it("is the same for the same settings, whatever the order of their keys", () => {
    expect(canonicalJson(instanceConfig(reversed(INSTANCE)))).toBe(
      canonicalJson(instanceConfig(INSTANCE)),
    );
  });
});

describe("instanceHash", () => {
  it("changes with the document and with the user's own values, and with nothing else", () => {
    const hash = instanceHash(INSTANCE);
    const more = deepFreeze({ ...INSTANCE, daemonWorkers: 8 });
    expect(instanceHash(reversed(INSTANCE))).toBe(hash);
    expect(instanceHash(more)).not.toBe(hash);
    expect(instanceHash(INSTANCE, { additionalInstanceConfig: { freshness: {} } })).not.toBe(hash);
  });
});
