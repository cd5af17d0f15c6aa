import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { ROLLOUT_ACCOUNT, rolloutFiles, rolloutJob, ROLLOUT_RULES } from "./rolloutJob";
import type { RolloutPlan } from "./rolloutPlan";

export interface RolloutArgs {
  readonly namespace: pulumi.Input<string>;
  /** What has to be true in the end. Plain value: a new one makes a new Job. */
  readonly plan: RolloutPlan;
  /** The script by file name, with `main.py` to start. Plain value, as the plan. */
  readonly script: Readonly<Record<string, string>>;
  /** Image with Python 3.10 or newer; the system's own. */
  readonly image: string;
}

/**
 * The end of an update: makes webserver and daemon see the workspace without a restart, waits until all locations are served
 * as wanted, and fails with the reason of each that is not.
 *
 * Creates
 * - a ServiceAccount with a Role (see `ROLLOUT_RULES`) and its binding;
 * - a ConfigMap with script and plan, and a Job. Both are replaced when anything is to be rolled out, and not otherwise; the Job also
 *   by the next update when it failed. The engine names them: with a name of ours, a change that is taken back after an update that
 *   failed would meet what that update had not yet deleted (tried).
 *
 * Holds no state and no secret.
 */
export class Rollout extends pulumi.ComponentResource {
  /** Name of the Job, for `kubectl logs`. */
  public readonly job: pulumi.Output<string>;

  public constructor(name: string, args: RolloutArgs, opts?: pulumi.ComponentResourceOptions) {
    super("dagster-platform:dagster:Rollout", name, {}, opts);
    const { namespace } = args;
    const parent = { parent: this };
    const metadata = { name: ROLLOUT_ACCOUNT, namespace };
    const account = new k8s.core.v1.ServiceAccount(
      `${name}-account`,
      { metadata, automountServiceAccountToken: false },
      parent,
    );
    const role = new k8s.rbac.v1.Role(`${name}-role`, { metadata, rules: ROLLOUT_RULES }, parent);
    const binding = new k8s.rbac.v1.RoleBinding(
      `${name}-binding`,
      {
        metadata,
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: role.metadata.name },
        subjects: [{ kind: "ServiceAccount", name: account.metadata.name, namespace }],
      },
      parent,
    );
    const config = new k8s.core.v1.ConfigMap(
      `${name}-config`,
      { metadata: { namespace }, immutable: true, data: rolloutFiles(args) },
      parent,
    );
    const job = new k8s.batch.v1.Job(
      `${name}-job`,
      rolloutJob({ ...args, config: config.metadata.name, account: account.metadata.name }),
      { ...parent, dependsOn: [binding] },
    );
    this.job = job.metadata.name;
    this.registerOutputs({ job: this.job });
  }
}
