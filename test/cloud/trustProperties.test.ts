import fc from "fast-check";

import { type Caller, githubToken, gitlabToken, podToken, type Token } from "./callers";
import { CRM_CI, CRM_PULL } from "./githubRows";
import { type Registered, registered } from "./registered";
import { takenRoles } from "./takers";
import { LOCATION_WORKFLOW_REF, PLATFORM_WORKFLOW_REF, CLUSTER_ISSUER } from "./world";

const KINDS: ReadonlyMap<string, string> = new Map([
  ["ref:refs/heads/main", "ci"],
  ["pull_request", "pull-request"],
]);

const RUNS = { numRuns: 400 };

/** Another text that looks much like this one. */
function similar(text: string): fc.Arbitrary<string> {
  const at = fc.nat(text.length);
  const piece = fc.oneof(
    fc.string({ minLength: 1, maxLength: 3 }),
    fc.constantFrom("*", "?", "/", ":", "@", "-", " ", "\n", "main", "acme", "1", "\u0430"),
  );
  return fc
    .oneof(
      fc.tuple(at, piece).map(([n, more]) => text.slice(0, n) + more + text.slice(n)),
      fc.tuple(at, at).map(([a, b]) => text.slice(0, Math.min(a, b)) + text.slice(Math.max(a, b))),
      fc.tuple(at, piece).map(([n, more]) => text.slice(0, n) + more + text.slice(n + more.length)),
      fc.constantFrom(text.toUpperCase(), text.toLowerCase(), encodeURIComponent(text), "", "*"),
    )
    .filter((other) => other !== text);
}

/** The same token with one of these claims changed, or left out. */
function changed(token: Token, claims: readonly string[]): fc.Arbitrary<Token> {
  return fc.constantFrom(...claims).chain((name) => {
    const { [name]: value = "", ...others } = token.claims;
    const values = fc.option(similar(value), { nil: undefined, freq: 20 });
    return values.map((other) => ({
      ...token,
      claims: other === undefined ? others : { ...others, [name]: other },
    }));
  });
}

describe("trust", () => {
  let all: Registered;

  beforeAll(async () => {
    all = await registered();
  });

  const rolesOf = (caller: Caller) => takenRoles(all, caller);

  const GITHUB_CLAIMS = ["aud", "sub", "repository_id", "job_workflow_ref"];

  it.each<[string, Token, readonly string[]]>([
    ["main", githubToken(), GITHUB_CLAIMS],
    ["main with ids", githubToken({ form: "ids" }), GITHUB_CLAIMS],
    ["a pull request", githubToken({ job: "pull_request" }), GITHUB_CLAIMS],
    ["a pull request with ids", githubToken({ job: "pull_request", form: "ids" }), GITHUB_CLAIMS],
    ["a pod by IRSA", podToken("dagster", "crm", CLUSTER_ISSUER), ["aud", "sub"]],
  ])("gives nothing to what only looks like %s", (_case, token, claims) => {
    expect(rolesOf(token)).not.toEqual([]);
    fc.assert(
      fc.property(changed(token, claims), (other) => {
        expect(rolesOf(other)).toEqual([]);
      }),
      RUNS,
    );
  });

  it("gives GitLab's jobs what begins with their project and branch, and nothing else", () => {
    const token = gitlabToken();
    fc.assert(
      fc.property(changed(token, ["aud", "sub"]), (other) => {
        const isBranch = (other.claims["sub"] ?? "").startsWith(
          "project_path:acme/data/ledger:ref_type:branch:ref:",
        );
        const isAudience = other.claims["aud"] === token.claims["aud"];
        const roles = isBranch && isAudience ? ["dagster-prod-ledger-pull-request"] : [];
        expect(rolesOf(other)).toEqual(roles);
      }),
      RUNS,
    );
  });

  it("gives a pod nothing when one of its tags is another", () => {
    const pod = {
      cluster: "arn:aws:eks:eu-central-1:123456789012:cluster/data",
      namespace: "dagster",
      serviceAccount: "crm",
      service: "pods.eks.amazonaws.com",
    };
    expect(rolesOf(pod)).toEqual(["dagster-prod-crm-runtime"]);
    const names = ["cluster", "namespace", "serviceAccount", "service"] as const;
    const other = fc
      .constantFrom(...names)
      .chain((name) => similar(pod[name]).map((text) => ({ ...pod, [name]: text })));
    fc.assert(
      fc.property(other, (caller) => {
        // Names of Kubernetes and ARNs have no such tags as those of another location.
        expect(rolesOf(caller)).toEqual([]);
      }),
      RUNS,
    );
  });

  it("gives GitHub's jobs what a plain comparison gives them, for every mixture of claims", () => {
    const mostly = <T>(usual: T, ...others: readonly T[]) =>
      fc.oneof({ weight: 6, arbitrary: fc.constant(usual) }, fc.constantFrom(...others));
    const job = {
      owner: mostly("acme", "acme-evil", "Acme"),
      ownerId: mostly(12, 1, 123),
      name: fc.constantFrom("crm", "crm-eu", "crm2"),
      id: fc.constantFrom(1001, 1002, 100),
      job: fc.constantFrom("ref:refs/heads/main", "pull_request", "ref:refs/tags/main"),
      form: fc.constantFrom("names" as const, "ids" as const),
      workflow: mostly(LOCATION_WORKFLOW_REF, PLATFORM_WORKFLOW_REF),
      claims: mostly({}, { aud: "https://github.com/acme" }),
    };
    fc.assert(
      fc.property(fc.record(job), (given) => {
        const isOurs =
          given.owner === "acme" &&
          (given.form === "names" || given.ownerId === 12) &&
          given.workflow === LOCATION_WORKFLOW_REF &&
          !("aud" in given.claims);
        const isCrm = isOurs && given.name === "crm" && given.id === 1001;
        const isEu = isOurs && given.name === "crm-eu" && given.id === 1002;
        const kind = KINDS.get(given.job);
        const eu = isEu && kind !== undefined ? [`dagster-prod-crm-eu-${kind}`] : [];
        const crm = isCrm && kind !== undefined ? (kind === "ci" ? CRM_CI : CRM_PULL) : [];
        expect(rolesOf(githubToken(given))).toEqual([...crm, ...eu].sort());
      }),
      { numRuns: 1500 },
    );
  });
});
