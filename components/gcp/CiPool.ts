import * as iam from "@pulumi/gcp/iam";
import * as pulumi from "@pulumi/pulumi";

import { GITHUB_ISSUER } from "../identities/ciTokens";
import { githubCondition, githubMapping, type GithubTrust } from "./githubTrust";
import { gitlabCondition, gitlabMapping, type GitlabTrust } from "./gitlabTrust";

/** Arguments of {@link CiPool}. */
export interface CiPoolArgs {
  /** Id of the project. */
  readonly project: string;
  /** Id of the pool, 4 to 32 of `a-z`, `0-9` and `-`; see `ciPoolId`. Plain value. */
  readonly poolId: string;
  /**
   * Jobs of GitHub.
   * @defaultValue - none. Plain value: decides which resources exist
   */
  readonly github?: GithubTrust;
  /**
   * Jobs of one GitLab.
   * @defaultValue - none. Plain value: decides which resources exist
   */
  readonly gitlab?: GitlabTrust;
}

/**
 * Whose CI jobs get an identity: the workload identity pool of a stack. They become a subject of it,
 * which the tokens of others cannot have, and use Google Cloud as that: there is neither a key nor a
 * service account. A subject may do what is granted to it, and to begin with nothing.
 *
 * Creates a WorkloadIdentityPool and a WorkloadIdentityPoolProvider for each CI system, `github` and
 * `gitlab`. State: none. No secrets. The only audience is the provider's own (`ciAudience`).
 *
 * A deleted pool's id is free again after 30 days.
 * @throws RangeError if a condition is too long
 * @see https://docs.cloud.google.com/iam/docs/workload-identity-federation-with-deployment-pipelines
 * @example
 * new CiPool("ci", {
 *   project: "acme",
 *   poolId: "dagster-prod",
 *   github: {
 *     ownerIds: [1],
 *     locationWorkflow: "acme/platform/.github/workflows/location.yml@refs/heads/main",
 *     platform: { repositoryId: 2, workflow: "acme/platform/.github/workflows/platform.yml" },
 *   },
 * })
 */
export class CiPool extends pulumi.ComponentResource {
  /** Id of the pool, known when it is there. */
  readonly poolId: pulumi.Output<string>;

  constructor(name: string, args: CiPoolArgs, opts?: pulumi.ComponentResourceOptions) {
    super("dagster-platform:gcp:CiPool", name, {}, opts);
    const child = { parent: this };
    const { project, poolId, github, gitlab } = args;
    const pool = new iam.WorkloadIdentityPool(
      `${name}-pool`,
      { project, workloadIdentityPoolId: poolId, description: "CI jobs of a Dagster platform" },
      child,
    );
    this.poolId = pool.workloadIdentityPoolId;
    const place = { project, workloadIdentityPoolId: this.poolId };
    if (github !== undefined)
      new iam.WorkloadIdentityPoolProvider(
        `${name}-github`,
        { ...place, ...githubProvider(github) },
        child,
      );
    if (gitlab !== undefined)
      new iam.WorkloadIdentityPoolProvider(
        `${name}-gitlab`,
        { ...place, ...gitlabProvider(gitlab) },
        child,
      );
    this.registerOutputs({ poolId: this.poolId });
  }
}

type ProviderArgs = Omit<
  iam.WorkloadIdentityPoolProviderArgs,
  "project" | "workloadIdentityPoolId"
>;

function githubProvider(trust: GithubTrust): ProviderArgs {
  return {
    workloadIdentityPoolProviderId: "github",
    attributeMapping: githubMapping(trust),
    attributeCondition: githubCondition(trust),
    oidc: { issuerUri: GITHUB_ISSUER },
  };
}

function gitlabProvider(trust: GitlabTrust): ProviderArgs {
  return {
    workloadIdentityPoolProviderId: "gitlab",
    attributeMapping: gitlabMapping(trust),
    attributeCondition: gitlabCondition(trust),
    oidc: { issuerUri: trust.url },
  };
}
