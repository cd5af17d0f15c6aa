import * as artifactregistry from "@pulumi/gcp/artifactregistry";
import * as pulumi from "@pulumi/pulumi";

import { imageRepositoryName } from "./gcpNames";
import { branchImagePolicies, releasedImagePolicies } from "./imageCleanup";

/** Arguments of {@link ImageRepository}. */
export interface ImageRepositoryArgs {
  /** Id of the project. */
  readonly project: string;
  /** Region, such as `europe-west3`. */
  readonly region: string;
  /** Id of the repository, up to 63 characters; see `imageRepositoryId`. Plain value. */
  readonly repositoryId: string;
  /**
   * Whether images are released: then tags are for good, images with the tag of a release stay, and
   * so does the repository when this resource goes. Plain value.
   */
  readonly released: boolean;
  /**
   * Whether it is there already, from an earlier time of the location: then it is taken over, with its images. May stay true.
   * Plain value: decides what an update does. @defaultValue false
   */
  readonly exists?: boolean;
  /** Days that other images stay, from 1. */
  readonly expireDays: number;
  /**
   * Key of Cloud KMS in the same region. Artifact Registry's service agent of the project has to be
   * allowed to use it. It cannot be changed.
   * @defaultValue - a key of Google
   */
  readonly kmsKeyName?: pulumi.Input<string>;
  /** Who pushes: a `principal://` of one subject. */
  readonly writer: pulumi.Input<string>;
}

/**
 * Where the images of one location are, released or of pull requests.
 *
 * Creates a Repository of Artifact Registry, with vulnerability scanning as the project has it, and a
 * RepositoryIamMember: its writer may push there and nowhere else, and can delete nothing. State: the images.
 * One with released images outlives this resource. No secrets.
 * @example
 * new ImageRepository("finance-images", {
 *   project: "acme",
 *   region: "europe-west3",
 *   repositoryId: "dagster-prod-finance",
 *   released: true,
 *   expireDays: 30,
 *   writer: "serviceAccount:ci@acme.iam.gserviceaccount.com",
 * })
 */
export class ImageRepository extends pulumi.ComponentResource {
  constructor(name: string, args: ImageRepositoryArgs, opts?: pulumi.ComponentResourceOptions) {
    super("dagster-platform:gcp:ImageRepository", name, {}, opts);
    const child = { parent: this };
    const repository = new artifactregistry.Repository(`${name}-repository`, repositoryArgs(args), {
      parent: this,
      // Deleting it deletes the images, which release records name.
      retainOnDelete: args.released,
      ...(args.exists === true ? { import: imageRepositoryName(args, args.repositoryId) } : {}),
    });
    new artifactregistry.RepositoryIamMember(
      `${name}-writer`,
      {
        project: args.project,
        location: args.region,
        repository: repository.repositoryId,
        role: "roles/artifactregistry.writer",
        member: args.writer,
      },
      child,
    );
    this.registerOutputs({});
  }
}

function repositoryArgs(args: ImageRepositoryArgs): artifactregistry.RepositoryArgs {
  const { project, region, repositoryId, released, expireDays, kmsKeyName } = args;
  const policies = released ? releasedImagePolicies(expireDays) : branchImagePolicies(expireDays);
  return {
    ...{ project, location: region, repositoryId },
    format: "DOCKER",
    // A `false` is not sent, and would be a change of each next update.
    ...(released ? { dockerConfig: { immutableTags: true } } : {}),
    cleanupPolicies: [...policies],
    // Else the policies only say what they would delete.
    cleanupPolicyDryRun: false,
    vulnerabilityScanningConfig: { enablementConfig: "INHERITED" },
    ...(kmsKeyName === undefined ? {} : { kmsKeyName }),
  };
}
