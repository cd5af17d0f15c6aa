import { roleArn, rolePath } from "./awsNames";
import type { DeployPolicyInput, DeployScope } from "./deployPolicy";
import { boundaryCondition } from "./deployRoles";
import { allow, policyDocument, type PolicyStatement } from "./policyDocument";

/** Characters of all of a role's own policies, without white space. */
const OWN_LIMIT = 10_240;

/** Characters of a managed policy. */
const MANAGED_LIMIT = 6144;

/** At most, of the statements here without the ARNs, each of which they name twice. */
const FRAME = 900;

/**
 * The ARNs that locations name, of policies and roles, in parts: as many as there are locations do
 * not fit into one policy. The first part is for the role's own policy, the others are for one
 * managed policy each.
 * @param own - statements that the role's own policy has anyway
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
export function arnParts(
  scope: DeployScope,
  own: readonly PolicyStatement[],
): readonly (readonly string[])[] {
  const parts: string[][] = [[]];
  let room = OWN_LIMIT - JSON.stringify(policyDocument(own)).length - FRAME;
  for (const arn of [...scope.attachablePolicyArns, ...(scope.givenRoleArns ?? [])]) {
    // With quotes and a comma.
    const length = 2 * (arn.length + 3);
    if (length > room) {
      parts.push([]);
      room = MANAGED_LIMIT - FRAME;
    }
    parts.at(-1)?.push(arn);
    room -= length;
  }
  return parts;
}

/** The program looks up whatever is given by name. */
export function arnReads(arns: readonly string[]): readonly PolicyStatement[] {
  const { policies, roles } = byKind(arns);
  return [
    ...(policies.length === 0
      ? []
      : [allow("ReadListedPolicies", ["iam:GetPolicy", "iam:GetPolicyVersion"], policies)]),
    ...(roles.length === 0 ? [] : [allow("ReadGivenRoles", ["iam:GetRole"], roles)]),
  ];
}

/** Policies for the stack's roles only; given roles for pods only. */
export function arnChanges(
  { account, stack, podIdentity, permissionsBoundary }: DeployPolicyInput,
  arns: readonly string[],
): readonly PolicyStatement[] {
  const { policies, roles } = byKind(arns);
  const own = [roleArn(account, rolePath(stack), "*")];
  const attaching = ["iam:AttachRolePolicy", "iam:DetachRolePolicy"];
  const listed = {
    ArnEquals: { "iam:PolicyARN": policies },
    ...boundaryCondition(permissionsBoundary),
  };
  return [
    ...(policies.length === 0 ? [] : [allow("AttachListedPolicies", attaching, own, listed)]),
    ...(roles.length === 0 || !podIdentity ? [] : [passToPods("PassGivenRoles", roles)]),
  ];
}

/** Roles that pods get by EKS, and nobody else. */
export function passToPods(sid: string, roles: readonly string[]): PolicyStatement {
  const conditions = { StringEquals: { "iam:PassedToService": "pods.eks.amazonaws.com" } };
  return allow(sid, ["iam:PassRole"], roles, conditions);
}

function byKind(arns: readonly string[]) {
  const isRole = (arn: string) => /^arn:[^:]*:iam::\d*:role\//.test(arn);
  return { policies: arns.filter((arn) => !isRole(arn)), roles: arns.filter(isRole) };
}
