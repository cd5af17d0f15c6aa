import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { quotaLimits, RESTRICTED_NAMESPACE_LABELS } from "./namespaceRules";
import { platformNetworkPolicies } from "./networkPolicies";

/** Arguments of {@link PlatformNamespace}. */
export interface PlatformNamespaceArgs {
  /** Name of the namespace, a DNS label of at most 58 characters. Plain value: names resources. */
  readonly namespace: string;
  /** Pods that may be there unfinished, from 1: system, code servers and runs. Plain value. */
  readonly pods: number;
  /**
   * Cores that all pods may request, from 1. Plain value: decides whether there is a limit.
   * @defaultValue - no limit
   */
  readonly quotaCpu?: number;
  /**
   * Memory that all pods may request, in GiB, from 1. Plain value: decides whether there is a
   * limit.
   * @defaultValue - no limit
   */
  readonly quotaMemoryGiB?: number;
  /**
   * Whether locations' pods may ask the node's metadata server. GKE's workload identity needs it
   * and guards the node's own identity by itself; elsewhere it hands that identity out. Plain
   * value: decides which resources exist.
   * @defaultValue false
   */
  readonly allowMetadata?: boolean;
}

const DEFAULTS = {
  allowMetadata: false,
  /** Of a container that says nothing: a quota refuses it otherwise. No limits. */
  requests: { cpu: "50m", memory: "128Mi" },
} as const;

/**
 * Below 0, the priority of pods that have no class; not below -10, from where on the cluster
 * autoscaler adds no nodes for a pod.
 * @see https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/FAQ.md
 */
const RUNS_PRIORITY = -1;

/**
 * The namespace of system, locations and runs.
 *
 * Creates a Namespace (pods have to be `restricted`), a ResourceQuota (no load balancers, no node
 * ports, a bound of pods), a LimitRange (requests of containers that say nothing), a PriorityClass
 * `<namespace>-runs` and the NetworkPolicies of `platformNetworkPolicies`, which need a network
 * that enforces them. State: none. No secrets.
 * @example new PlatformNamespace("platform", { namespace: "dagster", pods: 100 })
 */
export class PlatformNamespace extends pulumi.ComponentResource {
  /** Name of the namespace. */
  readonly namespace: pulumi.Output<string>;
  /** PriorityClass of run pods: they never push the system aside, and give way to it. */
  readonly runsPriorityClass: pulumi.Output<string>;

  constructor(name: string, args: PlatformNamespaceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("dagster-platform:kubernetes:PlatformNamespace", name, {}, opts);
    const child = { parent: this };
    const namespace = new k8s.core.v1.Namespace(
      `${name}-namespace`,
      { metadata: { name: args.namespace, labels: RESTRICTED_NAMESPACE_LABELS } },
      child,
    );
    this.namespace = namespace.metadata.name;
    const hard = quotaLimits(args);
    new k8s.core.v1.ResourceQuota(
      `${name}-quota`,
      { metadata: { name: "platform", namespace: this.namespace }, spec: { hard } },
      child,
    );
    const requests = { type: "Container", defaultRequest: DEFAULTS.requests };
    new k8s.core.v1.LimitRange(
      `${name}-default-requests`,
      {
        metadata: { name: "default-requests", namespace: this.namespace },
        spec: { limits: [requests] },
      },
      child,
    );
    const priorityClass = new k8s.scheduling.v1.PriorityClass(
      `${name}-runs-priority`,
      runsPriorityClass(args.namespace),
      child,
    );
    this.runsPriorityClass = priorityClass.metadata.name;
    const policies = platformNetworkPolicies(args.allowMetadata ?? DEFAULTS.allowMetadata);
    for (const [role, spec] of Object.entries(policies)) {
      const metadata = { name: role, namespace: this.namespace };
      new k8s.networking.v1.NetworkPolicy(`${name}-${role}`, { metadata, spec }, child);
    }
    this.registerOutputs({
      namespace: this.namespace,
      runsPriorityClass: this.runsPriorityClass,
    });
  }
}

function runsPriorityClass(namespace: string): k8s.scheduling.v1.PriorityClassArgs {
  return {
    metadata: { name: `${namespace}-runs` },
    description: "Dagster's runs: they wait for room and give way to the system.",
    value: RUNS_PRIORITY,
    preemptionPolicy: "Never",
    globalDefault: false,
  };
}
