import * as pulumi from "@pulumi/pulumi";

import { Identity, type IdentityArgs } from "../../../components/aws/Identity";
import { allow, policyDocument } from "../../../components/aws/policyDocument";
import { valueOf } from "../mocked";
import { BOUNDARY, document, made, READ_POLICY, ROLE_ARN } from "./fixtures";

const RIGHT = allow("Read", ["s3:GetObject"], ["arn:aws:s3:::state/*"]);

const ARGS: IdentityArgs = {
  roleName: "dagster-prod-finance-ci",
  path: "/dagster-platform/prod/",
  description: "CI of location finance",
  trust: policyDocument([]),
  statements: [RIGHT],
};

const make = (args: Partial<IdentityArgs> = {}) =>
  made(() => new Identity("finance-ci", { ...ARGS, ...args }));

describe("an identity", () => {
  it("is a role with its rights, and nothing else", async () => {
    const { names, find, result } = await make();
    expect(names).toEqual([
      "aws:iam/role:Role finance-ci-role",
      "aws:iam/rolePolicy:RolePolicy finance-ci-rights",
      "dagster-platform:aws:Identity finance-ci",
    ]);
    expect(find("finance-ci-role").inputs).toEqual({
      name: "dagster-prod-finance-ci",
      path: "/dagster-platform/prod/",
      description: "CI of location finance",
      assumeRolePolicy: '{"Version":"2012-10-17","Statement":[]}',
      maxSessionDuration: 3600,
    });
    const rights = find("finance-ci-rights");
    expect(rights.inputs).toMatchObject({ name: "rights", role: "dagster-prod-finance-ci" });
    expect(document(rights)).toEqual(policyDocument([RIGHT]));
    expect(find("finance-ci").registeredOutputs).toEqual({ roleArn: ROLE_ARN });
    expect(await valueOf(result.roleArn)).toBe(ROLE_ARN);
  });

  it("without statements has no policy: IAM refuses an empty one", async () => {
    const { names } = await make({ statements: [] });
    expect(names.filter((name) => name.includes("Policy"))).toEqual([]);
  });

  it("has each managed policy once, under a name that stays when the list changes", async () => {
    const amazon = "arn:aws:iam::aws:policy/team/finance-read";
    const { names, find } = await make({ policyArns: [READ_POLICY, amazon, READ_POLICY] });
    expect(names.filter((name) => name.includes("Attachment"))).toEqual([
      "aws:iam/rolePolicyAttachment:RolePolicyAttachment finance-ci-123456789012/team/finance-read",
      "aws:iam/rolePolicyAttachment:RolePolicyAttachment finance-ci-aws/team/finance-read",
    ]);
    expect(find("finance-ci-123456789012/team/finance-read").inputs).toEqual({
      role: "dagster-prod-finance-ci",
      policyArn: READ_POLICY,
    });
  });

  it("has a managed policy for each further part of its rights", async () => {
    const further = [[RIGHT], [{ ...RIGHT, Sid: "Another" }]];
    const { names, find } = await make({ furtherStatements: further });
    expect(names.filter((name) => name.includes("rights-"))).toEqual([
      "aws:iam/policy:Policy finance-ci-rights-2",
      "aws:iam/policy:Policy finance-ci-rights-3",
      "aws:iam/rolePolicyAttachment:RolePolicyAttachment finance-ci-rights-2-attachment",
      "aws:iam/rolePolicyAttachment:RolePolicyAttachment finance-ci-rights-3-attachment",
    ]);
    expect(find("finance-ci-rights-3").inputs).toEqual({
      name: "dagster-prod-finance-ci-rights-3",
      path: "/dagster-platform/prod/",
      description: "Part of dagster-prod-finance-ci",
      policy: JSON.stringify(policyDocument(further[1] ?? [])),
    });
    expect(find("finance-ci-rights-3-attachment")).toMatchObject({
      inputs: { role: "dagster-prod-finance-ci", policyArn: "arn:of-the-policy" },
      dependencies: ["finance-ci-rights-3", "finance-ci-role"],
    });
  });

  it("has the boundary, where there is one", async () => {
    const { find } = await make({ permissionsBoundary: BOUNDARY });
    expect(find("finance-ci-role").inputs["permissionsBoundary"]).toBe(BOUNDARY);
  });

  it("is given to the pods of a ServiceAccount by EKS", async () => {
    const pods = { eksCluster: "data", namespace: "dagster", serviceAccount: "finance" };
    const { find } = await make({ pods });
    expect(find("finance-ci-pods")).toMatchObject({
      type: "aws:eks/podIdentityAssociation:PodIdentityAssociation",
      parent: "finance-ci",
      dependencies: ["finance-ci-role"],
    });
    expect(find("finance-ci-pods").inputs).toEqual({
      clusterName: "data",
      namespace: "dagster",
      serviceAccount: "finance",
      roleArn: ROLE_ARN,
    });
  });

  it("takes a trust that is known only when the cluster is", async () => {
    const trust = policyDocument([{ ...RIGHT, Sid: "Later" }]);
    const { find } = await make({ trust: pulumi.output(trust) });
    expect(document(find("finance-ci-role"), "assumeRolePolicy")).toEqual(trust);
  });
});
