import { platformRoleName, type PlatformRole, roleArn, rolePath } from "../components/aws/awsNames";
import { AWS_AUDIENCE } from "../components/aws/trustPolicy";
import type { CiCloud, CiPlatform } from "../components/ci/ciPlatform";
import { ciPoolId, ciProviderName } from "../components/gcp/gcpNames";
import type { PlatformConfig } from "./config";
import { given } from "./given";
import { InvalidInputError } from "./invalidInputError";
import { stateBucketName } from "./platformNames";

/**
 * What the CI files of a stack are made from.
 * @throws InvalidInputError for a stack whose CI has no identities
 */
export function ciPlatform(config: PlatformConfig, stack: string): CiPlatform {
  const { cloud, kubeContext, pulumiBackendUrl: backendUrl } = config;
  if (cloud === "none")
    throw new InvalidInputError(
      `Pulumi.${stack}.yaml: dagster-platform:cloud: must be aws or gcp for CI, got "none": CI logs in by its own tokens, and a store in the cluster has keys; release by hand (docs/releases.md)`,
    );
  return {
    stack,
    provider: config.platformProvider,
    repository: given(config, "platformRepository"),
    repositoryId: config.platformRepositoryId,
    branch: config.platformBranch,
    gitlabUrl: config.gitlabUrl,
    stateStore: `${cloud === "gcp" ? "gs" : "s3"}://${stateBucketName(config, stack)}`,
    cloud: cloud === "aws" ? awsCi(config, stack) : gcpCi(config, stack),
    ...(kubeContext === undefined ? {} : { kubeContext }),
    ...(backendUrl === undefined ? {} : { backendUrl }),
    deploySchedule: config.deploySchedule,
    registryLogin: config.imageRegistry !== undefined,
  };
}

function awsCi(config: PlatformConfig, stack: string): CiCloud {
  const region = given(config, "region");
  const account = { accountId: given(config, "awsAccountId"), region };
  const role = (name: PlatformRole) =>
    roleArn(account, rolePath(stack), platformRoleName(stack, name));
  return {
    ...{ kind: "aws", region, audience: AWS_AUDIENCE },
    locationRolePrefix: roleArn(account, rolePath(stack), `dagster-${stack}-`),
    deployRole: role("deploy"),
    previewRole: role("preview"),
    eksCluster: given(config, "eksCluster"),
  };
}

function gcpCi(config: PlatformConfig, stack: string): CiCloud {
  const number = given(config, "gcpProjectNumber");
  const provider = (kind: "github" | "gitlab") => ciProviderName(number, ciPoolId(stack), kind);
  return {
    kind: "gcp",
    project: given(config, "gcpProject"),
    providers: { github: provider("github"), gitlab: provider("gitlab") },
    gkeCluster: given(config, "gkeCluster"),
  };
}
