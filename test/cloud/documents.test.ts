import { UNSCOPED_ACTIONS } from "../../components/aws/unscopedActions";
import { isAllowed, isForbidden, type RequestPrincipal, statementsOf } from "./policyEvaluator";
import { record, strings } from "./policyMatching";
import { type Registered, registered, rightsOf } from "./registered";
import { BUCKET, CRM_POLICY, BOUNDARY } from "./world";

type Statement = Readonly<Record<string, unknown>>;

/** Where a statement stands, for the message. */
interface Found {
  readonly where: string;
  readonly statement: Statement;
}

const ARN = `arn:aws:s3:::${BUCKET}`;

describe("all registered documents", () => {
  let all: Registered;
  let rights: readonly Found[];
  let trusts: readonly Found[];

  const found = (where: string, document: unknown): readonly Found[] =>
    statementsOf(document).map((statement) => ({ where, statement }));

  /** Places of the statements that are so. */
  const where = (list: readonly Found[], is: (statement: Statement) => boolean) =>
    list.filter(({ statement }) => is(statement)).map((each) => each.where);

  beforeAll(async () => {
    all = await registered();
    const roles = [...all.roles.values()];
    rights = roles.flatMap((role) =>
      rightsOf(role).flatMap((document) => found(role.name, document)),
    );
    trusts = roles.flatMap((role) => found(role.name, JSON.parse(role.trust)));
  });

  it("are those of all roles and of the bucket, and there is no other kind", () => {
    expect(all.roles.size).toBe(4 * 3 + 3 + 3 + 3);
    expect(trusts).toHaveLength(all.roles.size);
    expect(new Set(rights.map((each) => each.where)).size).toBe(all.roles.size);
    const policies = all.types.filter((type) =>
      /polic|attachment|user|group|accesskey/i.test(type),
    );
    expect(policies).toEqual([
      "aws:ecr/lifecyclePolicy:LifecyclePolicy",
      "aws:iam/policy:Policy",
      "aws:iam/rolePolicy:RolePolicy",
      "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
      "aws:s3/bucketPolicy:BucketPolicy",
    ]);
  });

  it("name everything: no NotAction, NotResource, NotPrincipal, and no other unknown element", () => {
    const known = ["Sid", "Effect", "Principal", "Action", "Resource", "Condition"];
    const has = (statement: Statement) =>
      Object.keys(statement).some((key) => !known.includes(key));
    expect(where([...rights, ...trusts, ...found("bucket", all.bucketPolicy)], has)).toEqual([]);
  });

  it("allow no action by a pattern", () => {
    const byPattern = (statement: Statement) =>
      strings(statement["Action"]).some((action) => /[*?]/.test(action));
    expect(where([...rights, ...trusts], byPattern)).toEqual([]);
  });

  it("allow on all resources only what has none, by the list of exceptions", () => {
    const unscoped = rights.filter(({ statement }) =>
      strings(statement["Resource"]).some((resource) => /^[*?]|^arn:[^:]*[*?]/.test(resource)),
    );
    const actions = unscoped.flatMap(({ statement }) => strings(statement["Action"]));
    const exceptions = Object.keys(UNSCOPED_ACTIONS);
    expect(actions.filter((action) => !exceptions.includes(action))).toEqual([]);
    for (const { statement } of unscoped) expect(statement["Resource"]).toEqual(["*"]);
  });

  it("have a wildcard at the end of a resource alone, after a slash or in a kind's name", () => {
    const resources = rights.flatMap(({ statement }) => strings(statement["Resource"]));
    const wild = resources.filter((resource) => resource !== "*" && /[*?]/.test(resource));
    expect(wild.filter((resource) => !/^[^*?]+[/:]\*$/.test(resource))).toEqual([]);
  });

  it("trust nobody but issuers and EKS, each with conditions on whom", () => {
    const principals = trusts.map(({ statement }) => Object.keys(record(statement["Principal"])));
    expect([...new Set(principals.flat())].sort()).toEqual(["Federated", "Service"]);
    for (const { statement } of trusts) {
      expect(statement["Effect"]).toBe("Allow");
      const keys = Object.values(record(statement["Condition"])).flatMap((values) =>
        Object.keys(record(values)),
      );
      const isPod = keys.includes("aws:RequestTag/kubernetes-service-account");
      const bound = isPod ? ["cluster-arn", "namespace", "service-account"] : [":aud", ":sub"];
      for (const end of bound) expect(keys.some((key) => key.endsWith(end))).toBe(true);
    }
  });

  it("compare trust by whole texts, but for branches of GitLab's merge requests", () => {
    const like = trusts.filter(({ statement }) =>
      Object.keys(record(statement["Condition"])).some((operator) => operator !== "StringEquals"),
    );
    expect(like.map((each) => each.where).sort()).toEqual([
      "dagster-lab--preview",
      "dagster-prod-ledger-pull-request",
    ]);
  });

  it("deny nothing but changes of the platform's own roles", () => {
    expect(where(rights, ({ Effect: effect }) => effect === "Deny")).toEqual([
      "dagster-prod--deploy",
      "dagster-lab--deploy",
    ]);
  });

  it("keep all roles in the stack's path, below the boundary", () => {
    for (const role of all.roles.values()) {
      expect(role.path).toMatch(/^\/dagster-platform\/(prod|lab)\/$/);
      expect(role.permissionsBoundary).toBe(BOUNDARY);
    }
  });

  it("fit into IAM's quotas for a role's own policy, for managed ones and for trust", () => {
    for (const { policies, trust } of all.roles.values()) {
      expect(trust.length).toBeLessThanOrEqual(2_048);
      for (const [name, policy] of Object.entries(policies))
        expect(policy.length).toBeLessThanOrEqual(name === "rights" ? 10_240 : 6_144);
    }
  });

  it("attach managed policies to a location's code alone", () => {
    const attached = [...all.roles.values()].filter((role) => role.attached.length > 0);
    expect(attached.map(({ name, attached: policies }) => [name, policies])).toEqual([
      ["dagster-prod-crm-runtime", [CRM_POLICY]],
      ["dagster-lab-crm-runtime", [CRM_POLICY]],
    ]);
  });

  describe("of the bucket", () => {
    const principal: RequestPrincipal = { kind: "AWS", name: "arn:aws:iam::123456789012:root" };
    const tls = { "aws:SecureTransport": "true", "s3:TlsVersion": "1.3" };

    it.each([
      ["without TLS", { "aws:SecureTransport": "false" }, true],
      ["with TLS 1.0", { ...tls, "s3:TlsVersion": "1.0" }, true],
      ["with TLS 1.1", { ...tls, "s3:TlsVersion": "1.1" }, true],
      ["with TLS 1.2", { ...tls, "s3:TlsVersion": "1.2" }, false],
      ["with TLS 1.3", tls, false],
    ])("forbid everything %s, or not, even to the account's owner", (_case, context, forbidden) => {
      for (const action of ["s3:GetObject", "s3:PutObject", "s3:ListBucket", "s3:DeleteBucket"])
        for (const resource of [ARN, `${ARN}/releases/crm.json`]) {
          const request = { action, resource, principal, context };
          expect(isForbidden([all.bucketPolicy], request)).toBe(forbidden);
        }
    });

    it("allow nobody anything", () => {
      const request = { action: "s3:GetObject", resource: `${ARN}/x`, principal, context: tls };
      expect(isAllowed([all.bucketPolicy], request)).toBe(false);
      const allow = ({ Effect: effect }: Statement) => effect !== "Deny";
      expect(where(found("bucket", all.bucketPolicy), allow)).toEqual([]);
    });
  });
});
