import { LocationAccess } from "../../components/aws/LocationAccess";
import { PlatformAccess } from "../../components/aws/PlatformAccess";
import { StateBucket } from "../../components/aws/StateBucket";
import type { CiRepository } from "../../components/identities/ciTokens";
import { mocked, type MockedResource } from "../components/mocked";
import { ACCOUNT, LOCATION_WORKFLOW_REF, PLATFORM_WORKFLOW_REF } from "./callers";

/** A role as the components register it; documents as AWS gets them. */
export interface RegisteredRole {
  readonly name: string;
  readonly path: string;
  readonly trust: string;
  /** By name. */
  readonly policies: Readonly<Record<string, string>>;
  /** ARNs of managed policies. */
  readonly attached: readonly string[];
  readonly permissionsBoundary: string | undefined;
}

/** All that two stacks register that says who may do what. */
export interface Registered {
  /** By name. */
  readonly roles: ReadonlyMap<string, RegisteredRole>;
  /** Policy of the state bucket of `prod`. */
  readonly bucketPolicy: unknown;
  /** Types of all resources, sorted, each once. */
  readonly types: readonly string[];
}

export const BUCKET = "acme-dagster-prod";

export const KEY_ARN =
  "arn:aws:kms:eu-central-1:123456789012:key/11111111-2222-3333-4444-555555555555";

/** Issuer of the cluster of `lab`, whose pods come by IRSA. */
export const CLUSTER_ISSUER = "https://oidc.eks.eu-central-1.amazonaws.com/id/AB12";

/** What code of location `crm` may do besides. */
export const CRM_POLICY = "arn:aws:iam::123456789012:policy/crm-read";

export const BOUNDARY = "arn:aws:iam::123456789012:policy/boundary";

const REPOSITORIES = {
  platform: {
    provider: "github",
    repository: "acme/dagster-platform",
    repositoryId: 1000,
    ownerId: 12,
  },
  crm: { provider: "github", repository: "acme/crm", repositoryId: 1001, ownerId: 12 },
  crmEu: { provider: "github", repository: "acme/crm-eu", repositoryId: 1002, ownerId: 12 },
  ledger: { provider: "gitlab", repository: "acme/data/ledger", repositoryId: 2001, ownerId: 13 },
  labPlatform: {
    provider: "gitlab",
    repository: "acme/data/platform",
    repositoryId: 2000,
    ownerId: 13,
  },
} as const satisfies Readonly<Record<string, CiRepository>>;

const GITLAB = "https://gitlab.example.com";

/** Each of the two stacks has a state store, a cluster and a repository of its own. */
const STACKS = {
  prod: {
    state: { bucket: BUCKET, region: ACCOUNT.region, kmsKeyArn: KEY_ARN },
    pods: { eksCluster: "data", namespace: "dagster" },
    repository: REPOSITORIES.platform,
  },
  lab: {
    state: { bucket: "acme-dagster-lab", region: ACCOUNT.region },
    pods: { eksCluster: "lab", namespace: "dagster", issuer: CLUSTER_ISSUER },
    repository: REPOSITORIES.labPlatform,
  },
} as const;

type Stack = keyof typeof STACKS;

function location(stack: Stack, name: string, repository: CiRepository): LocationAccess {
  const { state, pods } = STACKS[stack];
  return new LocationAccess(`${stack}-${name}-access`, {
    ...{ stack, account: ACCOUNT, location: name, repository, state, pods },
    ...{ branch: "main", pullRequests: true, branchImages: true, images: true },
    ...{ imageExpireDays: 30, branchDays: 14 },
    ...{ workflowRef: LOCATION_WORKFLOW_REF, gitlabUrl: GITLAB },
    policyArns: name === "crm" ? [CRM_POLICY] : [],
    permissionsBoundary: BOUNDARY,
  });
}

function platform(stack: Stack): PlatformAccess {
  const { state, pods, repository } = STACKS[stack];
  return new PlatformAccess(`${stack}-platform-access`, {
    ...{ stack, account: ACCOUNT, state, pods, repository, branch: "main" },
    ...{ namespace: "dagster", systemServiceAccount: "dagster" },
    ...{ workflowRef: PLATFORM_WORKFLOW_REF, gitlabUrl: GITLAB, policyArns: [] },
    scope: {
      ...{ bucketMade: true, imagesMade: true, eksCluster: pods.eksCluster },
      issuersMade: ["https://token.actions.githubusercontent.com", GITLAB],
      attachablePolicyArns: [CRM_POLICY],
      ...("kmsKeyArn" in state ? { kmsKeyArn: state.kmsKeyArn } : {}),
      database: { instance: `dagster-${stack}` },
    },
    permissionsBoundary: BOUNDARY,
  });
}

/** Registers two stacks, and collects what the engine would get. */
export async function registered(): Promise<Registered> {
  const { resources } = await mocked(() => {
    new StateBucket("state", {
      ...STACKS.prod.state,
      ...{ computeLogsDays: 30, branchDays: 14, oldVersionDays: 90 },
    });
    platform("prod");
    location("prod", "crm", REPOSITORIES.crm);
    // Another location of the same repository, such as a second folder of it.
    location("prod", "crm-jobs", REPOSITORIES.crm);
    location("prod", "crm-eu", REPOSITORIES.crmEu);
    location("prod", "ledger", REPOSITORIES.ledger);
    platform("lab");
    location("lab", "crm", REPOSITORIES.crm);
  });
  const roles = ofType(resources, "aws:iam/role:Role").map((role) =>
    registeredRole(role, resources),
  );
  const [bucketPolicy] = ofType(resources, "aws:s3/bucketPolicy:BucketPolicy");
  return {
    roles: new Map(roles.map((role) => [role.name, role])),
    bucketPolicy: JSON.parse(text(bucketPolicy?.inputs["policy"])) as unknown,
    types: [...new Set(resources.map(({ type }) => type))].sort(),
  };
}

function registeredRole(
  { inputs }: MockedResource,
  resources: readonly MockedResource[],
): RegisteredRole {
  const name = text(inputs["name"]);
  const own = (type: string) =>
    ofType(resources, type).filter((each) => each.inputs["role"] === name);
  const policies = own("aws:iam/rolePolicy:RolePolicy").map((policy) => policy.inputs);
  return {
    name,
    path: text(inputs["path"]),
    trust: text(inputs["assumeRolePolicy"]),
    policies: Object.fromEntries(
      policies.map((policy) => [text(policy["name"]), text(policy["policy"])]),
    ),
    attached: own("aws:iam/rolePolicyAttachment:RolePolicyAttachment").map((attachment) =>
      text(attachment.inputs["policyArn"]),
    ),
    permissionsBoundary: inputs["permissionsBoundary"] as string | undefined,
  };
}

function ofType(resources: readonly MockedResource[], type: string): readonly MockedResource[] {
  return resources.filter((resource) => resource.type === type);
}

function text(value: unknown): string {
  if (typeof value !== "string") throw new Error(`not a text: ${JSON.stringify(value)}`);
  return value;
}

/** What a role may do, as documents. */
export function rightsOf(role: RegisteredRole): readonly unknown[] {
  return Object.values(role.policies).map((policy) => JSON.parse(policy) as unknown);
}
