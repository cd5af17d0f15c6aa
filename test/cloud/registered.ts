import { LocationAccess } from "../../components/aws/LocationAccess";
import { PlatformAccess } from "../../components/aws/PlatformAccess";
import { StateBucket } from "../../components/aws/StateBucket";
import type { CiRepository } from "../../components/identities/ciTokens";
import { mocked, type MockedResource } from "../components/mocked";
import {
  ACCOUNT,
  LOCATION_WORKFLOW_REF,
  PLATFORM_WORKFLOW_REF,
  BUCKET,
  KEY_ARN,
  CLUSTER_ISSUER,
  CRM_POLICY,
  BOUNDARY,
  MANY_POLICIES,
} from "./world";

/** A role as the components register it; documents as AWS gets them. */
export interface RegisteredRole {
  readonly name: string;
  readonly path: string;
  readonly trust: string;
  /** Its own policy, `rights`, and managed ones that are made for it, by name. */
  readonly policies: Readonly<Record<string, string>>;
  /** ARNs of managed policies that are there already. */
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

/** Managed policies that are made: their ARN is AWS' to give. */
const MADE_POLICY = "arn:aws:iam::123456789012:policy/made";

const COMPUTED = { "aws:iam/policy:Policy": { arn: MADE_POLICY } };

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
    ...{ workflowRef: PLATFORM_WORKFLOW_REF, gitlabUrl: GITLAB },
    ...{ policyArns: [], previewPolicyArns: [] },
    scope: {
      ...{ bucketMade: true, imagesMade: true, eksCluster: pods.eksCluster },
      issuersMade: ["https://token.actions.githubusercontent.com", GITLAB],
      attachablePolicyArns: stack === "prod" ? [CRM_POLICY] : MANY_POLICIES,
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
  }, COMPUTED);
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
  { inputs, parent }: MockedResource,
  resources: readonly MockedResource[],
): RegisteredRole {
  const name = text(inputs["name"]);
  const mine = resources.filter((each) => each.parent === parent);
  const policies = [
    ...ofType(mine, "aws:iam/rolePolicy:RolePolicy"),
    ...ofType(mine, "aws:iam/policy:Policy"),
  ].map((policy) => [text(policy.inputs["name"]), text(policy.inputs["policy"])] as const);
  const attachments = ofType(mine, "aws:iam/rolePolicyAttachment:RolePolicyAttachment");
  const arns = attachments.map((attachment) => text(attachment.inputs["policyArn"]));
  const made = arns.filter((arn) => arn === MADE_POLICY);
  const others = mine.filter((each) => (each.inputs["role"] ?? name) !== name);
  // What is there and not attached, or not to this role, is no right of it.
  if (others.length > 0 || made.length !== ofType(mine, "aws:iam/policy:Policy").length)
    throw new Error(`${name}: policies are not attached to it`);
  return {
    name,
    path: text(inputs["path"]),
    trust: text(inputs["assumeRolePolicy"]),
    policies: Object.fromEntries(policies),
    attached: arns.filter((arn) => arn !== MADE_POLICY),
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
