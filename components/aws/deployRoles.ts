import { platformRoleName, roleArn, rolePath } from "./awsNames";
import type { DeployPolicyInput } from "./deployPolicy";
import { allow, type PolicyConditions, type PolicyStatement } from "./policyDocument";

/** These give rights: only to a role that has the boundary, if one is configured. */
const GIVING = ["iam:CreateRole", "iam:PutRolePolicy"] as const;

/** These take rights away, or say who may take the role. */
const CHANGING = [
  "iam:DeleteRole",
  "iam:DeleteRolePolicy",
  "iam:TagRole",
  "iam:UntagRole",
  "iam:UpdateAssumeRolePolicy",
  "iam:UpdateRole",
  "iam:UpdateRoleDescription",
] as const;

const PUT_BOUNDARY = "iam:PutRolePermissionsBoundary";

/** All that makes a role another one. */
const ROLE_CHANGES = [
  ...GIVING,
  ...CHANGING,
  PUT_BOUNDARY,
  "iam:AttachRolePolicy",
  "iam:DeleteRolePermissionsBoundary",
  "iam:DetachRolePolicy",
].sort();

/** The roles of the stack, but for those of the platform's CI: it cannot widen itself. */
export function roleStatements(input: DeployPolicyInput): readonly PolicyStatement[] {
  const { account, stack, permissionsBoundary } = input;
  const path = rolePath(stack);
  const roles = [roleArn(account, path, "*")];
  const own = (["deploy", "preview"] as const).map((role) =>
    roleArn(account, path, platformRoleName(stack, role)),
  );
  const condition = boundaryCondition(permissionsBoundary);
  return [
    condition === undefined
      ? allow("GiveRights", GIVING, roles)
      : allow("GiveRights", [...GIVING, PUT_BOUNDARY], roles, condition),
    allow("ChangeRoles", CHANGING, roles),
    // The provider asks for them before it deletes a role.
    allow("ListInstanceProfiles", ["iam:ListInstanceProfilesForRole"], roles),
    { Sid: "KeepOwnRoles", Effect: "Deny", Action: ROLE_CHANGES, Resource: own },
  ];
}

/** Undefined: roles need no boundary. */
export function boundaryCondition(
  permissionsBoundary: string | undefined,
): PolicyConditions | undefined {
  if (permissionsBoundary === undefined) return undefined;
  return { StringEquals: { "iam:PermissionsBoundary": permissionsBoundary } };
}
