import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { PIN_FILE } from "./chart";
import { helmRelease } from "./helmRelease";
import type { UserCodeValues } from "./userCodeValues";

export interface CodeLocationArgs {
  readonly namespace: pulumi.Input<string>;
  /** Name of the location: also of the Helm release. Plain value: it is identity. */
  readonly location: string;
  /** Folder of the chart `dagster-user-deployments`. */
  readonly chart: string;
  readonly values: UserCodeValues;
  /** The pinned defs state: name of its ConfigMap, as in `values`, and text of the pin file. */
  readonly pin: { readonly configMap: string; readonly text: string };
}

/**
 * One code location: its code server, with all that is its own.
 *
 * Creates
 * - the ConfigMap with the pinned defs state, named by its content: during a rollout the old pod still has the old one,
 *   also when it starts anew on another node; it goes when the update has succeeded;
 * - the Helm release (Deployment, Service, ServiceAccount), which does not wait: `Rollout` does.
 *
 * Holds no state: that is in the state store, and stays when the location goes. Secrets come by name.
 */
export class CodeLocation extends pulumi.ComponentResource {
  /** Name of the Helm release. */
  public readonly release: pulumi.Output<string>;

  public constructor(name: string, args: CodeLocationArgs, opts?: pulumi.ComponentResourceOptions) {
    super("dagster-platform:dagster:CodeLocation", name, {}, opts);
    const pin = new k8s.core.v1.ConfigMap(
      `${name}-pin`,
      {
        metadata: { name: args.pin.configMap, namespace: args.namespace },
        immutable: true,
        data: { [PIN_FILE]: args.pin.text },
      },
      { parent: this },
    );
    const release = new k8s.helm.v3.Release(
      `${name}-release`,
      helmRelease({ ...args, name: args.location }),
      { parent: this, dependsOn: [pin] },
    );
    this.release = release.name;
    this.registerOutputs({ release: this.release });
  }
}
