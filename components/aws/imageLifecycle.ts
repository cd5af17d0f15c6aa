import { RELEASE_TAG_PREFIX } from "../ci/imageTag";

/** What decides which images of a repository go. */
export interface ImageLifecycleInput {
  /** Whether released images stay. */
  readonly keepReleased: boolean;
  /** Days after its push that any other image goes. */
  readonly expireDays: number;
}

/** A rule of ECR that lets images go. */
interface ImageRule {
  readonly rulePriority: number;
  readonly description: string;
  readonly selection: {
    readonly tagStatus: "tagged" | "any";
    readonly tagPrefixList?: readonly string[];
    readonly countType: "imageCountMoreThan" | "sinceImagePushed";
    readonly countUnit?: "days";
    readonly countNumber: number;
  };
  readonly action: { readonly type: "expire" };
}

/** Released images that stay: ECR has no rule that keeps, so this one lets go of those beyond. */
const RELEASES_KEPT = 1000;

/**
 * Lifecycle policy of an image repository. An image with the tags of one rule is never expired by
 * a rule of lower priority (a higher number), so the first rule keeps what the second would take;
 * a rule for `any` has to be the last. Parts of a manifest list, which have no tag, stay as long
 * as the list does.
 * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html
 */
export function imageLifecycle({ keepReleased, expireDays }: ImageLifecycleInput) {
  const rules = keepReleased
    ? [keepRule(1), expireRule(2, expireDays)]
    : [expireRule(1, expireDays)];
  return { rules };
}

function keepRule(rulePriority: number): ImageRule {
  return {
    rulePriority,
    description: `keep the ${RELEASES_KEPT} newest released images`,
    selection: {
      tagStatus: "tagged",
      tagPrefixList: [RELEASE_TAG_PREFIX],
      countType: "imageCountMoreThan",
      countNumber: RELEASES_KEPT,
    },
    action: { type: "expire" },
  };
}

function expireRule(rulePriority: number, days: number): ImageRule {
  return {
    rulePriority,
    description: `everything else goes after ${days} days`,
    selection: {
      tagStatus: "any",
      countType: "sinceImagePushed",
      countUnit: "days",
      countNumber: days,
    },
    action: { type: "expire" },
  };
}
