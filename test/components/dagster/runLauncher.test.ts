import { runLauncherConfig, runLauncherValues } from "../../../components/dagster/runLauncher";
import { deepFreeze, INSTANCE } from "./fixtures";

const LAUNCHER = INSTANCE.runLauncher;

describe("run launcher", () => {
  const config = runLauncherConfig(LAUNCHER).config ?? {};
  const run = runLauncherValues(LAUNCHER).config.k8sRunLauncher.runK8sConfig;

  it("takes the chart's names of ConfigMap and ServiceAccount", () => {
    expect(config).toMatchObject({
      job_namespace: "data",
      service_account_name: "dagster",
      instance_config_map: "dagster-instance",
      postgres_password_secret: "dagster-postgresql",
      image_pull_secrets: [{ name: "registry" }],
    });
  });

  it("gives a run that is not root a place for the default I/O manager to write", () => {
    const [mount] = run.containerConfig["volumeMounts"] as readonly [unknown];
    expect(mount).toEqual({ name: "dagster-home", mountPath: "/opt/dagster/dagster_home" });
    expect(run.podSpecConfig["volumes"]).toEqual([{ name: "dagster-home", emptyDir: {} }]);
  });

  it("keeps runs below the system, away from evictions, and their Jobs for an hour", () => {
    expect(run.podSpecConfig).toMatchObject({
      priorityClassName: "dagster-run",
      enableServiceLinks: false,
    });
    expect(run.podTemplateSpecMetadata["annotations"]).toEqual({
      "cluster-autoscaler.kubernetes.io/safe-to-evict": "false",
      "karpenter.sh/do-not-disrupt": "true",
    });
    expect(run.jobSpecConfig).toEqual({ ttlSecondsAfterFinished: 3600 });
  });

  it("has the same Kubernetes configuration in both spellings", () => {
    expect(config["run_k8s_config"]).toEqual({
      container_config: run.containerConfig,
      pod_spec_config: run.podSpecConfig,
      pod_template_spec_metadata: run.podTemplateSpecMetadata,
      job_spec_config: run.jobSpecConfig,
    });
  });

  it("leaves out what is not given", () => {
    const { imagePullSecrets, priorityClassName, ...rest } = LAUNCHER;
    const bare = runLauncherConfig(deepFreeze({ ...rest, ttlSeconds: 0 })).config ?? {};
    expect([imagePullSecrets, priorityClassName]).not.toContain(undefined);
    expect(bare).not.toHaveProperty("image_pull_secrets");
    expect(bare).not.toHaveProperty("run_k8s_config.pod_spec_config.priorityClassName");
    expect(bare).toHaveProperty("run_k8s_config.job_spec_config.ttlSecondsAfterFinished", 0);
  });
});
