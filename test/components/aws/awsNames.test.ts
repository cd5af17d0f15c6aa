import fc from "fast-check";

import {
  AWS_STACK_LENGTH,
  awsDomain,
  awsPartition,
  bucketArn,
  databaseArns,
  ecrRegistry,
  ecrRepositoryArn,
  eksClusterArn,
  issuerHost,
  type LocationRole,
  locationRoleName,
  managedPolicyKey,
  oidcProviderArn,
  platformRoleName,
  podIdentityArn,
  ROLE_NAME_LENGTH,
  roleArn,
  rolePath,
} from "../../../components/aws/awsNames";
import { ACCOUNT } from "./fixtures";

const CHINA = { accountId: "123456789012", region: "cn-north-1" };

describe("names on AWS", () => {
  it("have the partition of their region", () => {
    expect(["eu-central-1", "cn-north-1", "us-gov-west-1"].map(awsPartition)).toEqual([
      "aws",
      "aws-cn",
      "aws-us-gov",
    ]);
    expect(bucketArn("state", "us-gov-west-1")).toBe("arn:aws-us-gov:s3:::state");
    expect(eksClusterArn(CHINA, "data")).toBe(
      "arn:aws-cn:eks:cn-north-1:123456789012:cluster/data",
    );
    expect(awsDomain("cn-north-1")).toBe("cn-north-1.amazonaws.com.cn");
    expect(ecrRegistry(CHINA)).toBe("123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn");
  });

  it("are those that AWS gives", () => {
    expect(bucketArn("state", "eu-central-1")).toBe("arn:aws:s3:::state");
    expect(roleArn(ACCOUNT, rolePath("prod"), "dagster-prod-finance-ci")).toBe(
      "arn:aws:iam::123456789012:role/dagster-platform/prod/dagster-prod-finance-ci",
    );
    expect(eksClusterArn(ACCOUNT, "data")).toBe(
      "arn:aws:eks:eu-central-1:123456789012:cluster/data",
    );
    expect(podIdentityArn(ACCOUNT, "data", "a-1")).toBe(
      "arn:aws:eks:eu-central-1:123456789012:podidentityassociation/data/a-1",
    );
    expect(ecrRegistry(ACCOUNT)).toBe("123456789012.dkr.ecr.eu-central-1.amazonaws.com");
    expect(ecrRepositoryArn(ACCOUNT, "dagster-prod/finance")).toBe(
      "arn:aws:ecr:eu-central-1:123456789012:repository/dagster-prod/finance",
    );
    expect(databaseArns(ACCOUNT, "dagster-prod")).toEqual({
      instance: "arn:aws:rds:eu-central-1:123456789012:db:dagster-prod",
      groups: [
        "arn:aws:rds:eu-central-1:123456789012:pg:dagster-prod",
        "arn:aws:rds:eu-central-1:123456789012:subgrp:dagster-prod",
      ],
    });
  });

  it.each(["https://gitlab.example.com", "https://gitlab.example.com/"])(
    "know the issuer %s by its host",
    (issuer) => {
      expect(issuerHost(issuer)).toBe("gitlab.example.com");
      expect(oidcProviderArn(ACCOUNT, issuer)).toBe(
        "arn:aws:iam::123456789012:oidc-provider/gitlab.example.com",
      );
    },
  );

  it.each([
    ["arn:aws:iam::aws:policy/ReadOnlyAccess", "aws/ReadOnlyAccess"],
    ["arn:aws:iam::123456789012:policy/team/finance-read", "123456789012/team/finance-read"],
    ["arn:aws-cn:iam::123456789012:policy/read", "123456789012/read"],
  ])("tell apart %s by account and path", (arn, key) => {
    expect(managedPolicyKey(arn)).toBe(key);
  });
});

describe("names of roles", () => {
  const label = fc.stringMatching(/^[a-z]([a-z0-9-]{0,29}[a-z0-9])?$/);
  const stack = fc
    .stringMatching(/^[a-z]([a-z0-9]{0,10})$/)
    .filter((name) => name.length <= AWS_STACK_LENGTH);
  const role = fc.constantFrom<LocationRole>("ci", "pull-request", "runtime");

  it("fit, with the longest stack and location", () => {
    fc.assert(
      fc.property(stack, label, role, (stackName, location, kind) => {
        expect(locationRoleName(stackName, location, kind).length).toBeLessThanOrEqual(
          ROLE_NAME_LENGTH,
        );
      }),
    );
  });

  it("are never those of the platform", () => {
    fc.assert(
      fc.property(stack, label, role, (stackName, location, kind) => {
        const own = (["system", "deploy", "preview"] as const).map((each) =>
          platformRoleName(stackName, each),
        );
        expect(own).not.toContain(locationRoleName(stackName, location, kind));
      }),
    );
  });

  it("say what they are for", () => {
    expect(locationRoleName("prod", "finance", "pull-request")).toBe(
      "dagster-prod-finance-pull-request",
    );
    expect(platformRoleName("prod", "deploy")).toBe("dagster-prod--deploy");
    expect(rolePath("prod")).toBe("/dagster-platform/prod/");
  });
});
