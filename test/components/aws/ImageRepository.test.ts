import { imageLifecycle } from "../../../components/aws/imageLifecycle";
import { ImageRepository, type ImageRepositoryArgs } from "../../../components/aws/ImageRepository";
import { KEY_ARN, made } from "./fixtures";

const ARGS: ImageRepositoryArgs = {
  repository: "dagster-prod/finance",
  keepReleased: true,
  expireDays: 30,
};

const make = (args: Partial<ImageRepositoryArgs> = {}) =>
  made(() => new ImageRepository("finance-images", { ...ARGS, ...args }));

describe("an image repository", () => {
  it("has tags that cannot be moved, scans what is pushed, and lets go of what was not released", async () => {
    const { names, find } = await make();
    expect(names).toEqual([
      "aws:ecr/lifecyclePolicy:LifecyclePolicy finance-images-expiry",
      "aws:ecr/repository:Repository finance-images-repository",
      "dagster-platform:aws:ImageRepository finance-images",
    ]);
    expect(find("finance-images-repository").inputs).toEqual({
      name: "dagster-prod/finance",
      imageTagMutability: "IMMUTABLE",
      imageScanningConfiguration: { scanOnPush: true },
      encryptionConfigurations: [{ encryptionType: "AES256" }],
      forceDelete: false,
    });
    const expiry = find("finance-images-expiry");
    expect(expiry.inputs["repository"]).toBe("dagster-prod/finance");
    expect(JSON.parse(expiry.inputs["policy"] as string)).toEqual(imageLifecycle(ARGS));
    expect(find("finance-images").registeredOutputs).toEqual({});
  });

  it("stays in the account with its released images when it leaves the program", async () => {
    const { find } = await make();
    for (const child of ["repository", "expiry"])
      expect(find(`finance-images-${child}`).retainOnDelete).toBe(true);
  });

  it("goes with its images where these are of pull requests", async () => {
    const { find } = await make({ keepReleased: false });
    expect(find("finance-images-repository")).toMatchObject({
      inputs: { forceDelete: true },
      retainOnDelete: false,
    });
    expect(find("finance-images-expiry").retainOnDelete).toBe(false);
  });

  it("has a key of its own when it is made, and is not replaced for another one", async () => {
    const { find } = await make({ kmsKeyArn: KEY_ARN });
    expect(find("finance-images-repository")).toMatchObject({
      inputs: { encryptionConfigurations: [{ encryptionType: "KMS", kmsKey: KEY_ARN }] },
      ignoreChanges: ["encryptionConfigurations"],
    });
  });
});
