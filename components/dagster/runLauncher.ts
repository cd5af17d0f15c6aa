import { DAGSTER_HOME_PATH, IMAGE_PULL_POLICY, systemNames } from "./chart";
import type { ConfigurableClass } from "./configurableClass";
import type { KubernetesRunLauncher } from "./instanceSettings";
import { RESTRICTED_CONTAINER, restrictedPod } from "./podSecurity";

/** Seconds that a finished run's Job stays. */
const DEFAULT_TTL_SECONDS = 3600;

const HOME_VOLUME = "dagster-home";

/**
 * A run is not repeated by itself, so the tools that tidy nodes up have to leave its pod alone.
 * @see https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/FAQ.md
 * @see https://karpenter.sh/docs/concepts/disruption/#pod-level-controls
 */
const STAY_ANNOTATIONS = {
  "cluster-autoscaler.kubernetes.io/safe-to-evict": "false",
  "karpenter.sh/do-not-disrupt": "true",
};

/** Raw Kubernetes configuration of all run Jobs; keys below the first level are Kubernetes'. */
interface RunK8sConfig {
  readonly containerConfig: Readonly<Record<string, unknown>>;
  readonly podSpecConfig: Readonly<Record<string, unknown>>;
  readonly podTemplateSpecMetadata: Readonly<Record<string, unknown>>;
  readonly jobSpecConfig: Readonly<Record<string, unknown>>;
}

/**
 * What the platform wants of every run pod. What a location wants of its own is its container
 * context.
 *
 * The empty directory: the pod is not root, and Dagster's default I/O manager writes below
 * `DAGSTER_HOME`; without it each asset that returns a value fails with PermissionError (tried on
 * 1.13.27; webserver, daemon and code servers write nothing there).
 */
function runK8sConfig(launcher: KubernetesRunLauncher): RunK8sConfig {
  const { priorityClassName, ttlSeconds } = launcher;
  return {
    containerConfig: {
      securityContext: RESTRICTED_CONTAINER,
      volumeMounts: [{ name: HOME_VOLUME, mountPath: DAGSTER_HOME_PATH }],
    },
    podSpecConfig: {
      // 200 Services would be 1400 variables in every run.
      enableServiceLinks: false,
      ...(priorityClassName === undefined ? {} : { priorityClassName }),
      // Not root; as which user is the location's to say.
      securityContext: restrictedPod(null),
      volumes: [{ name: HOME_VOLUME, emptyDir: {} }],
    },
    podTemplateSpecMetadata: { annotations: STAY_ANNOTATIONS },
    jobSpecConfig: { ttlSecondsAfterFinished: ttlSeconds ?? DEFAULT_TTL_SECONDS },
  };
}

/** `run_launcher` of `dagster.yaml`. */
export function runLauncherConfig(launcher: KubernetesRunLauncher): ConfigurableClass {
  const names = systemNames(launcher.release);
  const run = runK8sConfig(launcher);
  const pullSecrets = (launcher.imagePullSecrets ?? []).map((name) => ({ name }));
  return {
    module: "dagster_k8s",
    class: "K8sRunLauncher",
    config: {
      load_incluster_config: true,
      job_namespace: launcher.namespace,
      image_pull_policy: IMAGE_PULL_POLICY,
      ...(pullSecrets.length === 0 ? {} : { image_pull_secrets: pullSecrets }),
      service_account_name: names.fullname,
      dagster_home: DAGSTER_HOME_PATH,
      instance_config_map: names.instanceConfigMap,
      postgres_password_secret: launcher.postgresqlSecretName,
      run_k8s_config: {
        container_config: run.containerConfig,
        pod_spec_config: run.podSpecConfig,
        pod_template_spec_metadata: run.podTemplateSpecMetadata,
        job_spec_config: run.jobSpecConfig,
      },
    },
  };
}

/** `runLauncher` of the chart. */
export interface RunLauncherValues {
  readonly type: "K8sRunLauncher";
  readonly config: {
    readonly k8sRunLauncher: {
      readonly imagePullPolicy: typeof IMAGE_PULL_POLICY;
      readonly jobNamespace: string;
      readonly runK8sConfig: RunK8sConfig;
    };
  };
}

/**
 * The same as {@link runLauncherConfig}, in the chart's keys; names of ConfigMap, Secret and
 * ServiceAccount are the chart's own.
 */
export function runLauncherValues(launcher: KubernetesRunLauncher): RunLauncherValues {
  const k8sRunLauncher = {
    imagePullPolicy: IMAGE_PULL_POLICY,
    jobNamespace: launcher.namespace,
    runK8sConfig: runK8sConfig(launcher),
  } as const;
  return { type: "K8sRunLauncher", config: { k8sRunLauncher } };
}
