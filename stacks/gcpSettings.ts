import type { GithubTrust } from "../components/gcp/githubTrust";
import type { GitlabTrust } from "../components/gcp/gitlabTrust";
import {
  LOCATION_WORKFLOW,
  PLATFORM_WORKFLOW,
  workflowRef,
} from "../components/identities/ciTokens";
import { ciIssuers, locationRepository, platformRepository } from "./ciRepositories";
import type { CloudInput } from "./cloud";
import type { PlatformConfig } from "./config";
import { given } from "./given";
import { stateBucketName } from "./platformNames";

/** What everything of a stack on Google Cloud shares. */
export interface GcpSettings {
  readonly stack: string;
  readonly project: string;
  readonly projectNumber: string;
  readonly region: string;
  /** `projects/…/locations/…/clusters/…` */
  readonly gkeCluster: string;
  /** Of the state. */
  readonly bucket: string;
  /** Whether image repositories are made here. */
  readonly images: boolean;
  readonly kmsKeyName?: string;
}

/** The settings of a stack with `cloud: gcp`, whose config is checked. */
export function gcpSettings(config: PlatformConfig, stack: string): GcpSettings {
  const { stateKmsKey: kmsKeyName } = config;
  return {
    stack,
    project: given(config, "gcpProject"),
    projectNumber: given(config, "gcpProjectNumber"),
    region: given(config, "region"),
    gkeCluster: given(config, "gkeCluster"),
    bucket: stateBucketName(config, stack),
    images: config.imageRegistry === undefined,
    ...(kmsKeyName === undefined ? {} : { kmsKeyName }),
  };
}

/** Instance of Cloud SQL. */
export function databaseName(stack: string): string {
  return `dagster-${stack}`;
}

/** Whose jobs get an identity: those of all repositories of the list, and of the platform's own. */
export function ciTrusts({ config, locations }: CloudInput): {
  readonly github?: GithubTrust;
  readonly gitlab?: GitlabTrust;
} {
  const platform = platformRepository(config);
  const repositories = [platform, ...locations.map(locationRepository)];
  const owners = (provider: string) =>
    repositories.filter((each) => each.provider === provider).map(({ ownerId }) => ownerId);
  const issuers = ciIssuers(config, locations);
  const gitlabUrl = issuers.get("gitlab");
  return {
    ...(issuers.has("github") ? { github: githubTrust(config, owners("github")) } : {}),
    ...(gitlabUrl === undefined
      ? {}
      : {
          gitlab: {
            ...{ url: gitlabUrl, namespaceIds: owners("gitlab") },
            ...(platform.provider === "gitlab" ? { platformProjectId: platform.repositoryId } : {}),
          },
        }),
  };
}

function githubTrust(config: PlatformConfig, ownerIds: readonly number[]): GithubTrust {
  const { provider, repository, repositoryId } = platformRepository(config);
  return {
    ownerIds,
    locationWorkflow: workflowRef(repository, LOCATION_WORKFLOW, config.platformBranch),
    ...(provider === "github"
      ? { platform: { repositoryId, workflow: `${repository}/${PLATFORM_WORKFLOW}` } }
      : {}),
  };
}
