import { Provider } from "@pulumi/aws/provider";
import type * as pulumi from "@pulumi/pulumi";

import { CiIssuer } from "../components/aws/CiIssuer";
import { LocationAccess, type PodSettings } from "../components/aws/LocationAccess";
import { imageRepositoryName } from "../components/aws/imagePolicy";
import { PlatformAccess } from "../components/aws/PlatformAccess";
import { StateBucket } from "../components/aws/StateBucket";
import { systemNames } from "../components/dagster/chart";
import { POSTGRES_PORT } from "../components/kubernetes/postgresPod";
import { allOf } from "./allOf";
import { awsDatabase } from "./awsDatabase";
import { type GivenCluster, givenCluster, imageRepositories, lookUpGiven } from "./awsLookups";
import { type AwsSettings, awsSettings, deployScope } from "./awsSettings";
import { ciIssuers, locationArgs } from "./ciRepositories";
import type { CloudInput, CloudParts, PodIdentity } from "./cloud";
import type { Location } from "./list/locationSchema";
import { SYSTEM_RELEASE } from "./platformNames";

/** What everything here is made with. */
interface AwsContext {
  readonly input: CloudInput;
  readonly settings: AwsSettings;
  readonly pods: PodSettings;
  readonly repositories: ReadonlySet<string>;
  readonly opts: pulumi.ComponentResourceOptions;
}

/** All that a stack needs of AWS; the cluster is given. */
export async function awsCloud(input: CloudInput): Promise<() => CloudParts> {
  const settings = awsSettings(input.config, input.stack);
  const provider = awsProvider(settings);
  const [cluster, repositories] = await allOf([
    givenCluster(settings, { provider }),
    imageRepositories(settings, { provider }),
    ...lookUpGiven(input, { provider }),
  ]);
  return () => makeAws(input, settings, { cluster, repositories }, provider);
}

/** What is there already. */
interface Found {
  readonly cluster: GivenCluster;
  /** Image repositories, by name. */
  readonly repositories: ReadonlySet<string>;
}

function makeAws(
  input: CloudInput,
  settings: AwsSettings,
  { cluster, repositories }: Found,
  provider: Provider,
): CloudParts {
  const { config, locations } = input;
  const shared = [...issuers(input, { provider }), ...stateBuckets(input, settings, { provider })];
  const pods: PodSettings = {
    ...{ eksCluster: settings.eksCluster, namespace: config.namespace },
    ...(config.podIdentity === "irsa" ? { issuer: cluster.issuer } : {}),
  };
  const context = { input, settings, pods, repositories, opts: { provider, dependsOn: shared } };
  const database = awsDatabase(input, settings, cluster, { provider });
  const platform = platformAccess(context);
  const identities = new Map<string, PodIdentity>([
    [systemNames(SYSTEM_RELEASE).fullname, podIdentity(platform)],
  ]);
  for (const location of locations)
    identities.set(location.name, podIdentity(locationAccess(location, context)));
  const made = [...shared, ...[...identities.values()].map(({ resource }) => resource)];
  const deployer = { kind: "Group", name: platform.deployGroup } as const;
  if (database === undefined) return { deployer, pods: identities, parts: made };
  const { address: hostName, password } = database;
  return {
    ...{ deployer, pods: identities },
    parts: [...made, database],
    database: { hostName, port: POSTGRES_PORT, password },
  };
}

function awsProvider({ account, stack }: AwsSettings): Provider {
  return new Provider("aws", {
    region: account.region,
    // Credentials of another account make nothing.
    allowedAccountIds: [account.accountId],
    defaultTags: { tags: { "dagster-platform": stack } },
  });
}

function issuers(
  { config, locations }: CloudInput,
  opts: pulumi.ComponentResourceOptions,
): readonly pulumi.Resource[] {
  return [...ciIssuers(config, locations)]
    .filter(([provider]) => !config.adopt.includes(`${provider}Oidc`))
    .map(([provider, issuer]) => new CiIssuer(`${provider}-oidc`, { issuer }, opts));
}

function stateBuckets(
  { config }: CloudInput,
  { state }: AwsSettings,
  opts: pulumi.ComponentResourceOptions,
): readonly pulumi.Resource[] {
  if (config.adopt.includes("stateBucket")) return [];
  const { computeLogsDays, branchDays, oldVersionDays, stateAccessLogsBucket } = config;
  const logs =
    stateAccessLogsBucket === undefined ? {} : { accessLogsBucket: stateAccessLogsBucket };
  const days = { computeLogsDays, branchDays, oldVersionDays };
  return [new StateBucket("state", { ...state, ...days, ...logs }, opts)];
}

function platformAccess({ input, settings, pods, opts }: AwsContext): PlatformAccess {
  const { config } = input;
  const { stack, account, state, platform, platformWorkflow, gitlabUrl } = settings;
  return new PlatformAccess(
    "platform-access",
    {
      ...{ stack, account, state, gitlabUrl, pods },
      namespace: config.namespace,
      systemServiceAccount: systemNames(SYSTEM_RELEASE).fullname,
      repository: platform,
      branch: config.platformBranch,
      workflowRef: platformWorkflow,
      scope: deployScope(input, settings),
      policyArns: config.platformCiPolicies,
      previewPolicyArns: config.platformPreviewPolicies,
      ...boundary(settings),
    },
    opts,
  );
}

function locationAccess(
  location: Location,
  { input, settings, pods, repositories, opts }: AwsContext,
): LocationAccess {
  const { config } = input;
  const { stack, account, state, locationWorkflow, gitlabUrl, images } = settings;
  const { aws: policyArns, awsRole } = location.access;
  const imagesExist = repositories.has(imageRepositoryName(stack, location.name));
  return new LocationAccess(
    `${location.name}-access`,
    {
      ...{ stack, account, state, gitlabUrl, pods, images, policyArns },
      ...locationArgs(location, config, imagesExist),
      workflowRef: locationWorkflow,
      ...(awsRole === undefined ? {} : { runtimeRoleArn: awsRole }),
      ...boundary(settings),
    },
    opts,
  );
}

function boundary({ permissionsBoundary }: AwsSettings): { readonly permissionsBoundary?: string } {
  return permissionsBoundary === undefined ? {} : { permissionsBoundary };
}

function podIdentity(resource: LocationAccess | PlatformAccess): PodIdentity {
  return { annotations: resource.annotations, resource };
}
