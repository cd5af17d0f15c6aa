import { sortedEntries } from "./canonicalJson";
import { IMAGE_PULL_POLICY } from "./chart";
import { mergeValues, type HelmValues } from "./mergeValues";
import { restrictedPod } from "./podSecurity";
import type { ContainerResources, ResourceRequirements } from "./resources";
import { resourceRequirements } from "./resources";

/** An environment variable of a container. */
export interface EnvVar {
  readonly name: string;
  readonly value: string;
}

/** What a location wants of its run pods. */
export interface ContainerContextInput {
  readonly namespace: string;
  readonly serviceAccountName: string;
  /** Secrets by name, all keys as environment. */
  readonly secrets: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly resources: ContainerResources;
  /** Secrets for pulling images, by name. */
  readonly imagePullSecrets: readonly string[];
  /** See `restrictedPod`. */
  readonly runAsUser: number | null | undefined;
  /** Whether a run may make Jobs of its own (`k8s_job_executor`). */
  readonly mayLaunchJobs: boolean;
  /** Merged last into `run_k8s_config`. */
  readonly extraRunConfig: HelmValues | undefined;
}

/** Dagster's container context, with the keys that we set. */
export interface ContainerContext {
  readonly k8s: {
    readonly namespace: string;
    readonly service_account_name: string;
    readonly image_pull_policy: typeof IMAGE_PULL_POLICY;
    readonly image_pull_secrets: readonly { readonly name: string }[];
    readonly env_secrets: readonly string[];
    readonly env: readonly EnvVar[];
    readonly labels: Readonly<Record<string, string>>;
    readonly resources: ResourceRequirements;
    readonly run_k8s_config: { readonly pod_spec_config: Readonly<Record<string, unknown>> };
  };
}

/**
 * What a location wants of its run pods; the launcher merges it over the platform's own wishes.
 *
 * The chart can derive one from the code server's values, but then runs get the code server's
 * resources, and its pin volume, annotations and environment; so we give our own. The image needs
 * no mention: runs take the code server's (`DAGSTER_CURRENT_IMAGE`).
 * @see dagster_k8s/container_context.py and dagster_k8s/job.py, 1.13.27
 */
export function containerContext(input: ContainerContextInput): ContainerContext {
  const podSpecConfig = {
    automountServiceAccountToken: input.mayLaunchJobs,
    securityContext: restrictedPod(input.runAsUser),
  };
  return {
    k8s: {
      namespace: input.namespace,
      service_account_name: input.serviceAccountName,
      image_pull_policy: IMAGE_PULL_POLICY,
      image_pull_secrets: input.imagePullSecrets.map((name) => ({ name })),
      env_secrets: [...input.secrets],
      env: envVars(input.env),
      labels: Object.fromEntries(sortedEntries(input.labels)),
      resources: resourceRequirements(input.resources),
      run_k8s_config: mergeValues({ pod_spec_config: podSpecConfig }, input.extraRunConfig),
    },
  };
}

/** Variables by name, as Kubernetes has them. */
export function envVars(env: Readonly<Record<string, string>>): readonly EnvVar[] {
  return sortedEntries(env).map(([name, value]) => ({ name, value }));
}

/**
 * Text that Kubernetes leaves as it is. In the value of a variable, `$(NAME)` is replaced by the
 * variables before it (the database password is one of them) and `$$` by `$`.
 * @see https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/
 */
export function literalEnvValue(text: string): string {
  return text.replaceAll("$", "$$$$");
}
