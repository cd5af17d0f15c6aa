import { CiPool } from "../../../components/gcp/CiPool";
import { ciPoolId } from "../../../components/gcp/gcpNames";
import type { GithubTrust } from "../../../components/gcp/githubTrust";
import type { GitlabTrust } from "../../../components/gcp/gitlabTrust";
import { LocationAccess, type LocationAccessArgs } from "../../../components/gcp/LocationAccess";
import { PlatformAccess, type PlatformAccessArgs } from "../../../components/gcp/PlatformAccess";
import type { StateRoleNames } from "../../../components/gcp/StateRoles";
import type { CiRepository } from "../../../components/identities/ciTokens";
import { type Mocked, mocked } from "../mocked";

export const PROJECT = { project: "acme-data", projectNumber: "123456789012" };

export const BUCKET = "dagster-prod-acme-data";

/** As `StateRoles` names them. */
export const ROLES = {
  find: "projects/acme-data/roles/dagster_prod_state_find",
  read: "projects/acme-data/roles/dagster_prod_state_read",
  create: "projects/acme-data/roles/dagster_prod_state_create",
  write: "projects/acme-data/roles/dagster_prod_state_write",
  put: "projects/acme-data/roles/dagster_prod_state_put",
} satisfies StateRoleNames;

/** The platform's repository has a location, too. */
export const PLATFORM: CiRepository = {
  ...{ provider: "github", repository: "acme/platform" },
  ...{ repositoryId: 7, ownerId: 1 },
};

export const FINANCE: CiRepository = {
  ...{ provider: "github", repository: "acme/finance" },
  ...{ repositoryId: 42, ownerId: 1 },
};

/** Of GitLab, with the same number as {@link FINANCE} and as the platform's owner. */
export const MARKETING: CiRepository = {
  ...{ provider: "gitlab", repository: "acme/data/marketing" },
  ...{ repositoryId: 42, ownerId: 12 },
};

export const LOCATION_WORKFLOW_REF = "acme/platform/.github/workflows/location.yml@refs/heads/main";
export const PLATFORM_WORKFLOW_PATH = "acme/platform/.github/workflows/platform.yml";

export const GITHUB: GithubTrust = {
  ownerIds: [30, 1, 1],
  locationWorkflow: LOCATION_WORKFLOW_REF,
  platform: { repositoryId: 7, workflow: PLATFORM_WORKFLOW_PATH },
};

export const GITLAB: GitlabTrust = { url: "https://gitlab.com", namespaceIds: [12] };

const COMMON = {
  ...{ ...PROJECT, stack: "prod", poolId: ciPoolId("prod"), branch: "main" },
  ...{ bucket: BUCKET, roles: ROLES, namespace: "dagster" },
};

export const LOCATION: LocationAccessArgs = {
  ...COMMON,
  ...{ location: "finance", repository: FINANCE, pullRequests: true },
  ...{ images: true, branchImages: true, region: "europe-west3" },
  ...{ imageExpireDays: 30, branchDays: 14, projectRoles: [] },
};

export const PLATFORM_ARGS: PlatformAccessArgs = {
  ...{ ...COMMON, repository: PLATFORM, projectRoles: [], serviceAccount: "dagster" },
};

/** Identities of the whole program, by name. */
export const IDENTITIES = [
  "finance-ci",
  "finance-pull-request",
  "finance-runtime",
  "finance2-ci",
  "hub-ci",
  "hub-pull-request",
  "marketing-ci",
  "marketing-pull-request",
  "marketing-runtime",
  "platform-system",
  "platform-ci-deploy",
  "platform-ci-preview",
] as const;

export type Identity = (typeof IDENTITIES)[number];

/** A platform with four locations: two names with one beginning, one of the platform's own repository, one of GitLab. */
export async function program(): Promise<Mocked<unknown>> {
  return mocked(() => {
    new CiPool("ci", { ...PROJECT, poolId: ciPoolId("prod"), github: GITHUB, gitlab: GITLAB });
    new PlatformAccess("platform", PLATFORM_ARGS);
    new LocationAccess("finance", LOCATION);
    const other = { ...FINANCE, repositoryId: 43 };
    new LocationAccess("finance2", { ...LOCATION, location: "finance2", repository: other });
    new LocationAccess("hub", { ...LOCATION, location: "hub", repository: PLATFORM });
    new LocationAccess("marketing", {
      ...{ ...LOCATION, location: "marketing", repository: MARKETING },
    });
  });
}

/** The member that an identity's grants have. */
export function memberOf({ find }: Mocked<unknown>, identity: Identity): string {
  return String(find(`${identity}-state-find`).inputs["member"]);
}

/** Whose grants a member has; `nobody`: none. */
export function identityOf(made: Mocked<unknown>, member: string): Identity | "nobody" {
  return IDENTITIES.find((identity) => memberOf(made, identity) === member) ?? "nobody";
}
