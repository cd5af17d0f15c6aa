import type { CodeSource } from "./codeServer";
import type { HelmValues } from "./mergeValues";
import type { ContainerResources } from "./resources";

/** All that decides the values of one location. */
export interface UserCodeValuesInput {
  /** DNS label, up to 31 characters: also the name of the Service, with no prefix. */
  readonly name: string;
  readonly codeSource: CodeSource;
  /** Exact image, by tag or digest; runs get the same one. */
  readonly image: string;
  /** Namespace of the code server and of its runs. */
  readonly namespace: string;
  /** ConfigMap with `dagster.yaml`: `systemNames(release).instanceConfigMap`. */
  readonly instanceConfigMap: string;
  /** Hash of that document (`instanceHash`). */
  readonly instanceHash: string;
  /** Secret with the key `postgresql-password`. */
  readonly postgresqlSecretName: string;
  /** The pinned defs state (`pinnedDefsState`); at most 200 KiB. */
  readonly pin: string;
  /** Bucket of the state store. */
  readonly stateBucket: string;
  /** Prefix of the location's defs state. @defaultValue - `defs-state/<name>` */
  readonly statePrefix?: string;
  readonly serviceAccount: {
    readonly name: string;
    /** False when the ServiceAccount is made elsewhere. @defaultValue true */
    readonly create?: boolean;
    /** Such as the role of the cloud. @defaultValue {} */
    readonly annotations?: Readonly<Record<string, string>>;
  };
  /** Secrets by name; all their keys become environment of code server and runs. @defaultValue [] */
  readonly secrets?: readonly string[];
  /** Environment of code server and runs. @defaultValue {} */
  readonly env?: Readonly<Record<string, string>>;
  /** Of the code server. */
  readonly resources: ContainerResources;
  /** Of the runs. @defaultValue - as `resources` */
  readonly runResources?: ContainerResources;
  /** Labels of the pods of code server and runs. @defaultValue {} */
  readonly labels?: Readonly<Record<string, string>>;
  /** Secrets for pulling images, by name. @defaultValue [] */
  readonly imagePullSecrets?: readonly string[];
  /** Numeric user of all pods; `null` takes the image's own. @defaultValue 1000 */
  readonly runAsUser?: number | null;
  /**
   * Whether code may make Kubernetes Jobs (`k8s_job_executor`). That right reaches every Secret
   * and ServiceAccount of the namespace.
   * @defaultValue false
   */
  readonly mayLaunchJobs?: boolean;
  /** Seconds that the code may take to load, 3 to 3600. @defaultValue 300 */
  readonly startupTimeoutSeconds?: number;
  /** Raw Kubernetes configuration of the runs, merged last into `run_k8s_config`. */
  readonly extraRunConfig?: HelmValues;
  /**
   * Own values of the chart, merged last; lists are replaced. Of `deployments` the one entry is
   * merged into ours. They change the code server alone: for runs there is `extraRunConfig`.
   */
  readonly extraValues?: HelmValues;
}
