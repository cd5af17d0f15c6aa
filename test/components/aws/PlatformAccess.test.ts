import {
  type DeployScope,
  deployRights,
  previewRights,
} from "../../../components/aws/deployPolicy";
import { PlatformAccess, type PlatformAccessArgs } from "../../../components/aws/PlatformAccess";
import { policyDocument } from "../../../components/aws/policyDocument";
import { stateStatements } from "../../../components/aws/statePolicy";
import { ciTrust, podTrust } from "../../../components/aws/trustPolicy";
import { SYSTEM_RIGHTS } from "../../../components/identities/stateRights";
import {
  ACCOUNT,
  BOUNDARY,
  document,
  made,
  PLATFORM,
  PLATFORM_REF,
  ROLE_ARN,
  STATE,
  tooWide,
} from "./fixtures";

const SCOPE: DeployScope = {
  bucketMade: true,
  issuersMade: ["https://token.actions.githubusercontent.com"],
  imagesMade: true,
  attachablePolicyArns: [],
  eksCluster: "data",
};

const BACKEND = "arn:aws:iam::123456789012:policy/pulumi-backend";

const ARGS: PlatformAccessArgs = {
  stack: "prod",
  account: ACCOUNT,
  namespace: "dagster",
  systemServiceAccount: "dagster-system",
  pods: { eksCluster: "data", namespace: "dagster" },
  state: STATE,
  repository: PLATFORM,
  branch: "main",
  workflowRef: PLATFORM_REF,
  gitlabUrl: "https://gitlab.com",
  scope: SCOPE,
  policyArns: [BACKEND],
  previewPolicyArns: [],
};

const make = (args: Partial<PlatformAccessArgs> = {}) =>
  made(() => new PlatformAccess("access", { ...ARGS, ...args }));

const SYSTEM = "arn:aws:iam::123456789012:role/dagster-platform/prod/dagster-prod--system";

const POLICY_INPUT = {
  ...{ stack: "prod", account: ACCOUNT, state: STATE, scope: SCOPE },
  ...{ podIdentity: true, policyArns: [BACKEND] },
};

