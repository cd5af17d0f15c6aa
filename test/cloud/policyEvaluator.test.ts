import { type AccessRequest, isAllowed, isForbidden } from "./policyEvaluator";
import { matchesArn, matchesPattern } from "./policyMatching";

const OBJECT = "arn:aws:s3:::state/defs-state/crm/key/v1";

const GET: AccessRequest = { action: "s3:GetObject", resource: OBJECT };

const TOKEN: AccessRequest = {
  action: "sts:AssumeRoleWithWebIdentity",
  principal: { kind: "Federated", name: "arn:aws:iam::1:oidc-provider/host" },
  context: { "host:sub": "repo:acme/crm:ref:refs/heads/main" },
};

type Statement = Readonly<Record<string, unknown>>;

const document = (...statements: readonly Statement[]) => ({
  Version: "2012-10-17",
  Statement: statements,
});

const allow = (statement: Statement) =>
  document({ Effect: "Allow", Action: "s3:GetObject", Resource: "*", ...statement });

const trust = (statement: Statement) =>
  document({
    Effect: "Allow",
    Principal: { Federated: "arn:aws:iam::1:oidc-provider/host" },
    Action: "sts:AssumeRoleWithWebIdentity",
    ...statement,
  });

/** Allowed with this condition and these values of the request. */
const holds = (condition: Statement, context: AccessRequest["context"] = {}) =>
  isAllowed([allow({ Condition: condition })], { ...GET, context });

describe("a decision", () => {
  it("is no unless something says yes", () => {
    expect(isAllowed([], GET)).toBe(false);
    expect(isAllowed([document()], GET)).toBe(false);
    expect(isAllowed([allow({})], GET)).toBe(true);
  });

  it("is no when anything says no, in whatever order and document", () => {
    const deny = document({ Effect: "Deny", Action: "*", Resource: OBJECT });
    expect(isAllowed([allow({}), deny], GET)).toBe(false);
    expect(isAllowed([deny, allow({})], GET)).toBe(false);
    expect(isForbidden([allow({}), deny], GET)).toBe(true);
    expect(isForbidden([allow({})], GET)).toBe(false);
    expect(isForbidden([], GET)).toBe(false);
  });

  it("takes a single statement and single texts as lists of one", () => {
    const single = { Effect: "Allow", Action: "s3:GetObject", Resource: OBJECT };
    expect(isAllowed([{ Version: "2012-10-17", Statement: single }], GET)).toBe(true);
  });

  it.each<[string, Statement, boolean]>([
    ["actions in any case", { Action: "S3:getobject" }, true],
    ["actions with *", { Action: ["s3:Put*", "s3:Get*"] }, true],
    ["actions with ?", { Action: "s3:GetObjec?" }, true],
    ["all actions", { Action: "*" }, true],
    ["no other action", { Action: "s3:GetObjectVersion" }, false],
    ["no other service", { Action: "s3-object-lambda:GetObject" }, false],
    ["resources with *", { Resource: "arn:aws:s3:::state/defs-state/crm/*" }, true],
    ["resources with ?", { Resource: "arn:aws:s3:::state/defs-state/crm/key/v?" }, true],
    ["one of several resources", { Resource: ["arn:aws:s3:::other/*", OBJECT] }, true],
    ["resources in this case only", { Resource: OBJECT.toUpperCase() }, false],
    ["no resource that only begins so", { Resource: "arn:aws:s3:::state/defs-state" }, false],
    ["no folder beside it", { Resource: "arn:aws:s3:::state/defs-state/cr/*" }, false],
    ["no bucket beside it", { Resource: "arn:aws:s3:::stat/*" }, false],
    ["a dot as a dot", { Resource: OBJECT.replace("crm", "c.m") }, false],
    ["the bucket not for its objects", { Resource: "arn:aws:s3:::state" }, false],
  ])("matches %s", (_case, statement, allowed) => {
    expect(isAllowed([allow(statement)], GET)).toBe(allowed);
  });

  it.each<[string, unknown]>([
    ["NotAction", document({ Effect: "Allow", NotAction: "s3:PutObject", Resource: "*" })],
    ["NotResource", document({ Effect: "Allow", Action: "s3:GetObject", NotResource: "x" })],
    ["another effect", document({ Effect: "allow", Action: "s3:PutObject", Resource: "*" })],
    ["no effect", document({ Action: "s3:PutObject", Resource: "*" })],
    ["another version", { Version: "2008-10-17", Statement: [] }],
    ["more than statements", { Version: "2012-10-17", Statement: [], Id: "x" }],
    ["no resource", document({ Effect: "Allow", Action: "s3:GetObject" })],
    ["a principal of an identity", allow({ Principal: "*" })],
    ["a policy variable", allow({ Resource: "arn:aws:s3:::state/${aws:username}/*" })],
    ["a number", allow({ Resource: 1 })],
    ["an unknown operator", allow({ Condition: { StringMatches: { "s3:prefix": "x" } } })],
    ["an operator in another case", allow({ Condition: { stringEquals: { "s3:prefix": "x" } } })],
    ["a date", allow({ Condition: { DateLessThan: { "aws:CurrentTime": "x" } } })],
  ])("refuses %s", (_case, unknown) => {
    expect(() => isAllowed([unknown], GET)).toThrow();
  });
});

