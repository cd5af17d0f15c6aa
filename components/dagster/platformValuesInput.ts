import type { ClusterInstanceSettings } from "./instanceSettings";
import type { HelmValues } from "./mergeValues";
import type { ContainerResources } from "./resources";

/** All that decides the values of the system. */
export interface PlatformValuesInput {
  /** The same settings that `instanceConfig` gets; they name the release and its namespace. */
  readonly instance: ClusterInstanceSettings;
  /** Our ConfigMap with the key `workspace.yaml`; it has to exist before the pods. */
  readonly workspaceConfigMap: string;
  /**
   * Image of webserver and daemon, exact; it needs `dagster-postgres`, `dagster-k8s` and the
   * integration of the compute logs. `s3fs` and the like it does not need.
   * @defaultValue - Dagster's own, of the charts' version
   */
  readonly image?: string;
  /** Annotations of the system's ServiceAccount, such as the role of the cloud. @defaultValue {} */
  readonly serviceAccountAnnotations?: Readonly<Record<string, string>>;
  /** Environment of webserver and daemon. @defaultValue {} */
  readonly env?: Readonly<Record<string, string>>;
  /** Secrets by name, as environment of webserver and daemon. @defaultValue [] */
  readonly envSecrets?: readonly string[];
  /** Labels of the pods of webserver and daemon. @defaultValue {} */
  readonly labels?: Readonly<Record<string, string>>;
  /** 1 to 10. Each has its own view of the workspace: a reload has to reach all. @defaultValue 1 */
  readonly webserverReplicas?: number;
  /** Path below which the webserver answers, such as `/dagster`; no slash at the end. */
  readonly webserverPathPrefix?: string;
  /** @defaultValue - 250m, 1024 MiB */
  readonly webserverResources?: ContainerResources;
  /** @defaultValue - 250m, 1024 MiB */
  readonly daemonResources?: ContainerResources;
  /** Own values of the chart, merged last; lists are replaced. */
  readonly extraValues?: HelmValues;
}
