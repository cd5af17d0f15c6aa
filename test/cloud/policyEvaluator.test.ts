import { type AccessRequest, isAllowed, isForbidden } from "./policyEvaluator";

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
