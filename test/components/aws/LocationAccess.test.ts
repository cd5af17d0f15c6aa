import * as pulumi from "@pulumi/pulumi";

import { LocationAccess, type LocationAccessArgs } from "../../../components/aws/LocationAccess";
import { pushStatements } from "../../../components/aws/imagePolicy";
import { policyDocument } from "../../../components/aws/policyDocument";
import { stateStatements } from "../../../components/aws/statePolicy";
import { ciTrust, podTrust } from "../../../components/aws/trustPolicy";
import {
  locationCiRights,
  locationRights,
  pullRequestRights,
} from "../../../components/identities/stateRights";
import {
  ACCOUNT,
  BOUNDARY,
  document,
  FINANCE,
  KEY_ARN,
  LOCATION_REF,
  made,
  READ_POLICY,
  STATE,
  statement,
  tooWide,
} from "./fixtures";

const PODS = { eksCluster: "data", namespace: "dagster" };

const ARGS: LocationAccessArgs = {
  ...{ stack: "prod", account: ACCOUNT, location: "finance", repository: FINANCE, branch: "main" },
  ...{ pullRequests: true, branchImages: true, images: true, imageExpireDays: 30, branchDays: 14 },
  ...{ state: STATE, workflowRef: LOCATION_REF, gitlabUrl: "https://gitlab.com", pods: PODS },
  policyArns: [READ_POLICY],
};

const make = (args: Partial<LocationAccessArgs> = {}) =>
  made(() => new LocationAccess("finance", { ...ARGS, ...args }));

const RUNTIME = "arn:aws:iam::123456789012:role/dagster-platform/prod/dagster-prod-finance-runtime";

const ADOPTED = "arn:aws:iam::123456789012:role/finance";

const ISSUER = "https://oidc.eks.eu-central-1.amazonaws.com/id/AB12";

const SERVICE_ACCOUNT = { account: ACCOUNT, ...PODS, serviceAccount: "finance" };

describe("the access of a location", () => {
  it("is three roles and two image repositories", async () => {
    const { names, find } = await make();
    expect(names).toEqual([
      "aws:ecr/lifecyclePolicy:LifecyclePolicy finance-branch-images-expiry",
      "aws:ecr/lifecyclePolicy:LifecyclePolicy finance-images-expiry",
      "aws:ecr/repository:Repository finance-branch-images-repository",
      "aws:ecr/repository:Repository finance-images-repository",
      "aws:eks/podIdentityAssociation:PodIdentityAssociation finance-runtime-pods",
      "aws:iam/role:Role finance-ci-role",
      "aws:iam/role:Role finance-pull-request-role",
      "aws:iam/role:Role finance-runtime-role",
      "aws:iam/rolePolicy:RolePolicy finance-ci-rights",
      "aws:iam/rolePolicy:RolePolicy finance-pull-request-rights",
      "aws:iam/rolePolicy:RolePolicy finance-runtime-rights",
      "aws:iam/rolePolicyAttachment:RolePolicyAttachment finance-runtime-123456789012/team/finance-read",
      "dagster-platform:aws:Identity finance-ci",
      "dagster-platform:aws:Identity finance-pull-request",
      "dagster-platform:aws:Identity finance-runtime",
      "dagster-platform:aws:ImageRepository finance-branch-images",
      "dagster-platform:aws:ImageRepository finance-images",
      "dagster-platform:aws:LocationAccess finance",
    ]);
    for (const child of ["ci", "pull-request", "runtime", "images", "branch-images"])
      expect(find(`finance-${child}`).parent).toBe("finance");
    expect(find("finance").registeredOutputs).toEqual({
      runtimeRoleArn: RUNTIME,
      annotations: {},
    });
  });

  it("gives its CI what a release consists of, and its image repository", async () => {
    const { find } = await make();
    expect(document(find("finance-ci-rights"))).toEqual(
      policyDocument([
        ...stateStatements(STATE, locationCiRights("finance")),
        ...pushStatements(ACCOUNT, "dagster-prod/finance"),
      ]),
    );
    const trigger = { kind: "branch", branch: "main" } as const;
    expect(document(find("finance-ci-role"), "assumeRolePolicy")).toEqual(
      ciTrust({ ...ARGS, trigger }),
    );
  });

  it("gives its pull requests their branches, and the repository of these", async () => {
    const { find } = await make();
    const rights = document(find("finance-pull-request-rights"));
    expect(rights).toEqual(
      policyDocument([
        ...stateStatements(STATE, pullRequestRights("finance")),
        ...pushStatements(ACCOUNT, "dagster-prod-branches/finance"),
      ]),
    );
    const written = ["WriteState", "PushImage"].map((sid) => statement(rights.Statement, sid));
    expect(written.flatMap(({ Resource }) => Resource)).toEqual([
      "arn:aws:s3:::acme-dagster-prod/branches/finance/*",
      "arn:aws:ecr:eu-central-1:123456789012:repository/dagster-prod-branches/finance",
    ]);
    expect(document(find("finance-pull-request-role"), "assumeRolePolicy")).toEqual(
      ciTrust({ ...ARGS, trigger: { kind: "pull-request" } }),
    );
  });

  it("gives its pods their state and the location's own policies, by EKS Pod Identity", async () => {
    const { find, result } = await make();
    expect(document(find("finance-runtime-rights"))).toEqual(
      policyDocument(stateStatements(STATE, locationRights("finance"))),
    );
    expect(document(find("finance-runtime-role"), "assumeRolePolicy")).toEqual(
      podTrust(SERVICE_ACCOUNT),
    );
    expect(find("finance-runtime-pods").inputs).toMatchObject({ serviceAccount: "finance" });
    expect([result.runtimeRoleArn, result.annotations]).toEqual([RUNTIME, {}]);
  });

  it("gives its pods the role by the cluster's issuer, known later or not", async () => {
    const { find, names, result } = await make({
      pods: { ...PODS, issuer: pulumi.output(ISSUER) },
    });
    expect(document(find("finance-runtime-role"), "assumeRolePolicy")).toEqual(
      podTrust({ ...SERVICE_ACCOUNT, issuer: ISSUER }),
    );
    expect(names.join("\n")).not.toContain("PodIdentityAssociation");
    expect(result.annotations).toEqual({ "eks.amazonaws.com/role-arn": RUNTIME });
  });
});

