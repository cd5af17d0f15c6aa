import * as pulumi from "@pulumi/pulumi";

import { documentHash } from "../components/dagster/canonicalJson";
import {
  DAGSTER_VERSION,
  SYSTEM_IMAGE,
  systemNames,
  WEBSERVER_PORT,
} from "../components/dagster/chart";
import { CodeLocation } from "../components/dagster/CodeLocation";
import { DagsterSystem } from "../components/dagster/DagsterSystem";
import { Rollout } from "../components/dagster/Rollout";
import { rolloutPlan, type RolloutPlan } from "../components/dagster/rolloutPlan";
import { DeployAccess } from "../components/kubernetes/DeployAccess";
import { PlatformNamespace } from "../components/kubernetes/PlatformNamespace";
import type { LocalCharts } from "./chartCopy";
import type { CloudParts } from "./cloud";
import { clusterProviders } from "./clusterProvider";
import type { PlatformConfig } from "./config";
import { withImports } from "./imports";
import type { Location } from "./list/locationSchema";
import { type PlatformDocuments, platformDocuments } from "./platformDocuments";
import { runsPriorityClass, SYSTEM_RELEASE, WORKSPACE_CONFIG_MAP } from "./platformNames";
import { platformStores } from "./platformStores";
import type { ReleaseRecord } from "./releaseRecord";
import { signIn } from "./signIn";

/** All that a platform is made of; read and checked before anything is registered. */
export interface PlatformInput {
  readonly config: PlatformConfig;
  readonly stack: string;
  /** For this stack. */
  readonly locations: readonly Location[];
  /** By location. */
  readonly releases: ReadonlyMap<string, ReleaseRecord>;
  readonly charts: LocalCharts;
  /** The rollout's script, by file name. */
  readonly rolloutScript: Readonly<Record<string, string>>;
  /** Makes what a cloud gives. @defaultValue - no cloud */
  readonly makeCloud?: () => CloudParts;
}

/** Identities and stores are the cluster's own. */
const NO_CLOUD: CloudParts = { pods: new Map(), parts: [] };

/** What a stack tells its users; a contract, documented in docs/config.md. */
export interface PlatformOutputs {
  readonly namespace: string;
  /** Of Dagster; the charts have the same. */
  readonly dagsterVersion: string;
  /** Names of the locations that are deployed, sorted. */
  readonly locations: readonly string[];
  /** Names of those that wait for their first release, sorted. */
  readonly unreleased: readonly string[];
  /** Address of the webserver: that of the ingress, or inside the cluster. */
  readonly webserverUrl: string;
  /** The command that brings the webserver to this machine. */
  readonly openWebserver: string;
  /** `s3://bucket` or `gs://bucket` */
  readonly stateStore: string;
}

/**
 * The platform of one stack.
 * @throws InvalidInputError when it is to take over something that it does not have
 */
export function platform(input: PlatformInput): PlatformOutputs {
  return withImports(input.config.import, () => makePlatform(input));
}

function makePlatform(input: PlatformInput): PlatformOutputs {
  const { config } = input;
  const { cluster: provider, adopting } = clusterProviders(config);
  const namespace = new PlatformNamespace(
    "platform",
    { namespace: config.namespace, pods: podLimit(input), ...quota(config) },
    { provider: adopting },
  );
  const cloud = input.makeCloud?.() ?? NO_CLOUD;
  const stores = platformStores(config, input.stack, cloud.database, {
    ...{ provider, adopting, dependsOn: [namespace] },
  });
  const documents = platformDocuments({ ...input, ...stores, pods: cloud.pods });
  const deployed = deployedReleases(input, documents, (serviceAccount) => ({
    provider,
    dependsOn: [namespace, ...stores.secrets, ...identityOf(cloud, serviceAccount)],
  }));
  if (config.rolloutTimeoutSeconds > 0)
    new Rollout(
      "rollout",
      {
        namespace: config.namespace,
        plan: plan(config, documents),
        script: input.rolloutScript,
        image: SYSTEM_IMAGE,
      },
      { provider, dependsOn: [...deployed, ...stores.parts, ...cloud.parts] },
    );
  deployAccess(config, cloud, { provider, dependsOn: [namespace] });
  signIn(config, { provider, dependsOn: [namespace] });
  if (input.charts.version !== DAGSTER_VERSION)
    void pulumi.log.warn(
      `the chart is of ${input.charts.version}, Dagster of ${DAGSTER_VERSION}: take the chart of the same version`,
    );
  for (const name of documents.unreleased)
    void pulumi.log.warn(
      `${name}: not deployed, it has no release yet: npm run release -- ${name} --stack ${input.stack}`,
    );
  return outputs(config, documents, stores.store.url);
}

