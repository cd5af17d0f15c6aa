import type { AwsAccount } from "./awsNames";
import {
  PLATFORM_CI_RIGHTS,
  PLATFORM_PREVIEW_RIGHTS,
  type StateRight,
} from "../identities/stateRights";
import { arnChanges, arnParts, arnReads } from "./deployArns";
import { changeStatements } from "./deployChanges";
import { readStatements } from "./deployReads";
import { roleStatements } from "./deployRoles";
import type { PolicyStatement } from "./policyDocument";
import { type StateBucketPlace, stateStatements } from "./statePolicy";

/** What `pulumi up` of one stack has to do with: what is made here, and what is given by name. */
export interface DeployScope {
  /** Whether the state bucket is made here. */
  readonly bucketMade: boolean;
  /** Issuers whose providers are made here, with `https://`. */
  readonly issuersMade: readonly string[];
  /** Whether image repositories are made here. */
  readonly imagesMade: boolean;
  /** The database, if it is made here; its groups have the name of the instance. */
  readonly database?: { readonly instance: string };
  /** KMS key of what is made here. @defaultValue - none */
  readonly kmsKeyArn?: string;
  /** Managed policies that locations' roles may get. */
  readonly attachablePolicyArns: readonly string[];
  readonly eksCluster: string;
  /** Roles of locations that are there already: pods get them, too. @defaultValue - none */
  readonly givenRoleArns?: readonly string[];
  /** Issuers whose providers are there already. @defaultValue - none */
  readonly givenIssuers?: readonly string[];
  /** Buckets besides the state's that config names, such as the one of access logs. @defaultValue - none */
  readonly givenBuckets?: readonly string[];
}

/** All that decides what the platform's CI may do. */
export interface DeployPolicyInput {
  readonly stack: string;
  readonly account: AwsAccount;
  readonly state: StateBucketPlace;
  readonly scope: DeployScope;
  /** Whether pods get their roles by EKS Pod Identity. */
  readonly podIdentity: boolean;
  /** Managed policies of the platform's CI itself. */
  readonly policyArns: readonly string[];
  /** Policy that every role made here has to have as its boundary. */
  readonly permissionsBoundary?: string;
}

/** Statements of a role's own policy, and of each managed policy that it has besides. */
export interface DeployRights {
  readonly statements: readonly PolicyStatement[];
  readonly furtherStatements: readonly (readonly PolicyStatement[])[];
}

/**
 * What `pulumi up` needs when the list, a release or a setting changes.
 *
 * What is made once is an administrator's: bucket, issuers, database and this role itself. So
 * nothing here creates or deletes them, and nothing takes away what protects data: versions,
 * ownership, policy and public access block of the bucket.
 *
 * Roles it makes and changes at will. Without a permissions boundary one of them may have more
 * rights than it has itself; with one, every role that it makes is limited by the boundary.
 */
export function deployRights(input: DeployPolicyInput): DeployRights {
  const own = [
    ...reads(input, PLATFORM_CI_RIGHTS),
    ...changeStatements(input),
    ...roleStatements(input),
  ];
  return rights(input, own, (arns) => [...arnReads(arns), ...arnChanges(input, arns)]);
}

/** What `pulumi preview` needs: reading what `up` changes, and nothing else. */
export function previewRights(input: DeployPolicyInput): DeployRights {
  return rights(input, reads(input, PLATFORM_PREVIEW_RIGHTS), arnReads);
}

function reads(input: DeployPolicyInput, state: readonly StateRight[]): readonly PolicyStatement[] {
  return [...stateStatements(input.state, state), ...readStatements(input)];
}

function rights(
  { scope }: DeployPolicyInput,
  own: readonly PolicyStatement[],
  listed: (arns: readonly string[]) => readonly PolicyStatement[],
): DeployRights {
  const [first = [], ...further] = arnParts(scope, own);
  return { statements: [...own, ...listed(first)], furtherStatements: further.map(listed) };
}