describe("the access of a location with less", () => {
  it("has no role for pull requests that are not wanted", async () => {
    const { names } = await make({ pullRequests: false, branchImages: false });
    expect(names.join("\n")).not.toMatch(/pull-request|branch/);
  });

  it("lets pull requests push nothing where branches have no images", async () => {
    const { names, find } = await make({ branchImages: false });
    expect(names.join("\n")).not.toContain("branch-images");
    expect(document(find("finance-pull-request-rights"))).toEqual(
      policyDocument(stateStatements(STATE, pullRequestRights("finance"))),
    );
  });

  it("has neither repositories nor rights to push where images are elsewhere", async () => {
    const { names, find } = await make({ images: false });
    expect(names.join("\n")).not.toContain("ecr");
    for (const role of ["ci", "pull-request"])
      expect(JSON.stringify(document(find(`finance-${role}-rights`)))).not.toContain("ecr:");
  });

  it("makes no role for code that has one, but tells EKS of it", async () => {
    const { names, find, result } = await make({ runtimeRoleArn: ADOPTED });
    expect(names.filter((name) => name.includes("runtime"))).toEqual([
      "aws:eks/podIdentityAssociation:PodIdentityAssociation finance-runtime-pods",
    ]);
    expect(find("finance-runtime-pods").inputs).toEqual({
      clusterName: "data",
      namespace: "dagster",
      serviceAccount: "finance",
      roleArn: ADOPTED,
    });
    expect([result.runtimeRoleArn, result.annotations]).toEqual([ADOPTED, {}]);
  });

  it("with a role that is there already and IRSA has nothing to make but the annotation", async () => {
    const args = { runtimeRoleArn: ADOPTED, pods: { ...PODS, issuer: ISSUER } };
    const { names, result } = await make(args);
    expect(names.join("\n")).not.toContain("runtime");
    expect(result.annotations).toEqual({ "eks.amazonaws.com/role-arn": ADOPTED });
  });
});

describe("every role of a location", () => {
  it("is below the stack's path, limited, and no wider than it is named", async () => {
    const state = { ...STATE, kmsKeyArn: KEY_ARN };
    const { resources } = await make({ permissionsBoundary: BOUNDARY, state });
    const roles = resources.filter(({ type }) => type === "aws:iam/role:Role");
    expect(roles.map(({ inputs }) => inputs["name"]).sort()).toEqual([
      "dagster-prod-finance-ci",
      "dagster-prod-finance-pull-request",
      "dagster-prod-finance-runtime",
    ]);
    for (const { inputs } of roles)
      expect(inputs).toMatchObject({
        path: "/dagster-platform/prod/",
        permissionsBoundary: BOUNDARY,
        maxSessionDuration: 3600,
      });
    for (const policy of resources.filter(({ type }) => type === "aws:iam/rolePolicy:RolePolicy"))
      expect(tooWide(document(policy).Statement)).toEqual([]);
  });
});

describe("the image repositories of a location", () => {
  it("have the names and days of both kinds, and the state's key", async () => {
    const { find } = await make({ state: { ...STATE, kmsKeyArn: KEY_ARN } });
    const key = [{ encryptionType: "KMS", kmsKey: KEY_ARN }];
    for (const [name, repository, days] of [
      ["finance-images", "dagster-prod/finance", "after 30 days"],
      ["finance-branch-images", "dagster-prod-branches/finance", "after 14 days"],
    ] as const) {
      expect(find(`${name}-repository`).inputs).toMatchObject({
        name: repository,
        encryptionConfigurations: key,
      });
      expect(find(`${name}-expiry`).inputs["policy"]).toContain(days);
    }
  });
});
