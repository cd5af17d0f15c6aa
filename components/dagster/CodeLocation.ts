import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { helmRelease } from "./helmRelease";
import type { UserCodeValues } from "./userCodeValues";

export interface CodeLocationArgs {
  readonly namespace: pulumi.Input<string>;
  /** Name of the location: also of the Helm release. Plain value: it is identity. */
  readonly location: string;
  /** Folder of the chart `dagster-user-deployments`. */
  readonly chart: string;
  readonly values: UserCodeValues;
}

/**
 * One code location: its code server, with all that is its own.
 *
 * Creates the Helm release (Deployment, Service, ServiceAccount), which does not wait: `Rollout` does. The pinned defs state is in
 * the pod itself.
 *
 * Holds no state: that is in the state store, and stays when the location goes. Secrets come by name.
 */
export class CodeLocation extends pulumi.ComponentResource {
  /** Name of the Helm release. */
  public readonly release: pulumi.Output<string>;

  public constructor(name: string, args: CodeLocationArgs, opts?: pulumi.ComponentResourceOptions) {
    super("dagster-platform:dagster:CodeLocation", name, {}, opts);
    const release = new k8s.helm.v3.Release(
      `${name}-release`,
      helmRelease({ ...args, name: args.location }),
      { parent: this },
    );
    this.release = release.name;
    this.registerOutputs({ release: this.release });
  }
}
