import { allowUnscoped, UNSCOPED_ACTIONS } from "../../../components/aws/unscopedActions";

describe("actions without a resource", () => {
  it("are these, each with a reason", () => {
    expect(Object.keys(UNSCOPED_ACTIONS)).toEqual([
      "ec2:DescribeSecurityGroupRules",
      "ec2:DescribeSecurityGroups",
      "ecr:GetAuthorizationToken",
      "iam:ListOpenIDConnectProviders",
    ]);
    for (const reason of Object.values(UNSCOPED_ACTIONS)) expect(reason).toMatch(/^\w.{20,}$/);
  });

  it("read, and change nothing", () => {
    for (const action of Object.keys(UNSCOPED_ACTIONS))
      expect(action).toMatch(/:(Describe|Get|List)/);
  });

  it("are allowed on everything, as IAM wants it", () => {
    expect(allowUnscoped("LogIn", ["ecr:GetAuthorizationToken"])).toEqual({
      Sid: "LogIn",
      Effect: "Allow",
      Action: ["ecr:GetAuthorizationToken"],
      Resource: ["*"],
    });
  });
});
