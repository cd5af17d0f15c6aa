/** What a condition compares: operator, key, values. */
export type PolicyConditions = Readonly<
  Partial<
    Record<
      "StringEquals" | "StringLike" | "ArnEquals" | "Bool" | "NumericLessThan",
      Readonly<Record<string, string | readonly string[]>>
    >
  >
>;

/** One statement of an IAM policy. Lists keep their order: equal input makes equal documents. */
export interface PolicyStatement {
  readonly Sid: string;
  readonly Effect: "Allow" | "Deny";
  /** Of trust and bucket policies. */
  readonly Principal?: "*" | Readonly<Partial<Record<"Service" | "Federated" | "AWS", string>>>;
  readonly Action: string | readonly string[];
  /** Trust policies have none. */
  readonly Resource?: readonly string[];
  readonly Condition?: PolicyConditions;
}

/** An IAM policy: of an identity, a bucket, or a role's trust. */
export interface PolicyDocument {
  readonly Version: "2012-10-17";
  readonly Statement: readonly PolicyStatement[];
}

export function policyDocument(statements: readonly PolicyStatement[]): PolicyDocument {
  return { Version: "2012-10-17", Statement: statements };
}

/** Allows actions on resources. */
export function allow(
  sid: string,
  actions: readonly string[],
  resources: readonly string[],
  conditions?: PolicyConditions,
): PolicyStatement {
  return {
    ...{ Sid: sid, Effect: "Allow", Action: actions, Resource: resources },
    ...(conditions === undefined ? {} : { Condition: conditions }),
  };
}
