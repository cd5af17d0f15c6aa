import { allow, type PolicyStatement } from "./policyDocument";

/**
 * The documented exceptions: actions that IAM knows no resource for, each with the reason why a
 * role has it. Nothing else is allowed on all resources (`*`).
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
export const UNSCOPED_ACTIONS = {
  "ec2:DescribeSecurityGroupRules": "the provider reads the one rule of the database by its id",
  "ec2:DescribeSecurityGroups": "the provider reads the group of the database by its id",
  "ecr:GetAuthorizationToken": "a login is for the whole registry, and gives no right by itself",
  "iam:ListOpenIDConnectProviders": "the only way from an issuer's address to its provider",
} as const;

/** Allows what no resource can be named for. */
export function allowUnscoped(
  sid: string,
  actions: readonly (keyof typeof UNSCOPED_ACTIONS)[],
): PolicyStatement {
  return allow(sid, actions, ["*"]);
}
