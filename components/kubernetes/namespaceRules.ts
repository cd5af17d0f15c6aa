/**
 * Labels that make the namespace refuse pods which are not `restricted`, and say so to whoever
 * applies a Deployment of such pods.
 * @see https://kubernetes.io/docs/concepts/security/pod-security-admission/
 */
export const RESTRICTED_NAMESPACE_LABELS = {
  "pod-security.kubernetes.io/enforce": "restricted",
  "pod-security.kubernetes.io/enforce-version": "latest",
  "pod-security.kubernetes.io/warn": "restricted",
  "pod-security.kubernetes.io/warn-version": "latest",
};

/** No Service that opens a port to the outside: Dagster has no login. */
export const NO_OUTSIDE_SERVICES = { "services.loadbalancers": "0", "services.nodeports": "0" };

/** What the pods of a namespace may use in all. */
export interface QuotaInput {
  /** Pods that are not finished. */
  readonly pods: number;
  /** Cores that all pods may request. */
  readonly quotaCpu?: number;
  /** Memory that all pods may request, in GiB. */
  readonly quotaMemoryGiB?: number;
}

/** `hard` of a ResourceQuota. */
export function quotaLimits(input: QuotaInput): Record<string, string> {
  const { pods, quotaCpu, quotaMemoryGiB } = input;
  return {
    ...NO_OUTSIDE_SERVICES,
    pods: String(pods),
    ...(quotaCpu === undefined ? {} : { "requests.cpu": String(quotaCpu) }),
    ...(quotaMemoryGiB === undefined ? {} : { "requests.memory": `${quotaMemoryGiB}Gi` }),
  };
}

/**
 * Annotation of a Service whose server is waited for besides: the provider waits ten seconds for its endpoints to settle.
 */
export const SKIP_AWAIT = { "pulumi.com/skipAwait": "true" };
