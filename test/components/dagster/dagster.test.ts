import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import * as fc from "fast-check";

import { defsStateRoot } from "../../../components/dagster/defsStateEnvironment";
import { instanceConfig } from "../../../components/dagster/instanceConfig";
import type { InstanceSettings } from "../../../components/dagster/instanceSettings";
import { runLauncherConfig } from "../../../components/dagster/runLauncher";
import type { UserCodeValuesInput } from "../../../components/dagster/userCodeValuesInput";
import { clusterSettings } from "./arbitraries";
import { contextOf, deepFreeze, INSTANCE, LOCATION } from "./fixtures";
import { askDagster, MISSING_DAGSTER } from "./realDagster";

if (MISSING_DAGSTER !== undefined) {
  it.skip(`the documents on real Dagster: ${MISSING_DAGSTER}`, () => undefined);
} else {
  const folder = mkdtempSync(join(tmpdir(), "dagster-builders-"));
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  const sandbox: InstanceSettings = deepFreeze({
    storage: { kind: "sqlite", directory: join(folder, "storage") },
    computeLogs: { kind: "local", directory: join(folder, "compute-logs") },
    defsState: { targetProtocol: "file", targetOptions: { auto_mkdir: true } },
    runLauncher: { kind: "default" },
  });

  describe("real Dagster", () => {
    it("accepts the instance config of sandbox and cluster, whatever the settings", () => {
      const samples = fc.sample(clusterSettings, { numRuns: 12, seed: 1 });
      const named = samples.map((settings, index): [string, unknown] => [
        `${settings.computeLogs.kind} ${index}`,
        instanceConfig(settings),
      ]);
      const instances: Readonly<Record<string, unknown>> = {
        sandbox: instanceConfig(sandbox),
        cluster: instanceConfig(INSTANCE),
        ...Object.fromEntries(named),
      };
      const expected = Object.keys(instances).map((name) => [
        name,
        // dagster-gcp is in the system's image, not in the sandbox.
        name.startsWith("gcs") ? "unchecked: dagster_gcp" : "accepted",
      ]);
      expect(askDagster({ instances })).toEqual(Object.fromEntries(expected));
    });

    it("would refuse a key that it does not know", () => {
      const wrong = { ...instanceConfig(INSTANCE), run_monitorin: {} };
      expect(askDagster({ instances: { wrong } })).toEqual({
        wrong: expect.stringContaining("run_monitorin") as unknown,
      });
    });

    it("keeps a location's state below its own prefix, which the environment gives", () => {
      const bucket = join(folder, "bucket");
      const env = { ...defsStateRoot({ bucket, location: "finance" }) };
      expect(askDagster({ state: instanceConfig(sandbox) }, env)).toBe("state");
      expect(readdirSync(bucket, { recursive: true })).toContain(
        "defs-state/finance/Key__a__/version-1",
      );
    });
  });

  describe("the Kubernetes Job of a run", () => {
    let job: RunJob;
    beforeAll(() => {
      job = runJob(LOCATION);
    });

    it("is the location's: image, identity, secrets, environment, resources", () => {
      expect(job.namespace).toBe("data");
      const { spec } = job.spec.template;
      expect(spec).toMatchObject({
        serviceAccountName: "finance",
        automountServiceAccountToken: false,
        priorityClassName: "dagster-run",
        enableServiceLinks: false,
        imagePullSecrets: [{ name: "registry" }],
        volumes: [{ name: "dagster-home", emptyDir: {} }],
        securityContext: { runAsNonRoot: true, runAsUser: 1000, fsGroup: 1000 },
      });
      expect(spec.containers[0]).toMatchObject({
        image: LOCATION.image,
        imagePullPolicy: "IfNotPresent",
        envFrom: [{ secretRef: { name: "finance-warehouse" } }],
        resources: { requests: { cpu: "2", memory: "4096Mi" }, limits: { memory: "4096Mi" } },
        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
        volumeMounts: [{ name: "dagster-home", mountPath: "/opt/dagster/dagster_home" }],
      });
    });

    it("has the environment as the list has it, the state's root, and no pin", () => {
      const names = job.spec.template.spec.containers[0].env.map(({ name }) => name);
      expect(names).toEqual([
        "DAGSTER_HOME",
        "DAGSTER_PG_PASSWORD",
        "DSN",
        "FSSPEC_DIR_PATH",
        "PRICE",
        "WAREHOUSE_SCHEMA",
      ]);
    });

    it("goes away after an hour and is left alone until then", () => {
      const { spec } = job;
      expect(spec).toMatchObject({ ttlSecondsAfterFinished: 3600, backoffLimit: 0 });
      expect(spec.template.metadata).toMatchObject({
        annotations: { "cluster-autoscaler.kubernetes.io/safe-to-evict": "false" },
        labels: { "dagster-platform/location": "finance" },
      });
    });

    it("takes the image's own user when the location says so, and is still not root", () => {
      const { spec } = runJob({ ...LOCATION, runAsUser: null }).spec.template;
      expect(spec.securityContext).toEqual({
        runAsNonRoot: true,
        seccompProfile: { type: "RuntimeDefault" },
      });
    });
  });
}

interface RunJob {
  readonly namespace: string;
  readonly spec: {
    readonly template: {
      readonly metadata: unknown;
      readonly spec: {
        readonly securityContext: unknown;
        readonly containers: readonly [
          { readonly env: readonly { readonly name: string; readonly value?: string }[] },
        ];
      };
    };
  };
}

/** The Job that the launcher makes for a run of a location. */
function runJob(location: UserCodeValuesInput): RunJob {
  const launcher = runLauncherConfig(INSTANCE.runLauncher);
  const job = { launcher, context: contextOf(location), image: location.image };
  return askDagster({ job }) as RunJob;
}