describe("the access of the platform", () => {
  it("lets the jobs that deploy into the cluster, as a group that has no rights by itself", async () => {
    const { find, result } = await make();
    const { inputs } = find("access-deploy-access");
    expect(inputs).toMatchObject({ clusterName: "data", kubernetesGroups: [result.deployGroup] });
    expect(result.deployGroup).toBe("dagster-platform:dagster:deploy");
    expect(inputs["type"]).toBeUndefined();
  });

  it("lets previews log in to the cluster, and gives them no group there", async () => {
    const { inputs } = (await make()).find("access-preview-access");
    expect(inputs).toMatchObject({ clusterName: "data", principalArn: ROLE_ARN });
    expect(inputs).not.toHaveProperty("kubernetesGroups");
    expect(inputs).not.toHaveProperty("type");
  });

  it("is three roles, and a way into the cluster for two", async () => {
    const { names, find } = await make();
    expect(names).toEqual([
      "aws:eks/accessEntry:AccessEntry access-deploy-access",
      "aws:eks/accessEntry:AccessEntry access-preview-access",
      "aws:eks/podIdentityAssociation:PodIdentityAssociation access-system-pods",
      "aws:iam/role:Role access-deploy-role",
      "aws:iam/role:Role access-preview-role",
      "aws:iam/role:Role access-system-role",
      "aws:iam/rolePolicy:RolePolicy access-deploy-rights",
      "aws:iam/rolePolicy:RolePolicy access-preview-rights",
      "aws:iam/rolePolicy:RolePolicy access-system-rights",
      "aws:iam/rolePolicyAttachment:RolePolicyAttachment access-deploy-123456789012/pulumi-backend",
      "dagster-platform:aws:Identity access-deploy",
      "dagster-platform:aws:Identity access-preview",
      "dagster-platform:aws:Identity access-system",
      "dagster-platform:aws:PlatformAccess access",
    ]);
    for (const role of ["system", "deploy", "preview"])
      expect(find(`access-${role}`).parent).toBe("access");
    expect(find("access").registeredOutputs).toEqual({
      systemRoleArn: SYSTEM,
      annotations: {},
      deployRoleArn: ROLE_ARN,
      deployGroup: "dagster-platform:dagster:deploy",
    });
  });

  it("lets webserver and daemon read logs", async () => {
    const { find, result } = await make();
    expect(document(find("access-system-rights"))).toEqual(
      policyDocument(stateStatements(STATE, SYSTEM_RIGHTS)),
    );
    const pods = { eksCluster: "data", namespace: "dagster", serviceAccount: "dagster-system" };
    expect(document(find("access-system-role"), "assumeRolePolicy")).toEqual(
      podTrust({ account: ACCOUNT, ...pods }),
    );
    expect(find("access-system-pods").inputs).toMatchObject({ serviceAccount: "dagster-system" });
    expect([result.systemRoleArn, result.annotations]).toEqual([SYSTEM, {}]);
  });

  it("lets its branch deploy, through its own workflow", async () => {
    const { find } = await make();
    const { statements } = deployRights(POLICY_INPUT);
    expect(document(find("access-deploy-rights"))).toEqual(policyDocument(statements));
    const trust = document(find("access-deploy-role"), "assumeRolePolicy");
    expect(trust).toEqual(ciTrust({ ...ARGS, trigger: { kind: "branch", branch: "main" } }));
    expect(JSON.stringify(trust)).toContain(PLATFORM_REF);
  });

  it("lets its pull requests preview, whatever they make of the workflow", async () => {
    const { find } = await make();
    const { statements } = previewRights(POLICY_INPUT);
    expect(document(find("access-preview-rights"))).toEqual(policyDocument(statements));
    const trust = document(find("access-preview-role"), "assumeRolePolicy");
    const trigger = { kind: "pull-request" } as const;
    expect(trust).toEqual(ciTrust({ ...ARGS, workflowRef: undefined, trigger }));
    // It would be `…@refs/pull/<number>/merge`.
    expect(JSON.stringify(trust)).not.toContain("job_workflow_ref");
  });

  it("gives its pull requests nothing that its branch gets besides, but what is theirs", async () => {
    const readBackend = "arn:aws:iam::123456789012:policy/pulumi-backend-read";
    const { names } = await make({ previewPolicyArns: [readBackend] });
    expect(names.filter((name) => name.includes("Attachment"))).toEqual([
      "aws:iam/rolePolicyAttachment:RolePolicyAttachment access-deploy-123456789012/pulumi-backend",
      "aws:iam/rolePolicyAttachment:RolePolicyAttachment access-preview-123456789012/pulumi-backend-read",
    ]);
  });

  it("by IRSA has no association, and the annotation instead", async () => {
    const issuer = "https://oidc.eks.eu-central-1.amazonaws.com/id/AB12";
    const { names, find, result } = await make({ pods: { ...ARGS.pods, issuer } });
    expect(names.join("\n")).not.toContain("PodIdentityAssociation");
    expect(result.annotations).toEqual({ "eks.amazonaws.com/role-arn": SYSTEM });
    expect(JSON.stringify(document(find("access-deploy-rights")))).not.toContain("PodIdentity");
  });

  it("is limited by the boundary, and so are the roles that it makes", async () => {
    const { resources, find } = await make({ permissionsBoundary: BOUNDARY });
    const roles = resources.filter(({ type }) => type === "aws:iam/role:Role");
    expect(roles.map(({ inputs }) => inputs["permissionsBoundary"])).toEqual(
      Array(3).fill(BOUNDARY),
    );
    expect(JSON.stringify(document(find("access-deploy-rights")))).toContain(
      `"iam:PermissionsBoundary":"${BOUNDARY}"`,
    );
    for (const policy of resources.filter(({ type }) => type === "aws:iam/rolePolicy:RolePolicy"))
      expect(tooWide(document(policy).Statement)).toEqual([]);
  });

  it("has further policies for a list that is too long for one", async () => {
    const attachablePolicyArns = Array.from(
      { length: 100 },
      (_, index) => `arn:aws:iam::123456789012:policy/team/location-${index}-read`,
    );
    const { names } = await make({ scope: { ...SCOPE, attachablePolicyArns } });
    expect(names.filter((name) => name.includes("iam/policy:"))).toEqual([
      "aws:iam/policy:Policy access-deploy-rights-2",
      "aws:iam/policy:Policy access-deploy-rights-3",
      "aws:iam/policy:Policy access-preview-rights-2",
    ]);
  });
});
