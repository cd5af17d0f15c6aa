import { documentHash } from "../components/dagster/canonicalJson";
import { CODE_SERVER_PORT, systemNames, userCodeNames } from "../components/dagster/chart";
import { instanceHash } from "../components/dagster/instanceConfig";
import type { ClusterInstanceSettings } from "../components/dagster/instanceSettings";
import { platformValues } from "../components/dagster/platformValues";
import type { PlatformValues } from "../components/dagster/platformValuesTypes";
import { workspace, type Workspace } from "../components/dagster/workspace";
import type { PodIdentity } from "./cloud";
import type { PlatformConfig } from "./config";
import type { Location } from "./list/locationSchema";
import { locationValues, type DeployedLocation } from "./locationValues";
import { runsPriorityClass, SYSTEM_RELEASE, WORKSPACE_CONFIG_MAP } from "./platformNames";
import type { ReleaseRecord } from "./releaseRecord";
import type { StateStoreAccess } from "./stateStoreAccess";

/** The database of Dagster's storage, as its processes reach it. */
export interface DatabaseAccess {
  readonly host: string;
  readonly port: number;
  /** Secret of the namespace with the key `postgresql-password`. */
  readonly secretName: string;
}

/** All that decides the documents of a platform. */
export interface PlatformDocumentsInput {
  readonly config: PlatformConfig;
  readonly locations: readonly Location[];
  /** By location. */
  readonly releases: ReadonlyMap<string, ReleaseRecord>;
  readonly store: StateStoreAccess;
  readonly database: DatabaseAccess;
  /** Identities in the cloud, by name of the ServiceAccount. @defaultValue - none */
  readonly pods?: ReadonlyMap<string, Pick<PodIdentity, "annotations">>;
}

/** Every document of a platform: plain values, no resource yet. */
export interface PlatformDocuments {
  readonly system: PlatformValues;
  readonly workspace: Workspace;
  /** Hash of the workspace. */
  readonly workspaceHash: string;
  /** By name; those that have something to run. */
  readonly deployed: ReadonlyMap<string, DeployedLocation>;
  /** Names of those that were never released, sorted. */
  readonly unreleased: readonly string[];
}

/** The documents that a stack's config, list and releases make. */
export function platformDocuments(input: PlatformDocumentsInput): PlatformDocuments {
  const instance = instanceSettings(input);
  const deployed = deployedLocations(input, instance);
  const names = input.locations.map(({ name }) => name);
  const document = workspace(
    [...deployed.keys()].map((name) => ({
      name,
      host: userCodeNames(name).service,
      port: CODE_SERVER_PORT,
    })),
  );
  return {
    system: platformValues({
      instance,
      workspaceConfigMap: WORKSPACE_CONFIG_MAP,
      serviceAccountAnnotations: annotationsOf(input, systemNames(SYSTEM_RELEASE).fullname),
      envSecrets: input.store.keySecrets,
      webserverReplicas: input.config.webserverReplicas,
      extraValues: input.config.migrate ? { migrate: { enabled: true } } : {},
    }),
    workspace: document,
    workspaceHash: documentHash(document),
    deployed,
    unreleased: names.filter((name) => !deployed.has(name)).sort(),
  };
}

function instanceSettings(input: PlatformDocumentsInput): ClusterInstanceSettings {
  const { config, store, database } = input;
  return {
    storage: {
      kind: "postgres",
      host: database.host,
      port: database.port,
      database: config.postgresDatabase,
      username: config.postgresUser,
    },
    computeLogs: store.computeLogs,
    defsState: store.defsState,
    runLauncher: {
      kind: "kubernetes",
      release: SYSTEM_RELEASE,
      namespace: config.namespace,
      postgresqlSecretName: database.secretName,
      priorityClassName: runsPriorityClass(config.namespace),
      ttlSeconds: config.runJobTtlSeconds,
      imagePullSecrets: pullSecrets(config),
    },
    concurrency: { maxConcurrentRuns: config.maxConcurrentRuns },
  };
}

function pullSecrets({ imagePullSecret }: PlatformConfig): readonly string[] {
  return imagePullSecret === undefined ? [] : [imagePullSecret];
}

function deployedLocations(
  input: PlatformDocumentsInput,
  instance: ClusterInstanceSettings,
): ReadonlyMap<string, DeployedLocation> {
  const parts = {
    namespace: input.config.namespace,
    systemRelease: SYSTEM_RELEASE,
    instanceHash: instanceHash(instance),
    postgresqlSecretName: input.database.secretName,
    stateBucket: input.store.bucket,
    keySecrets: input.store.keySecrets,
    imagePullSecrets: pullSecrets(input.config),
  };
  const deployed = new Map<string, DeployedLocation>();
  const byName = [...input.locations].sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const location of byName) {
    const values = locationValues(location, input.releases.get(location.name), {
      ...parts,
      serviceAccountAnnotations: annotationsOf(input, location.name),
    });
    if (values !== undefined) deployed.set(location.name, values);
  }
  return deployed;
}

function annotationsOf(
  { pods }: PlatformDocumentsInput,
  serviceAccount: string,
): Readonly<Record<string, string>> {
  return pods?.get(serviceAccount)?.annotations ?? {};
}
