import type { DeployPolicyInput, DeployScope } from "../../../components/aws/deployPolicy";
import { ACCOUNT, BOUNDARY, KEY_ARN, READ_POLICY, STATE } from "./fixtures";

/** Everything that a stack can make, and something of all that can be given. */
export const SCOPE: DeployScope = {
  bucketMade: true,
  issuersMade: ["https://token.actions.githubusercontent.com"],
  imagesMade: true,
  database: { instance: "dagster-prod" },
  kmsKeyArn: KEY_ARN,
  attachablePolicyArns: [READ_POLICY],
  eksCluster: "data",
  givenRoleArns: ["arn:aws:iam::123456789012:role/crm"],
  givenIssuers: ["https://gitlab.com"],
  givenBuckets: ["acme-access-logs"],
};

export const INPUT: DeployPolicyInput = {
  stack: "prod",
  account: ACCOUNT,
  state: { ...STATE, kmsKeyArn: KEY_ARN },
  scope: SCOPE,
  podIdentity: true,
  policyArns: ["arn:aws:iam::123456789012:policy/pulumi-backend"],
  permissionsBoundary: BOUNDARY,
};
