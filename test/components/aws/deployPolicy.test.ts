import {
  deployRights,
  type DeployScope,
  previewRights,
} from "../../../components/aws/deployPolicy";
import type { PolicyStatement } from "../../../components/aws/policyDocument";
import { stateStatements } from "../../../components/aws/statePolicy";
import {
  PLATFORM_CI_RIGHTS,
  PLATFORM_PREVIEW_RIGHTS,
} from "../../../components/identities/stateRights";
import { INPUT } from "./deployInput";
import { ACCOUNT, BOUNDARY, KEY_ARN, READ_POLICY, STATE, statement, tooWide } from "./fixtures";

const LITTLE: DeployScope = {
  bucketMade: false,
  issuersMade: [],
  imagesMade: false,
  attachablePolicyArns: [],
  eksCluster: "data",
};

const DEPLOY = deployRights(INPUT).statements;
const PREVIEW = previewRights(INPUT).statements;

const ROLES = "arn:aws:iam::123456789012:role/dagster-platform/prod/";

const own = (role: string) => `${ROLES}dagster-prod--${role}`;

const actions = (statements: readonly PolicyStatement[]) =>
  statements.filter(({ Effect }) => Effect === "Allow").flatMap(({ Action }) => Action);

describe("the right to deploy", () => {
  it("names every action, and a resource for each but the documented exceptions", () => {
    expect(tooWide([...DEPLOY, ...PREVIEW])).toEqual([]);
    expect(DEPLOY.filter(({ Resource }) => Resource?.includes("*")).map(({ Sid }) => Sid)).toEqual([
      "FindIssuers",
      "ReadSecurityGroup",
    ]);
    expect(new Set(DEPLOY.map(({ Sid }) => Sid)).size).toBe(DEPLOY.length);
    for (const { Sid } of DEPLOY) expect(Sid).toMatch(/^[A-Za-z0-9]+$/);
  });

  it("deletes no data: no bucket, object, database, key or released image", () => {
    expect(
      actions(DEPLOY).filter((action) => /:(Delete|Remove|Disable|Schedule)/.test(action)),
    ).toEqual([
      "ecr:DeleteLifecyclePolicy",
      "ecr:DeleteRepository",
      "eks:DeletePodIdentityAssociation",
      "rds:RemoveTagsFromResource",
      "iam:DeleteRole",
      "iam:DeleteRolePolicy",
    ]);
    expect(statement(DEPLOY, "DeleteBranchImages").Resource).toEqual([
      "arn:aws:ecr:eu-central-1:123456789012:repository/dagster-prod-branches/*",
    ]);
  });

  it("does not touch what protects the state bucket", () => {
    expect(statement(DEPLOY, "ChangeBucketSettings")).toEqual({
      Sid: "ChangeBucketSettings",
      Effect: "Allow",
      Action: [
        "s3:PutBucketLogging",
        "s3:PutBucketTagging",
        "s3:PutEncryptionConfiguration",
        "s3:PutLifecycleConfiguration",
        "s3:TagResource",
        "s3:UntagResource",
      ],
      Resource: ["arn:aws:s3:::acme-dagster-prod"],
    });
    expect(actions(DEPLOY).filter((action) => /^s3:Put(?!Object$)/.test(action))).toHaveLength(4);
  });

  it("reads release records, writes what it has deployed, and no other object", () => {
    const objects = (statements: readonly PolicyStatement[], action: string) =>
      statements.flatMap(({ Action, Resource }) => (Action.includes(action) ? Resource : []));
    const [releases, deployments] = ["releases", "deployments"].map(
      (folder) => `arn:aws:s3:::acme-dagster-prod/${folder}/*`,
    );
    expect(objects(DEPLOY, "s3:GetObject")).toEqual([releases, deployments]);
    expect(objects(DEPLOY, "s3:PutObject")).toEqual([deployments]);
    expect(objects(PREVIEW, "s3:GetObject")).toEqual([releases]);
    expect(objects(PREVIEW, "s3:PutObject")).toEqual([]);
  });

  it("is over the roles of its stack, which all have the boundary", () => {
    expect(statement(DEPLOY, "GiveRights")).toEqual({
      Sid: "GiveRights",
      Effect: "Allow",
      Action: ["iam:CreateRole", "iam:PutRolePolicy", "iam:PutRolePermissionsBoundary"],
      Resource: [`${ROLES}*`],
      Condition: { StringEquals: { "iam:PermissionsBoundary": BOUNDARY } },
    });
    expect(statement(DEPLOY, "AttachListedPolicies")).toEqual({
      Sid: "AttachListedPolicies",
      Effect: "Allow",
      Action: ["iam:AttachRolePolicy", "iam:DetachRolePolicy"],
      Resource: [`${ROLES}*`],
      Condition: {
        ArnEquals: { "iam:PolicyARN": [READ_POLICY] },
        StringEquals: { "iam:PermissionsBoundary": BOUNDARY },
      },
    });
    expect(actions(DEPLOY)).not.toContain("iam:DeleteRolePermissionsBoundary");
  });

  it("without a boundary asks for none", () => {
    const { statements } = deployRights({ ...INPUT, permissionsBoundary: undefined });
    expect(statement(statements, "GiveRights")).not.toHaveProperty("Condition");
    expect(statement(statements, "AttachListedPolicies").Condition).toEqual({
      ArnEquals: { "iam:PolicyARN": [READ_POLICY] },
    });
    expect(JSON.stringify(statements)).not.toContain(BOUNDARY);
  });

  it("is refused over itself and the preview, whatever else allows it", () => {
    const refused = statement(DEPLOY, "KeepOwnRoles");
    expect(refused.Effect).toBe("Deny");
    expect(refused.Resource).toEqual([own("deploy"), own("preview")]);
    const changing = actions(DEPLOY).filter((action) =>
      /^iam:(Attach|Create|Delete|Detach|Put|Tag|Untag|Update).*Role/.test(action),
    );
    expect(refused.Action).toEqual(expect.arrayContaining(changing));
    expect(refused.Action).toContain("iam:DeleteRolePermissionsBoundary");
  });

  it("passes roles to pods alone: its own, and those that are given", () => {
    const toPods = { StringEquals: { "iam:PassedToService": "pods.eks.amazonaws.com" } };
    const passing = DEPLOY.filter(({ Action }) => Action.includes("iam:PassRole"));
    expect(passing.map(({ Resource }) => Resource)).toEqual([
      [`${ROLES}*`],
      ["arn:aws:iam::123456789012:role/crm"],
    ]);
    for (const { Condition } of passing) expect(Condition).toEqual(toPods);
  });

  it("gives the key to ECR alone", () => {
    expect(statement(DEPLOY, "GrantKeyToEcr")).toMatchObject({
      Action: ["kms:CreateGrant"],
      Resource: [KEY_ARN],
      Condition: {
        StringEquals: { "kms:ViaService": "ecr.eu-central-1.amazonaws.com" },
        Bool: { "kms:GrantIsForAWSResource": "true" },
      },
    });
  });

  it("over the database is over this one, and does not make it", () => {
    expect(statement(DEPLOY, "ChangeDatabase").Resource).toEqual([
      "arn:aws:rds:eu-central-1:123456789012:db:dagster-prod",
      "arn:aws:rds:eu-central-1:123456789012:pg:dagster-prod",
      "arn:aws:rds:eu-central-1:123456789012:subgrp:dagster-prod",
    ]);
    expect(actions(DEPLOY).filter((action) => /^rds:Create|^ec2:[^D]/.test(action))).toEqual([]);
  });

  it("is little where everything is given", () => {
    const { statements, furtherStatements } = deployRights({
      ...{ stack: "prod", account: ACCOUNT, state: STATE, scope: LITTLE },
      ...{ podIdentity: false, policyArns: [] },
    });
    expect(statements.map(({ Sid }) => Sid)).toEqual([
      "FindBucket",
      "ListState",
      "ReadState",
      "WriteState",
      "SeeBuckets",
      "ReadRoles",
      "ReadPolicies",
      "ReadCluster",
      "ReadAccessEntries",
      "GiveRights",
      "ChangeRoles",
      "ListInstanceProfiles",
      "KeepOwnRoles",
    ]);
    expect(furtherStatements).toEqual([]);
  });
});

describe("the right to preview", () => {
  it("is the reading part of the right to deploy, and nothing else", () => {
    const state = stateStatements(INPUT.state, PLATFORM_PREVIEW_RIGHTS);
    expect(PREVIEW.slice(0, state.length)).toEqual(state);
    for (const each of PREVIEW.slice(state.length)) expect(DEPLOY).toContainEqual(each);
    for (const right of PLATFORM_PREVIEW_RIGHTS) expect(PLATFORM_CI_RIGHTS).toContainEqual(right);
    const changing = actions(PREVIEW).filter(
      (action) => !/^(kms:Decrypt|[a-z0-9]+:(Describe|Get|List)\w+)$/.test(action),
    );
    expect(changing).toEqual([]);
  });

  it("has all reading of the right to deploy, but what deleting a role asks", () => {
    const reading = actions(DEPLOY).filter((action) => /:(Describe|Get|List)/.test(action));
    const missing = reading.filter((action) => !actions(PREVIEW).includes(action));
    expect(missing).toEqual(["iam:ListInstanceProfilesForRole"]);
  });
});
