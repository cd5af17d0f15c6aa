import { CiPool } from "../../../components/gcp/CiPool";
import { mocked } from "../mocked";
import { githubClaims, gitlabClaims, platformClaims } from "./claims";
import { GITHUB_ORIGIN_CASES } from "./githubOriginCases";
import { GITHUB_START_CASES } from "./githubStartCases";
import { GITLAB_CASES } from "./gitlabCases";
import { PLATFORM_CASES } from "./platformCases";
import { GITHUB, GITLAB, identityOf, program, PROJECT } from "./program";
import type { Answer } from "./tokenCase";
import { type Claims, exchange } from "./tokenExchange";

describe("the identities of CI jobs on Google Cloud", () => {
  const made = program();
  const answer = async (provider: "github" | "gitlab", claims: Claims): Promise<Answer> => {
    const member = exchange(await made, provider, claims);
    return member === undefined ? "refused" : identityOf(await made, member);
  };

  it.each(GITHUB_START_CASES)("GitHub: %s", async (_case, claims, expected) => {
    expect(await answer("github", claims)).toBe(expected);
  });

  it.each(GITHUB_ORIGIN_CASES)("GitHub: %s", async (_case, claims, expected) => {
    expect(await answer("github", claims)).toBe(expected);
  });

  it.each(PLATFORM_CASES)(
    "GitHub, the platform's repository: %s",
    async (_case, claims, expected) => {
      expect(await answer("github", claims)).toBe(expected);
    },
  );

  it.each(GITLAB_CASES)("GitLab: %s", async (_case, claims, expected) => {
    expect(await answer("gitlab", claims)).toBe(expected);
  });

  it("without a platform on GitHub, only locations have jobs", async () => {
    const github = { ...GITHUB, platform: undefined };
    const alone = await mocked(
      () => new CiPool("ci", { ...PROJECT, poolId: "dagster-prod", github }),
    );
    expect(exchange(alone, "github", githubClaims())).toMatch(
      /\/subject\/github:location:42:refs\/heads\/main$/,
    );
    expect(exchange(alone, "github", platformClaims())).toBeUndefined();
  });

  it("of a platform's project on GitLab, all jobs are the platform's", async () => {
    const gitlab = { ...GITLAB, platformProjectId: 42 };
    const own = await mocked(
      () => new CiPool("ci", { ...PROJECT, poolId: "dagster-prod", gitlab }),
    );
    expect(exchange(own, "gitlab", gitlabClaims())).toMatch(
      /\/subject\/gitlab:platform:42:refs\/heads\/main$/,
    );
    const other = gitlabClaims({ project_id: "43" });
    expect(exchange(own, "gitlab", other)).toMatch(/\/subject\/gitlab:location:43:/);
  });
});

describe("the pool of CI jobs", () => {
  it("is made of exactly these", async () => {
    const { names, find } = await program();
    expect(names.filter((name) => name.includes(":iam/"))).toEqual([
      "gcp:iam/workloadIdentityPool:WorkloadIdentityPool ci-pool",
      "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider ci-github",
      "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider ci-gitlab",
    ]);
    expect(find("ci").registeredOutputs).toEqual({ poolId: "dagster-prod" });
    expect(find("ci-pool").inputs).toEqual({
      project: "acme-data",
      workloadIdentityPoolId: "dagster-prod",
      description: "CI jobs of a Dagster platform",
    });
  });

  it("has providers with one attribute, no other audience, and no keys", async () => {
    const { find } = await program();
    for (const provider of ["github", "gitlab"] as const) {
      const { inputs, dependencies } = find(`ci-${provider}`);
      expect(Object.keys(inputs["attributeMapping"] as object)).toEqual(["google.subject"]);
      expect(dependencies).toEqual(["ci-pool"]);
      expect(inputs).toEqual({
        project: "acme-data",
        workloadIdentityPoolId: "dagster-prod",
        workloadIdentityPoolProviderId: provider,
        attributeMapping: expect.anything() as unknown,
        attributeCondition: expect.any(String) as unknown,
        oidc: { issuerUri: expect.any(String) as unknown },
      });
    }
  });

  it("has no provider that nobody uses", async () => {
    const { names } = await mocked(
      () => new CiPool("ci", { project: "acme", poolId: "dagster-dev" }),
    );
    expect(names).toEqual([
      "dagster-platform:gcp:CiPool ci",
      "gcp:iam/workloadIdentityPool:WorkloadIdentityPool ci-pool",
    ]);
  });
});
