import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { NO_OUTSIDE_SERVICES, RESTRICTED_NAMESPACE_LABELS } from "./namespaceRules";
import { DENY_INGRESS } from "./networkPolicies";

/** Arguments of {@link DataNamespace}. */
export interface DataNamespaceArgs {
  /** Name of the namespace, a DNS label. Plain value: names resources. */
  readonly namespace: string;
  /**
   * Whether `pulumi destroy` leaves the namespace, and with it the volumes. Holds from the next
   * `up` on. Plain value: decides what is deleted.
   */
  readonly keep: boolean;
}

/**
 * The namespace of Postgres and of the state store. It is apart from the platform's, so that
 * `kubectl delete namespace` of that one loses no data.
 *
 * Creates a Namespace (pods have to be `restricted`), a ResourceQuota (no load balancers, no node
 * ports) and a NetworkPolicy (nobody reaches any pod, but by policies that allow it).
 * State: none itself; deleting the namespace deletes the volumes in it. No secrets.
 *
 * A namespace that was kept is there already when `up` makes it again, and the provider refuses
 * that ("already exists") unless it has `upsertExistingObjects`. Give this component a provider
 * of its own that has it: on all resources it would let a renamed one be deleted by its old name.
 * @see https://www.pulumi.com/registry/packages/kubernetes/api-docs/provider/
 * @example new DataNamespace("data", { namespace: "dagster-data", keep: true }, { provider })
 */
export class DataNamespace extends pulumi.ComponentResource {
  /** Name of the namespace. */
  readonly namespace: pulumi.Output<string>;

  constructor(name: string, args: DataNamespaceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("dagster-platform:kubernetes:DataNamespace", name, {}, opts);
    const child = { parent: this };
    const namespace = new k8s.core.v1.Namespace(
      `${name}-namespace`,
      { metadata: { name: args.namespace, labels: RESTRICTED_NAMESPACE_LABELS } },
      { parent: this, retainOnDelete: args.keep },
    );
    this.namespace = namespace.metadata.name;
    new k8s.core.v1.ResourceQuota(
      `${name}-quota`,
      {
        metadata: { name: "data", namespace: this.namespace },
        spec: { hard: NO_OUTSIDE_SERVICES },
      },
      child,
    );
    new k8s.networking.v1.NetworkPolicy(
      `${name}-deny-ingress`,
      { metadata: { name: "deny-ingress", namespace: this.namespace }, spec: DENY_INGRESS },
      child,
    );
    this.registerOutputs({ namespace: this.namespace });
  }
}
