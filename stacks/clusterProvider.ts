import * as k8s from "@pulumi/kubernetes";

import type { PlatformConfig } from "./config";

/** The cluster of a stack, in two ways. */
export interface ClusterProviders {
  /** For all but the namespaces. */
  readonly cluster: k8s.Provider;
  /**
   * For the namespaces: takes over what is there already, such as a namespace that somebody made for its Secrets, or the data
   * that `pulumi destroy` left. For all resources it would be wrong: what cannot change in place could not be replaced (its
   * preview applies the new one over the old one; tried with a StatefulSet).
   */
  readonly adopting: k8s.Provider;
}

/**
 * The cluster of a stack. ConfigMaps and Secrets change in place: by default the provider deletes and makes them again, and
 * for a moment a pod that starts would not find them.
 */
export function clusterProviders(config: PlatformConfig): ClusterProviders {
  const args = {
    ...(config.kubeContext === undefined ? {} : { context: config.kubeContext }),
    enableConfigMapMutable: true,
    enableSecretMutable: true,
  };
  return {
    cluster: new k8s.Provider("cluster", args),
    adopting: new k8s.Provider("cluster-adopting", { ...args, upsertExistingObjects: true }),
  };
}
