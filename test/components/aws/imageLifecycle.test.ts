import { imageLifecycle } from "../../../components/aws/imageLifecycle";

const KEEPING = imageLifecycle({ keepReleased: true, expireDays: 30 });

describe("the lifecycle of images", () => {
  it("keeps what was released by a rule that comes first, and lets the rest go", () => {
    expect(KEEPING).toEqual({
      rules: [
        {
          rulePriority: 1,
          description: "keep the 1000 newest released images",
          selection: {
            tagStatus: "tagged",
            tagPrefixList: ["release-"],
            countType: "imageCountMoreThan",
            countNumber: 1000,
          },
          action: { type: "expire" },
        },
        {
          rulePriority: 2,
          description: "everything else goes after 30 days",
          selection: {
            tagStatus: "any",
            countType: "sinceImagePushed",
            countUnit: "days",
            countNumber: 30,
          },
          action: { type: "expire" },
        },
      ],
    });
  });

  it("lets everything of pull requests go", () => {
    const { rules } = imageLifecycle({ keepReleased: false, expireDays: 14 });
    expect(rules.map(({ selection }) => selection)).toEqual([
      { tagStatus: "any", countType: "sinceImagePushed", countUnit: "days", countNumber: 14 },
    ]);
  });

  it("has the rule for any image last, as ECR wants it", () => {
    for (const { rules } of [KEEPING, imageLifecycle({ keepReleased: false, expireDays: 1 })]) {
      const any = rules.filter(({ selection }) => selection.tagStatus === "any");
      expect(any.map(({ rulePriority }) => rulePriority)).toEqual([rules.length]);
    }
  });
});
