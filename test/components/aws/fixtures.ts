import type { PolicyDocument, PolicyStatement } from "../../../components/aws/policyDocument";
import { UNSCOPED_ACTIONS } from "../../../components/aws/unscopedActions";
import type { CiRepository } from "../../../components/identities/ciTokens";
import { type Mocked, mocked, type MockedResource } from "../mocked";

export const ACCOUNT = { accountId: "123456789012", region: "eu-central-1" };

export const STATE = { bucket: "acme-dagster-prod", region: "eu-central-1" };

export const KEY_ARN = "arn:aws:kms:eu-central-1:123456789012:key/1111";

export const BOUNDARY = "arn:aws:iam::123456789012:policy/boundary";

export const READ_POLICY = "arn:aws:iam::123456789012:policy/team/finance-read";

export const FINANCE: CiRepository = {
  provider: "github",
  repository: "acme/finance-pipelines",
  repositoryId: 1001,
  ownerId: 42,
};

export const PLATFORM: CiRepository = {
  provider: "github",
  repository: "acme/data-platform",
  repositoryId: 1000,
  ownerId: 42,
};

export const LOCATION_REF = "acme/data-platform/.github/workflows/location.yml@refs/heads/main";

export const PLATFORM_REF = "acme/data-platform/.github/workflows/platform.yml@refs/heads/main";

/** ARN of whatever has one, so that what depends on it is seen. */
export const ROLE_ARN = "arn:aws:iam::123456789012:role/of-the-mock";

/** With the outputs that AWS computes. */
export function made<T>(program: () => T): Promise<Mocked<T>> {
  return mocked(program, {
    "aws:iam/role:Role": { arn: ROLE_ARN },
    "aws:iam/policy:Policy": { arn: "arn:of-the-policy" },
    "aws:iam/openIdConnectProvider:OpenIdConnectProvider": { arn: "arn:of-the-provider" },
    "aws:s3/bucket:Bucket": { arn: "arn:of-the-bucket" },
    "aws:rds/instance:Instance": { address: "database.of.the.mock" },
  });
}

/** The policy in an input of a resource. */
export function document({ inputs }: MockedResource, key = "policy"): PolicyDocument {
  return JSON.parse(inputs[key] as string) as PolicyDocument;
}

/** A statement by its name. */
export function statement(statements: readonly PolicyStatement[], sid: string): PolicyStatement {
  const [found, another] = statements.filter(({ Sid }) => Sid === sid);
  if (found === undefined || another !== undefined)
    throw new Error(`not one ${sid} in ${statements.map(({ Sid }) => Sid).join(", ")}`);
  return found;
}

/** What no right may be: an action with a wildcard, and a resource that is everything. */
export function tooWide(statements: readonly PolicyStatement[]): readonly string[] {
  return statements
    .filter(({ Effect }) => Effect === "Allow")
    .flatMap(({ Sid, Action, Resource, Principal }) => {
      const actions = typeof Action === "string" ? [Action] : Action;
      const everything = Resource?.includes("*") === true;
      return [
        ...(Principal === "*" ? [`${Sid}: everybody`] : []),
        ...actions.filter((action) => action.includes("*")).map((action) => `${Sid}: ${action}`),
        ...actions
          .filter((action) => everything && !(action in UNSCOPED_ACTIONS))
          .map((action) => `${Sid}: ${action} on *`),
      ];
    });
}
