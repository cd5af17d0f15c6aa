import { canonicalJson, sortedEntries } from "./canonicalJson";
import {
  CODE_SERVER_PORT,
  DAGSTER_HOME_PATH,
  INSTANCE_ANNOTATION,
  PIN_ANNOTATION,
  PIN_FILE,
  PIN_MOUNT_PATH,
} from "./chart";
import { codeServerArguments, type CodeServerProbes, codeServerProbes } from "./codeServer";
import { containerContext, type EnvVar, envVars, literalEnvValue } from "./containerContext";
import { defsStateEnvironment, defsStateRoot } from "./defsStateEnvironment";
import { type ImageValues, imageValues } from "./image";
import { type HelmValues, isMap, mergeValues } from "./mergeValues";
import {
  type ContainerSecurityContext,
  type PodSecurityContext,
  RESTRICTED_CONTAINER,
  restrictedPod,
} from "./podSecurity";
import { type ResourceRequirements, resourceRequirements } from "./resources";
import type { UserCodeValuesInput } from "./userCodeValuesInput";

/** How long code may take to load. */
const DEFAULT_STARTUP_TIMEOUT_SECONDS = 300;

interface NamedRef {
  readonly name: string;
}

/** A volume with one file, from an annotation of the pod. */
interface PinVolume {
  readonly name: string;
  readonly downwardAPI: {
    readonly items: readonly [
      { readonly path: string; readonly fieldRef: { readonly fieldPath: string } },
    ];
  };
}

/** One entry of `deployments`. */
interface UserDeployment extends CodeServerProbes {
  readonly name: string;
  readonly image: ImageValues;
  readonly dagsterApiGrpcArgs: readonly string[];
  readonly port: number;
  readonly includeConfigInLaunchedRuns: { readonly enabled: false };
  readonly env: readonly EnvVar[];
  readonly envSecrets: readonly NamedRef[];
  readonly volumes: readonly [PinVolume];
  readonly volumeMounts: readonly {
    readonly name: string;
    readonly mountPath: string;
    readonly readOnly: true;
  }[];
  readonly annotations: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly resources: ResourceRequirements;
  readonly podSecurityContext: PodSecurityContext;
  readonly securityContext: ContainerSecurityContext;
  readonly deploymentStrategy: {
    readonly type: "RollingUpdate";
    readonly rollingUpdate: { readonly maxSurge: 1; readonly maxUnavailable: 0 };
  };
}

/** Values of the chart `dagster-user-deployments`: all keys that we set, and no other. */
export interface UserCodeValues {
  readonly global: {
    readonly dagsterHome: string;
    readonly dagsterInstanceConfigMap: string;
    readonly postgresqlSecretName: string;
    readonly celeryConfigSecretName: "";
  };
  readonly fullnameOverride: string;
  readonly celeryConfigSecretName: "";
  readonly includeInstance: true;
  readonly imagePullSecrets: readonly NamedRef[];
  readonly serviceAccount: {
    readonly create: boolean;
    readonly name: string;
    readonly annotations: Readonly<Record<string, string>>;
  };
  readonly rbacEnabled: boolean;
  readonly deployments: readonly [UserDeployment];
}

/**
 * Values of the chart `dagster-user-deployments` for one location, in a release of its own.
 * There is nothing of a cloud in them but what the input brings.
 *
 * `global.serviceAccountName` is left alone: it would win over the location's own.
 * @throws Error for an input that the list refuses
 */
export function userCodeValues(input: UserCodeValuesInput): UserCodeValues {
  const { deployments, ...extraValues } = input.extraValues ?? {};
  const { create, name, annotations } = input.serviceAccount;
  const values: UserCodeValues = {
    global: {
      dagsterHome: DAGSTER_HOME_PATH,
      // The chart's default is a name that does not exist in a separate release.
      dagsterInstanceConfigMap: input.instanceConfigMap,
      postgresqlSecretName: input.postgresqlSecretName,
      celeryConfigSecretName: "",
    },
    // The chart's own, `<release>-dagster-user-deployments`, leaves too little of a label's 63 characters.
    fullnameOverride: input.name,
    // Both: the global one wins only when it is not empty.
    celeryConfigSecretName: "",
    includeInstance: true,
    imagePullSecrets: (input.imagePullSecrets ?? []).map((secret) => ({ name: secret })),
    serviceAccount: { create: create ?? true, name, annotations: annotations ?? {} },
    // Who may create Jobs may create one with any ServiceAccount and any Secret of the namespace.
    rbacEnabled: input.mayLaunchJobs ?? false,
    deployments: [mergeValues(userDeployment(input), extraDeployment(deployments))],
  };
  return mergeValues(values, extraValues);
}

