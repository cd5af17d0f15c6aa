import { branchImagePolicies, releasedImagePolicies } from "../../../components/gcp/imageCleanup";
import { ImageRepository } from "../../../components/gcp/ImageRepository";
import { mocked } from "../mocked";

const WRITER = "principal://iam.googleapis.com/x";

const make = (released: boolean) =>
  mocked(
    () =>
      new ImageRepository("images", {
        ...{ project: "acme-data", region: "europe-west3", repositoryId: "dagster-prod-finance" },
        ...{ released, expireDays: 30, writer: WRITER },
      }),
  );

describe("an image repository on Google Cloud", () => {
  it("for releases moves no tag, deletes no release, and stays", async () => {
    const { names, find } = await make(true);
    expect(names).toEqual([
      "dagster-platform:gcp:ImageRepository images",
      "gcp:artifactregistry/repository:Repository images-repository",
      "gcp:artifactregistry/repositoryIamMember:RepositoryIamMember images-writer",
    ]);
    const { inputs, retainOnDelete } = find("images-repository");
    expect(retainOnDelete).toBe(true);
    expect(inputs).toEqual({
      project: "acme-data",
      location: "europe-west3",
      repositoryId: "dagster-prod-finance",
      format: "DOCKER",
      dockerConfig: { immutableTags: true },
      cleanupPolicies: releasedImagePolicies(30),
      cleanupPolicyDryRun: false,
      vulnerabilityScanningConfig: { enablementConfig: "INHERITED" },
    });
  });

  it("for pull requests goes with all that is in it", async () => {
    const { find } = await make(false);
    const { inputs, retainOnDelete } = find("images-repository");
    expect(retainOnDelete).toBe(false);
    expect(inputs).toMatchObject({
      cleanupPolicies: branchImagePolicies(30),
    });
  });

  it("is written by one, who cannot delete", async () => {
    const { find } = await make(true);
    expect(find("images-writer")).toMatchObject({ dependencies: ["images-repository"] });
    expect(find("images-writer").inputs).toEqual({
      project: "acme-data",
      location: "europe-west3",
      repository: "dagster-prod-finance",
      role: "roles/artifactregistry.writer",
      member: WRITER,
    });
  });
});
