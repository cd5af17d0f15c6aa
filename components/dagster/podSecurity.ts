/** Default user and group of all pods: not root, and no user of the node. */
export const DEFAULT_RUN_AS_USER = 1000;

/** `securityContext` of a pod. */
export interface PodSecurityContext {
  readonly runAsNonRoot: true;
  readonly runAsUser?: number;
  readonly runAsGroup?: number;
  readonly fsGroup?: number;
  readonly seccompProfile: { readonly type: "RuntimeDefault" };
}

/** `securityContext` of a container. */
export interface ContainerSecurityContext {
  readonly allowPrivilegeEscalation: false;
  readonly capabilities: { readonly drop: string[] };
}

/**
 * What the `restricted` Pod Security Standard asks of a container. The file system stays
 * writable: user code writes next to itself (dbt's `target/`, caches).
 * @see https://kubernetes.io/docs/concepts/security/pod-security-standards/
 */
export const RESTRICTED_CONTAINER: ContainerSecurityContext = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ["ALL"] },
};

/**
 * What the `restricted` Pod Security Standard asks of a pod.
 *
 * Most images of Dagster projects say nothing of a user, which means root: the kubelet would
 * refuse them. So a user is given; what the code writes to has to belong to it
 * (`COPY --chown=1000:1000`).
 * @param runAsUser - numeric id, 1 to 65535; `null` takes the (numeric) `USER` of the image
 */
export function restrictedPod(runAsUser: number | null = DEFAULT_RUN_AS_USER): PodSecurityContext {
  const ids = runAsUser === null ? {} : { runAsUser, runAsGroup: runAsUser, fsGroup: runAsUser };
  return { runAsNonRoot: true, ...ids, seccompProfile: { type: "RuntimeDefault" } };
}
