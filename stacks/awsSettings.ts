import type { AwsAccount } from "../components/aws/awsNames";
import type { DeployScope } from "../components/aws/deployPolicy";
import type { StateBucketPlace } from "../components/aws/statePolicy";
import {
  type CiRepository,
  LOCATION_WORKFLOW,
  PLATFORM_WORKFLOW,
  workflowRef,
} from "../components/identities/ciTokens";
import { ciIssuers, platformRepository } from "./ciRepositories";
import type { CloudInput } from "./cloud";
import type { PlatformConfig } from "./config";
import { given } from "./given";
import { stateBucketName } from "./platformNames";

/** What everything of a stack on AWS shares. */
export interface AwsSettings {
  readonly stack: string;
  readonly account: AwsAccount;
  readonly eksCluster: string;
  readonly state: StateBucketPlace;
  readonly platform: CiRepository;
  /** The only workflow that gets the roles of locations. */
  readonly locationWorkflow: string;
  /** The only workflow that gets the platform's own roles. */
  readonly platformWorkflow: string;
  readonly gitlabUrl: string;
  /** Whether image repositories are made here. */
  readonly images: boolean;
  readonly permissionsBoundary?: string;
}

/** The settings of a stack with `cloud: aws`, whose config is checked. */
export function awsSettings(config: PlatformConfig, stack: string): AwsSettings {
  const region = given(config, "region");
  const { stateKmsKey: kmsKeyArn, permissionsBoundary, gitlabUrl, platformBranch } = config;
  const platform = platformRepository(config);
  const workflow = (file: string) => workflowRef(platform.repository, file, platformBranch);
  return {
    stack,
    account: { accountId: given(config, "awsAccountId"), region },
    eksCluster: given(config, "eksCluster"),
    state: {
      ...{ bucket: stateBucketName(config, stack), region },
      ...(kmsKeyArn === undefined ? {} : { kmsKeyArn }),
    },
    platform,
    locationWorkflow: workflow(LOCATION_WORKFLOW),
    platformWorkflow: workflow(PLATFORM_WORKFLOW),
    gitlabUrl,
    images: config.imageRegistry === undefined,
    ...(permissionsBoundary === undefined ? {} : { permissionsBoundary }),
  };
}

/** RDS instance, its groups and its final snapshot are called so. */
export function databaseName(stack: string): string {
  return `dagster-${stack}`;
}

/** What `pulumi up` of this stack has to do with: what is made here, and nothing else. */
export function deployScope({ config, locations }: CloudInput, settings: AwsSettings): DeployScope {
  const { kmsKeyArn } = settings.state;
  const { adopt, stateAccessLogsBucket } = config;
  const issuers = [...ciIssuers(config, locations)];
  const urlsOf = (adopted: boolean) =>
    issuers
      .filter(([provider]) => adopt.includes(`${provider}Oidc`) === adopted)
      .map(([, url]) => url);
  const givenRoles = locations.flatMap(({ access }) => access.awsRole ?? []);
  const attached = locations.flatMap(({ access }) => access.aws);
  return {
    bucketMade: !adopt.includes("stateBucket"),
    issuersMade: urlsOf(false),
    imagesMade: settings.images,
    attachablePolicyArns: [...new Set(attached)].sort(),
    givenRoleArns: [...new Set(givenRoles)].sort(),
    givenIssuers: urlsOf(true),
    givenBuckets: stateAccessLogsBucket === undefined ? [] : [stateAccessLogsBucket],
    eksCluster: settings.eksCluster,
    ...(kmsKeyArn === undefined ? {} : { kmsKeyArn }),
    ...(config.postgresHost === undefined
      ? { database: { instance: databaseName(settings.stack) } }
      : {}),
  };
}
