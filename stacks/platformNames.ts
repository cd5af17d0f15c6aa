/** Helm release of the system; Kubernetes names are made of it. */
export const SYSTEM_RELEASE = "dagster";

/** ConfigMap with the workspace. */
export const WORKSPACE_CONFIG_MAP = "dagster-workspace";

/** The namespace of Postgres and of the state store in the cluster: deleting the other one loses nothing. */
export function dataNamespace(namespace: string): string {
  return `${namespace}-data`;
}

/** Bucket of the state store when the config names none. */
export function defaultStateBucket(stack: string): string {
  return `dagster-platform-${stack}`;
}

/** PriorityClass of the runs, as `PlatformNamespace` makes it. */
export function runsPriorityClass(namespace: string): string {
  return `${namespace}-runs`;
}
