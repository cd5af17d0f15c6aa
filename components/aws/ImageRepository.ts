import * as ecr from "@pulumi/aws/ecr";
import * as pulumi from "@pulumi/pulumi";

import { imageLifecycle } from "./imageLifecycle";

/** Arguments of {@link ImageRepository}. */
export interface ImageRepositoryArgs {
  /** Name in the registry. Plain value: it is identity; another name is another repository. */
  readonly repository: string;
  /**
   * Whether released images are kept, and the repository with them when it leaves the program.
   * Plain value: decides what a removal does.
   */
  readonly keepReleased: boolean;
  /** Days after its push that an image goes, from 1; released ones stay, if they are kept. */
  readonly expireDays: number;
  /**
   * Whether it is there already, from an earlier time of the location: then it is taken over, with its images. May stay true.
   * Plain value: decides what an update does. @defaultValue false
   */
  readonly exists?: boolean;
  /** KMS key that encrypts the images, for new repositories only. @defaultValue - ECR's own */
  readonly kmsKeyArn?: string;
}

/**
 * Images of one location.
 *
 * Creates a Repository whose tags cannot be moved, and its LifecyclePolicy. State: the images.
 * Released ones are never deleted by the program: a repository with them stays in the account when
 * it leaves the program. No secret.
 * @example
 * new ImageRepository("finance-images", {
 *   repository: "dagster-prod/finance",
 *   keepReleased: true,
 *   expireDays: 30,
 * })
 */
export class ImageRepository extends pulumi.ComponentResource {
  constructor(name: string, args: ImageRepositoryArgs, opts?: pulumi.ComponentResourceOptions) {
    super("dagster-platform:aws:ImageRepository", name, {}, opts);
    // ECR refuses to delete a repository with images: a location could not be removed.
    const child = { parent: this, retainOnDelete: args.keepReleased };
    const taken = args.exists === true ? { import: args.repository } : {};
    const repository = new ecr.Repository(
      `${name}-repository`,
      repositoryArgs(args),
      // ECR cannot change the key, and another repository would be one without images.
      { ...child, ...taken, ignoreChanges: ["encryptionConfigurations"] },
    );
    new ecr.LifecyclePolicy(
      `${name}-expiry`,
      { repository: repository.name, policy: JSON.stringify(imageLifecycle(args)) },
      child,
    );
    this.registerOutputs({});
  }
}

function repositoryArgs(args: ImageRepositoryArgs): ecr.RepositoryArgs {
  const { repository, keepReleased, kmsKeyArn } = args;
  return {
    name: repository,
    imageTagMutability: "IMMUTABLE",
    imageScanningConfiguration: { scanOnPush: true },
    encryptionConfigurations: [
      kmsKeyArn === undefined
        ? { encryptionType: "AES256" }
        : { encryptionType: "KMS", kmsKey: kmsKeyArn },
    ],
    // What pull requests built is built again; it must not stand in the way of a removal.
    forceDelete: !keepReleased,
  };
}