describe("a principal", () => {
  it.each<[string, unknown, boolean]>([
    ["the provider", { Federated: "arn:aws:iam::1:oidc-provider/host" }, true],
    ["one of several", { Federated: ["x", "arn:aws:iam::1:oidc-provider/host"] }, true],
    ["everybody", "*", true],
    ["another provider", { Federated: "arn:aws:iam::1:oidc-provider/hosts" }, false],
    ["a pattern, which is none here", { Federated: "arn:aws:iam::1:oidc-provider/*" }, false],
    ["all accounts", { AWS: "*" }, false],
    ["a service", { Service: "arn:aws:iam::1:oidc-provider/host" }, false],
  ])("is %s", (_case, principal, allowed) => {
    expect(isAllowed([trust({ Principal: principal })], TOKEN)).toBe(allowed);
  });

  it("must be there for trust, and trust has no resource", () => {
    expect(() => isAllowed([trust({ Principal: undefined })], TOKEN)).toThrow("Principal");
    expect(() => isAllowed([trust({ Resource: "*" })], TOKEN)).toThrow("a role's trust");
  });
});

describe("a condition", () => {
  it.each<[string, Statement, AccessRequest["context"], boolean]>([
    ["equal texts", { StringEquals: { k: "a" } }, { k: "a" }, true],
    ["one of several", { StringEquals: { k: ["a", "b"] } }, { k: "b" }, true],
    ["keys in any case", { StringEquals: { "S3:Prefix": "a" } }, { "s3:prefix": "a" }, true],
    ["values in this case only", { StringEquals: { k: "A" } }, { k: "a" }, false],
    [
      "* of StringEquals as a star",
      { StringEquals: { k: "repo:acme/*" } },
      { k: "repo:acme/x" },
      false,
    ],
    ["* of StringEquals as a star, given", { StringEquals: { k: "x/*" } }, { k: "x/*" }, true],
    [
      "* of StringLike as any text",
      { StringLike: { k: "repo:acme/*" } },
      { k: "repo:acme/x:y" },
      true,
    ],
    ["* of StringLike as no text", { StringLike: { k: "repo:acme/*" } }, { k: "repo:acme/" }, true],
    ["? of StringLike as one character", { StringLike: { k: "v?" } }, { k: "v12" }, false],
    ["StringLike from begin to end", { StringLike: { k: "acme/*" } }, { k: "repo:acme/x" }, false],
    ["StringLike over lines", { StringLike: { k: "a*" } }, { k: "a\nb" }, true],
    ["all keys", { StringEquals: { k: "a", l: "b" } }, { k: "a", l: "c" }, false],
    [
      "all operators",
      { StringEquals: { k: "a" }, StringLike: { l: "b*" } },
      { k: "a", l: "c" },
      false,
    ],
    ["no absent key", { StringEquals: { k: "a" } }, {}, false],
    ["no absent key, like anything", { StringLike: { k: "*" } }, {}, false],
    ["an absent key IfExists", { StringEqualsIfExists: { k: "a" } }, {}, true],
    ["a wrong key IfExists", { StringEqualsIfExists: { k: "a" } }, { k: "b" }, false],
    ["ForAllValues of an absent key", { "ForAllValues:StringEquals": { k: "a" } }, {}, true],
    ["ForAllValues of no value", { "ForAllValues:StringEquals": { k: "a" } }, { k: [] }, true],
    [
      "ForAllValues of all",
      { "ForAllValues:StringEquals": { k: ["a", "b"] } },
      { k: ["a", "b"] },
      true,
    ],
    ["ForAllValues of some", { "ForAllValues:StringEquals": { k: "a" } }, { k: ["a", "b"] }, false],
    ["ForAnyValue of some", { "ForAnyValue:StringEquals": { k: "a" } }, { k: ["a", "b"] }, true],
    ["ForAnyValue of an absent key", { "ForAnyValue:StringEquals": { k: "a" } }, {}, false],
    ["Null of an absent key", { Null: { k: "true" } }, {}, true],
    ["Null of a key that is there", { Null: { k: "true" } }, { k: "a" }, false],
    ["not Null of an absent key", { Null: { k: "false" } }, {}, false],
    ["not Null of a key that is there", { Null: { k: "false" } }, { k: "a" }, true],
    ["Bool", { Bool: { k: "false" } }, { k: "false" }, true],
    ["Bool in any case", { Bool: { k: "False" } }, { k: "false" }, true],
    ["no absent Bool", { Bool: { k: "false" } }, {}, false],
    ["a smaller number", { NumericLessThan: { k: "1.2" } }, { k: "1.1" }, true],
    ["numbers as numbers", { NumericLessThan: { k: "9" } }, { k: "10" }, false],
    ["not the same number", { NumericLessThan: { k: "1.2" } }, { k: "1.2" }, false],
    [
      "an ARN with *",
      { ArnLike: { k: "arn:aws:iam::1:role/x/*" } },
      { k: "arn:aws:iam::1:role/x/y" },
      true,
    ],
    [
      "an ARN with * by ArnEquals",
      { ArnEquals: { k: "arn:aws:s3:::*" } },
      { k: "arn:aws:s3:::b" },
      true,
    ],
    [
      "no ARN of another account",
      { ArnLike: { k: "arn:aws:iam::1:*" } },
      { k: "arn:aws:iam::12:role/x" },
      false,
    ],
  ])("takes %s", (_case, condition, context, allowed) => {
    expect(holds(condition, context)).toBe(allowed);
  });

  it("refuses several values where one is compared, and numbers that are none", () => {
    expect(() => holds({ StringEquals: { k: "a" } }, { k: ["a", "b"] })).toThrow("one value");
    expect(() => holds({ NumericLessThan: { k: "x" } }, { k: "1" })).toThrow("no number");
  });
});

describe("patterns", () => {
  it("know no character but * and ?", () => {
    expect(matchesPattern("a.c[d](e)+^$|\\{1}", "a.c[d](e)+^$|\\{1}")).toBe(true);
    expect(matchesPattern("a.c", "abc")).toBe(false);
    expect(matchesPattern("a+", "aa")).toBe(false);
  });

  it("of ARNs do not reach over colons, but for those of the resource", () => {
    expect(matchesArn("arn:*:s3:::state", "arn:aws:s3:::state")).toBe(true);
    expect(matchesArn("arn:aws:*:state", "arn:aws:s3:::state")).toBe(false);
    expect(matchesArn("arn:aws:logs:r:1:group:*", "arn:aws:logs:r:1:group:a:b")).toBe(true);
    expect(matchesArn("arn:aws:s3:::a/*", "arn:aws:s3:::a/b:c/d")).toBe(true);
  });
});
