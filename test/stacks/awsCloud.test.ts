import { LOOKED_UP } from "../../commands/rights/sampleStack";
import { awsCloud } from "../../stacks/awsCloud";
import { mocked, valueOf } from "../components/mocked";
import { AWS, cloudInput, listOf, rootParts } from "./cloudInput";

const make = (given: Readonly<Record<string, unknown>> = {}, list?: string) =>
  mocked(async () => (await awsCloud(cloudInput({ ...AWS, ...given }, list)))(), {}, LOOKED_UP);

const parts = async (...args: Parameters<typeof make>) => rootParts("aws", await make(...args));

describe("a stack on AWS", () => {
  it("makes bucket, issuer, database, and who acts for platform and locations", async () => {
    expect(await parts()).toEqual([
      "CiIssuer github-oidc",
      "LocationAccess crm-access",
      "LocationAccess finance-access",
      "PlatformAccess platform-access",
      "RdsPostgres database",
      "StateBucket state",
    ]);
  });

  it("uses one provider, which refuses another account", async () => {
    const { find, resources } = await make();
    expect(find("aws").inputs).toMatchObject({
      region: "eu-west-1",
      allowedAccountIds: JSON.stringify(["123456789012"]),
    });
    const others = resources.filter(
      ({ type, provider }) => type.startsWith("aws:") && provider !== "aws",
    );
    expect(others).toEqual([]);
  });

  it("makes nothing that is there already", async () => {
    const list = listOf(
      { name: "crm", access: { awsRole: "arn:aws:iam::123456789012:role/crm" } },
      { name: "sales", provider: "gitlab" },
    );
    const given = {
      ...{ adopt: ["stateBucket", "githubOidc", "gitlabOidc"], stateBucket: "acme-state" },
      ...{ postgresHost: "db.acme.internal", postgresSecret: "pg", imageRegistry: "ghcr.io/acme" },
    };
    const { names } = await make(given, list);
    expect(await parts(given, list)).toEqual([
      "LocationAccess crm-access",
      "LocationAccess sales-access",
      "PlatformAccess platform-access",
    ]);
    expect(names.filter((name) => /^aws:(s3|ecr|rds)|OpenIdConnect/.test(name))).toEqual([]);
    expect(names).not.toContain("aws:iam/role:Role crm-access-runtime-role");
  });

  it("has a provider of tokens for each CI system that is used", async () => {
    const list = listOf({ name: "sales", provider: "gitlab" });
    const { find } = await make({ gitlabUrl: "https://gitlab.acme.com" }, list);
    expect(find("gitlab-oidc-provider").inputs).toMatchObject({ url: "https://gitlab.acme.com" });
    expect(find("github-oidc-provider").inputs).toMatchObject({
      url: "https://token.actions.githubusercontent.com",
    });
  });

  it("has identities for the pods of system and locations, by EKS without a word to the pods", async () => {
    const { find, result } = await make();
    expect([...result.pods.keys()]).toEqual(["dagster", "crm", "finance"]);
    expect(result.pods.get("crm")?.annotations).toEqual({});
    expect(find("crm-access-runtime-pods").inputs).toMatchObject({
      ...{ clusterName: "acme-data", namespace: "dagster", serviceAccount: "crm" },
    });
    expect(find("platform-access-system-pods").inputs).toMatchObject({ serviceAccount: "dagster" });
  });

  it("tells pods their role where the cluster's issuer vouches for them", async () => {
    const { names, result } = await make({ podIdentity: "irsa" });
    expect(result.pods.get("crm")?.annotations).toEqual({
      "eks.amazonaws.com/role-arn":
        "arn:aws:iam::123456789012:role/dagster-platform/prod/dagster-prod-crm-runtime",
    });
    expect(names.filter((name) => name.includes("podIdentityAssociation"))).toEqual([]);
  });

  it("puts the database into the network of the cluster", async () => {
    const { find, result } = await make();
    expect(find("database-subnets").inputs).toMatchObject({
      subnetIds: ["subnet-0a1b2c3d", "subnet-4e5f6a7b"],
    });
    expect(find("database-clients").inputs).toMatchObject({
      referencedSecurityGroupId: "sg-0a1b2c3d",
    });
    expect(find("database-instance").inputs).toMatchObject({
      ...{ identifier: "dagster-prod", instanceClass: "db.t4g.medium", multiAz: true },
      publiclyAccessible: false,
    });
    expect(await valueOf(result.database?.password)).toBe("s3cret");
  });

  it("takes own subnets", async () => {
    const { find } = await make({ postgresSubnetIds: ["subnet-99999999", "subnet-88888888"] });
    expect(find("database-subnets").inputs).toMatchObject({
      subnetIds: ["subnet-99999999", "subnet-88888888"],
    });
  });

  it("limits every role by the boundary, and the platform's CI to making such", async () => {
    const permissionsBoundary = "arn:aws:iam::123456789012:policy/limits";
    const { resources, find } = await make({ permissionsBoundary });
    const roles = resources.filter(({ type }) => type === "aws:iam/role:Role");
    expect(roles.length).toBeGreaterThan(7);
    for (const { inputs } of roles) expect(inputs).toMatchObject({ permissionsBoundary });
    expect(String(find("platform-access-deploy-rights").inputs["policy"])).toContain(
      permissionsBoundary,
    );
  });

  it("gives the platform's CI the policies of the config, one list to each of its roles", async () => {
    const [state, read] = ["state", "read-state"].map(
      (name) => `arn:aws:iam::123456789012:policy/${name}`,
    );
    const { resources } = await make({
      platformCiPolicies: [state],
      platformPreviewPolicies: [read],
    });
    const attached = resources
      .filter(({ type, name }) => type.endsWith("PolicyAttachment") && name.startsWith("platform"))
      .map(({ name, inputs }) => [/-(deploy|preview)-/.exec(name)?.[1], inputs["policyArn"]]);
    expect(attached.sort()).toEqual([
      ["deploy", state],
      ["preview", read],
    ]);
  });

  it("is known to the cluster as a group of its own, where it deploys from CI", async () => {
    const { find, result } = await make();
    expect(result.deployer).toEqual({ kind: "Group", name: "dagster-platform:dagster:deploy" });
    expect(find("platform-access-deploy-access").inputs).toMatchObject({
      ...{ clusterName: "acme-data", kubernetesGroups: ["dagster-platform:dagster:deploy"] },
    });
  });

  it("refuses a cluster that knows no access entries, and says how it does", async () => {
    const old = { accessConfigs: [{ authenticationMode: "CONFIG_MAP" }] };
    const cluster = "aws:eks/getCluster:getCluster";
    const lookedUp = { ...LOOKED_UP, [cluster]: { ...LOOKED_UP[cluster], ...old } };
    await expect(mocked(() => awsCloud(cloudInput(AWS)), {}, lookedUp)).rejects.toThrow(
      "Pulumi.prod.yaml: dagster-platform:eksCluster: acme-data: knows no access entries (authentication mode CONFIG_MAP), run `aws eks update-cluster-config --name acme-data",
    );
  });

  it("takes back the images of a location that was on the list before, and no others", async () => {
    const names = ["dagster-prod/crm", "other/finance", "dagster-prod-branches/finance"];
    const lookedUp = { ...LOOKED_UP, "aws:ecr/getRepositories:getRepositories": { names } };
    const { find } = await mocked(async () => (await awsCloud(cloudInput(AWS)))(), {}, lookedUp);
    expect(find("crm-access-images-repository").importId).toBe("dagster-prod/crm");
    expect(find("crm-access-branch-images-repository").importId).toBe("");
    expect(find("finance-access-images-repository").importId).toBe("");
  });

  it("makes identities after the bucket and the issuers", async () => {
    const { find } = await make();
    // Children wait for their component.
    expect(find("crm-access").dependencies).toEqual(
      expect.arrayContaining(["state-bucket", "state-public-access", "github-oidc-provider"]),
    );
  });
});
