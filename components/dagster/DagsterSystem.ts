import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { WORKSPACE_FILE } from "./chart";
import { helmRelease } from "./helmRelease";
import type { PlatformValues } from "./platformValuesTypes";
import type { Workspace } from "./workspace";

export interface DagsterSystemArgs {
  readonly namespace: pulumi.Input<string>;
  /** Helm release; Kubernetes names are made of it. Plain value: it is identity. */
  readonly release: string;
  /** Folder of the chart `dagster`. */
  readonly chart: string;
  readonly values: PlatformValues;
  /** Name of the ConfigMap with the workspace, as in `values`. */
  readonly workspaceConfigMap: string;
  readonly workspace: Workspace;
}

/**
 * Webserver, daemon, instance config and run launcher, without any user code.
 *
 * Creates
 * - the ConfigMap of the workspace, which changes in place: the chart mounts it as a folder, so nothing restarts;
 * - the Helm release, which does not wait: `Rollout` does, for system and locations alike.
 *
 * Holds no state: runs are in Postgres. Secrets come by name.
 */
export class DagsterSystem extends pulumi.ComponentResource {
  /** Name of the ConfigMap with `workspace.yaml`. */
  public readonly workspaceConfigMap: pulumi.Output<string>;

  public constructor(
    name: string,
    args: DagsterSystemArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("dagster-platform:dagster:DagsterSystem", name, {}, opts);
    const workspace = new k8s.core.v1.ConfigMap(
      `${name}-workspace`,
      {
        metadata: { name: args.workspaceConfigMap, namespace: args.namespace },
        // JSON is YAML.
        data: { [WORKSPACE_FILE]: JSON.stringify(args.workspace, null, 2) },
      },
      { parent: this },
    );
    new k8s.helm.v3.Release(`${name}-release`, helmRelease({ ...args, name: args.release }), {
      parent: this,
      dependsOn: [workspace],
    });
    this.workspaceConfigMap = workspace.metadata.name;
    this.registerOutputs({ workspaceConfigMap: this.workspaceConfigMap });
  }
}
