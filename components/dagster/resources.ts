/** What a container asks for. */
export interface ContainerResources {
  /** Kubernetes quantity: millicores (`250m`) or cores (`0.5`, `2`). A request, not a limit. */
  readonly cpu: string | number;
  /** MiB; request and limit. */
  readonly memoryMiB: number;
}

/** Kubernetes' form of {@link ContainerResources}. */
export interface ResourceRequirements {
  readonly requests: { readonly cpu: string; readonly memory: string };
  readonly limits: { readonly memory: string };
}

/**
 * Kubernetes' form of {@link ContainerResources}.
 *
 * Memory has its limit equal to its request, so that a pod is not killed for what its neighbour
 * uses. CPU has none: a limit would throttle the loading of code, and with it the probes, on a
 * node that is idle.
 */
export function resourceRequirements(resources: ContainerResources): ResourceRequirements {
  const memory = `${resources.memoryMiB}Mi`;
  return { requests: { cpu: String(resources.cpu), memory }, limits: { memory } };
}
