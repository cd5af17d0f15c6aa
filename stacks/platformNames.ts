import type { PlatformConfig } from "./config";

/** Helm release of the system; Kubernetes names are made of it. */
export const SYSTEM_RELEASE = "dagster";

/** ConfigMap with the workspace. */
export const WORKSPACE_CONFIG_MAP = "dagster-workspace";

/** The namespace of Postgres and of the state store in the cluster: deleting the other one loses nothing. */
export function dataNamespace(namespace: string): string {
  return `${namespace}-data`;
}

/**
 * Bucket of the state store. On a cloud the default has the account or the project in it, as names are shared by all customers; a store
 * in the cluster is on its own.
 */
export function stateBucketName(
  config: Pick<PlatformConfig, "stateBucket" | "cloud" | "awsAccountId" | "gcpProject">,
  stack: string,
): string {
  if (config.stateBucket !== undefined) return config.stateBucket;
  const owner = config.cloud === "aws" ? config.awsAccountId : config.gcpProject;
  return owner === undefined ? `dagster-platform-${stack}` : `dagster-${stack}-${owner}`;
}

/** PriorityClass of the runs, as `PlatformNamespace` makes it. */
export function runsPriorityClass(namespace: string): string {
  return `${namespace}-runs`;
}
