import { Provider } from "@pulumi/gcp/provider";
import type * as pulumi from "@pulumi/pulumi";

import { CiPool } from "../components/gcp/CiPool";
import {
  ciPoolId,
  imageRepositoryId,
  imageRepositoryName,
  serviceAccountAnnotations,
  serviceAccountEmail,
  serviceAccountId,
  systemServiceAccountId,
} from "../components/gcp/gcpNames";
import { LocationAccess } from "../components/gcp/LocationAccess";
import { PlatformAccess } from "../components/gcp/PlatformAccess";
import { StateBucket } from "../components/gcp/StateBucket";
import { type StateRoleNames, StateRoles } from "../components/gcp/StateRoles";
import { systemNames } from "../components/dagster/chart";
import { POSTGRES_PORT } from "../components/kubernetes/postgresPod";
import { allOf } from "./allOf";
import { locationArgs, platformRepository } from "./ciRepositories";
import type { CloudInput, CloudParts, PodIdentity } from "./cloud";
import { gcpDatabase } from "./gcpDatabase";
import { type GivenCluster, givenCluster, imageRepositories, lookUpGiven } from "./gcpLookups";
import { ciTrusts, databaseName, type GcpSettings, gcpSettings } from "./gcpSettings";
import type { Location } from "./list/locationSchema";
import { SYSTEM_RELEASE } from "./platformNames";

/** How long what was deleted for good can be restored. */
const SOFT_DELETE_DAYS = 30;

/** What everything here is made with. */
interface GcpContext {
  readonly input: CloudInput;
  readonly settings: GcpSettings;
  readonly roles: StateRoleNames;
  readonly repositories: ReadonlySet<string>;
  readonly opts: pulumi.ComponentResourceOptions;
}

/** All that a stack needs of Google Cloud; the cluster is given. */
export async function gcpCloud(input: CloudInput): Promise<() => CloudParts> {
  const settings = gcpSettings(input.config, input.stack);
  const provider = new Provider("gcp", {
    ...{ project: settings.project, region: settings.region },
    defaultLabels: { "dagster-platform": input.stack },
  });
  const [cluster, repositories] = await allOf([
    givenCluster(settings, { provider }),
    imageRepositories(settings, { provider }),
    ...lookUpGiven(input, { provider }),
  ]);
  return () => makeGcp(input, settings, { cluster, repositories }, provider);
}

/** What is there already. */
interface Found {
  readonly cluster: GivenCluster;
  /** Image repositories, by their full names. */
  readonly repositories: ReadonlySet<string>;
}

function makeGcp(
  input: CloudInput,
  settings: GcpSettings,
  { cluster, repositories }: Found,
  provider: Provider,
): CloudParts {
  const { stack } = input;
  const { project } = settings;
  const pool = new CiPool(
    "ci",
    { project, poolId: ciPoolId(stack), ...ciTrusts(input) },
    { provider },
  );
  const roles = new StateRoles("state-roles", { project, stack }, { provider });
  const shared = [pool, roles, ...stateBuckets(input, settings, { provider })];
  const database = gcpDatabase(input, settings, cluster, { provider });
  const context = {
    input,
    settings,
    repositories,
    roles: roles.names,
    opts: { provider, dependsOn: shared },
  };
  const system = platformAccess(context);
  const identities = podIdentities(context, system, shared);
  const made = [...shared, ...[...identities.values()].map(({ resource }) => resource)];
  const deployer = { kind: "User", name: system.deployMember } as const;
  if (database === undefined) return { deployer, pods: identities, parts: made };
  const { address: ipAddress, password } = database;
  return {
    ...{ deployer, pods: identities },
    parts: [...made, database],
    database: { ipAddress, port: POSTGRES_PORT, password },
  };
}

/** By name of the ServiceAccount: those of the system, and of each location. */
function podIdentities(
  context: GcpContext,
  system: PlatformAccess,
  shared: readonly pulumi.Resource[],
): Map<string, PodIdentity> {
  const { input, settings, opts } = context;
  const account = serviceAccountEmail(settings.project, systemServiceAccountId(settings.stack));
  // The folder of the runs' output is shared, and is made with the platform's own access.
  const waits = { ...context, opts: { ...opts, dependsOn: [...shared, system] } };
  return new Map([
    [
      systemNames(SYSTEM_RELEASE).fullname,
      { annotations: serviceAccountAnnotations(account), resource: system },
    ],
    ...input.locations.map(
      (location) => [location.name, locationIdentity(location, waits)] as const,
    ),
  ]);
}

function stateBuckets(
  { config }: CloudInput,
  { project, region, bucket, kmsKeyName }: GcpSettings,
  opts: pulumi.ComponentResourceOptions,
): readonly pulumi.Resource[] {
  if (config.adopt.includes("stateBucket")) return [];
  const { computeLogsDays, branchDays, oldVersionDays, stateAccessLogsBucket } = config;
  const args = {
    ...{ bucket, project, location: region, softDeleteDays: SOFT_DELETE_DAYS },
    ...{ computeLogsDays, branchDays, oldVersionDays },
    ...(kmsKeyName === undefined ? {} : { kmsKeyName }),
    ...(stateAccessLogsBucket === undefined ? {} : { accessLogsBucket: stateAccessLogsBucket }),
  };
  return [new StateBucket("state", args, opts)];
}

function platformAccess({ input, settings, roles, opts }: GcpContext): PlatformAccess {
  const { config, locations } = input;
  const { stack, project, projectNumber, bucket, gkeCluster } = settings;
  const projectRoles = [...new Set(locations.flatMap(({ access }) => access.gcp))].sort();
  return new PlatformAccess(
    "platform-access",
    {
      ...{ stack, project, projectNumber, bucket, gkeCluster, roles, projectRoles },
      poolId: ciPoolId(stack),
      repository: platformRepository(config),
      branch: config.platformBranch,
      namespace: config.namespace,
      serviceAccount: systemNames(SYSTEM_RELEASE).fullname,
      ...(config.postgresHost === undefined ? { databaseInstance: databaseName(stack) } : {}),
    },
    opts,
  );
}

function locationIdentity(
  location: Location,
  { input, settings, roles, repositories, opts }: GcpContext,
): PodIdentity {
  const { config } = input;
  const { stack, project, projectNumber, region, bucket, images } = settings;
  const { gcp: projectRoles, gcpServiceAccount } = location.access;
  const released = imageRepositoryName(settings, imageRepositoryId(stack, location.name));
  const resource = new LocationAccess(
    `${location.name}-access`,
    {
      ...{ stack, project, projectNumber, region, bucket, images, roles, projectRoles },
      poolId: ciPoolId(stack),
      ...locationArgs(location, config, repositories.has(released)),
      namespace: config.namespace,
      ...(gcpServiceAccount === undefined ? {} : { serviceAccountEmail: gcpServiceAccount }),
      ...(settings.kmsKeyName === undefined ? {} : { kmsKeyName: settings.kmsKeyName }),
    },
    opts,
  );
  const made = serviceAccountEmail(project, serviceAccountId(stack, location.name));
  return { annotations: serviceAccountAnnotations(gcpServiceAccount ?? made), resource };
}