/**
 * The pin as a file. It stands in the pod itself, so image and state go forward and back as one, by us, by Helm and by Kubernetes. A
 * ConfigMap would either be gone when an old pod starts anew during a rollout, or, kept until its end, be in the way when the
 * release is rolled back after a rollout that failed (tried).
 */
function pinVolume(name: string): PinVolume {
  const fieldPath = `metadata.annotations['${PIN_ANNOTATION}']`;
  return { name, downwardAPI: { items: [{ path: PIN_FILE, fieldRef: { fieldPath } }] } };
}

/** The user's own values of the one deployment. A list would replace it; that is never meant. */
function extraDeployment(deployments: unknown): HelmValues | undefined {
  if (deployments === undefined) return undefined;
  const [only, another] = Array.isArray(deployments) ? (deployments as readonly unknown[]) : [];
  if (!isMap(only) || another !== undefined) {
    throw new Error("extraValues.deployments: a location has exactly one deployment");
  }
  return only;
}

function userDeployment(input: UserCodeValuesInput): UserDeployment {
  const pin = "defs-state-pin";
  return {
    name: input.name,
    image: imageValues(input.image),
    dagsterApiGrpcArgs: codeServerArguments(input.codeSource),
    port: CODE_SERVER_PORT,
    // Runs get the container context that is in the environment instead.
    includeConfigInLaunchedRuns: { enabled: false },
    env: codeServerEnv(input),
    envSecrets: (input.secrets ?? []).map((name) => ({ name })),
    volumes: [pinVolume(pin)],
    volumeMounts: [{ name: pin, mountPath: PIN_MOUNT_PATH, readOnly: true }],
    annotations: {
      [INSTANCE_ANNOTATION]: input.instanceHash,
      [PIN_ANNOTATION]: input.pin,
    },
    labels: Object.fromEntries(sortedEntries(input.labels ?? {})),
    resources: resourceRequirements(input.resources),
    podSecurityContext: restrictedPod(input.runAsUser),
    securityContext: RESTRICTED_CONTAINER,
    ...codeServerProbes(input.startupTimeoutSeconds ?? DEFAULT_STARTUP_TIMEOUT_SECONDS),
    // The new pod joins the Service when its code is loaded, and the old one leaves it then.
    deploymentStrategy: {
      type: "RollingUpdate",
      rollingUpdate: { maxSurge: 1, maxUnavailable: 0 },
    },
  };
}

/**
 * The environment of the code server. What the platform sets stands last: a location cannot
 * change it by its list entry.
 */
function codeServerEnv(input: UserCodeValuesInput): readonly EnvVar[] {
  const state = { bucket: input.stateBucket, location: input.name, prefix: input.statePrefix };
  const context = containerContext({
    namespace: input.namespace,
    serviceAccountName: input.serviceAccount.name,
    secrets: input.secrets ?? [],
    // No pin: a run loads the versions that its execution plan names.
    env: { ...input.env, ...defsStateRoot(state) },
    labels: input.labels ?? {},
    resources: input.runResources ?? input.resources,
    imagePullSecrets: input.imagePullSecrets ?? [],
    runAsUser: input.runAsUser,
    mayLaunchJobs: input.mayLaunchJobs ?? false,
    extraRunConfig: input.extraRunConfig,
  });
  return envVars({
    ...input.env,
    ...defsStateEnvironment(state),
    // Read by `dagster api grpc --container-context`.
    DAGSTER_CONTAINER_CONTEXT: literalEnvValue(canonicalJson(context)),
  });
}