/** Options of what runs as a ServiceAccount. */
type PodOptions = (serviceAccount: string) => pulumi.ComponentResourceOptions;

function deployedReleases(
  { config, charts }: PlatformInput,
  documents: PlatformDocuments,
  optsOf: PodOptions,
): readonly pulumi.Resource[] {
  const { namespace } = config;
  const system = new DagsterSystem(
    "system",
    {
      ...{ namespace, release: SYSTEM_RELEASE, chart: charts.system, values: documents.system },
      workspaceConfigMap: WORKSPACE_CONFIG_MAP,
      workspace: documents.workspace,
    },
    optsOf(systemNames(SYSTEM_RELEASE).fullname),
  );
  const locations = [...documents.deployed].map(
    ([name, { values }]) =>
      new CodeLocation(
        name,
        { namespace, location: name, chart: charts.userCode, values },
        optsOf(name),
      ),
  );
  return [system, ...locations];
}

/** With a cloud, nothing else of the platform is in another namespace. */
function deployAccess(
  { namespace }: PlatformConfig,
  { deployer }: CloudParts,
  opts: pulumi.ComponentResourceOptions,
): void {
  if (deployer === undefined) return;
  const priorityClass = runsPriorityClass(namespace);
  const subject = { subjectKind: deployer.kind, subjectName: deployer.name };
  new DeployAccess("deploy-access", { namespaces: [namespace], priorityClass, ...subject }, opts);
}

function identityOf({ pods }: CloudParts, serviceAccount: string): readonly pulumi.Resource[] {
  const identity = pods.get(serviceAccount);
  return identity === undefined ? [] : [identity.resource];
}

function plan(config: PlatformConfig, documents: PlatformDocuments): RolloutPlan {
  const locations = [...documents.deployed].map(([name, { values, defsState }]) => ({
    ...{ name, values, defsState },
  }));
  return rolloutPlan({
    namespace: config.namespace,
    systemRelease: SYSTEM_RELEASE,
    workspaceHash: documents.workspaceHash,
    timeoutSeconds: config.rolloutTimeoutSeconds,
    valuesHash: documentHash([documents.system, locations.map(({ values }) => values)]),
    locations,
  });
}

/**
 * Pods of the system and its updates, of code servers (two each while they change) and of runs with a few steps of their own; rounded
 * up, so that it does not change with each location.
 */
function podLimit({ config, locations }: PlatformInput): number {
  const { webserverReplicas, maxConcurrentRuns } = config;
  const pods = 50 + 2 * webserverReplicas + 2 * locations.length + 10 * maxConcurrentRuns;
  return Math.ceil(pods / 100) * 100;
}

/** 0 is "no limit". */
function quota({ cloud, quotaCpu, quotaMemoryGiB }: PlatformConfig) {
  return {
    ...(quotaCpu === 0 ? {} : { quotaCpu }),
    ...(quotaMemoryGiB === 0 ? {} : { quotaMemoryGiB }),
    allowMetadata: cloud === "gcp",
  };
}

function outputs(
  { namespace, ingressHost }: PlatformConfig,
  documents: PlatformDocuments,
  stateStore: string,
): PlatformOutputs {
  const service = systemNames(SYSTEM_RELEASE).webserver;
  return {
    namespace,
    dagsterVersion: DAGSTER_VERSION,
    locations: [...documents.deployed.keys()],
    unreleased: documents.unreleased,
    webserverUrl:
      ingressHost === undefined
        ? `http://${service}.${namespace}.svc:${WEBSERVER_PORT}`
        : `https://${ingressHost}`,
    openWebserver: `kubectl --namespace ${namespace} port-forward service/${service} 3000:${WEBSERVER_PORT}`,
    stateStore,
  };
}
