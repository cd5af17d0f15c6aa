import {
  branchImageRepositoryName,
  imageRepositoryArns,
  imageRepositoryName,
  pushStatements,
} from "../../../components/aws/imagePolicy";
import { ACCOUNT, tooWide } from "./fixtures";

describe("pushing images", () => {
  it("is a right to one repository, besides the login", () => {
    const statements = pushStatements(ACCOUNT, "dagster-prod/finance");
    expect(statements).toEqual([
      {
        Sid: "LogInToRegistry",
        Effect: "Allow",
        Action: ["ecr:GetAuthorizationToken"],
        Resource: ["*"],
      },
      {
        Sid: "PushImage",
        Effect: "Allow",
        Action: [
          "ecr:BatchCheckLayerAvailability",
          "ecr:BatchGetImage",
          "ecr:CompleteLayerUpload",
          "ecr:DescribeImages",
          "ecr:GetDownloadUrlForLayer",
          "ecr:InitiateLayerUpload",
          "ecr:PutImage",
          "ecr:UploadLayerPart",
        ],
        Resource: ["arn:aws:ecr:eu-central-1:123456789012:repository/dagster-prod/finance"],
      },
    ]);
    expect(tooWide(statements)).toEqual([]);
  });
});

describe("repositories of images", () => {
  it("of pull requests are apart from those that are released", () => {
    expect(imageRepositoryName("prod", "finance")).toBe("dagster-prod/finance");
    expect(branchImageRepositoryName("prod", "finance")).toBe("dagster-prod-branches/finance");
  });

  it("of a stack are known by two prefixes, which no other stack's begin with", () => {
    expect(imageRepositoryArns(ACCOUNT, "prod")).toEqual([
      "arn:aws:ecr:eu-central-1:123456789012:repository/dagster-prod/*",
      "arn:aws:ecr:eu-central-1:123456789012:repository/dagster-prod-branches/*",
    ]);
  });
});
