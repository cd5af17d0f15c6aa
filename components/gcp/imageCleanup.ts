import { RELEASE_TAG_PREFIX } from "../ci/imageTag";

/** A cleanup policy of an Artifact Registry repository. Where one says to keep, none deletes. */
export interface CleanupPolicy {
  readonly id: string;
  readonly action: "KEEP" | "DELETE";
  readonly condition: {
    readonly tagState?: "ANY";
    readonly tagPrefixes?: string[];
    /** Seconds, with an `s`. */
    readonly olderThan?: string;
  };
}

/**
 * Released images stay: a release record may name them, and going back to one needs it. The rest goes
 * by age. In a repository with immutable tags that is what has no tag: nobody can delete the others.
 * @see https://docs.cloud.google.com/artifact-registry/docs/repositories/cleanup-policy-overview
 */
export function releasedImagePolicies(days: number): readonly CleanupPolicy[] {
  return [
    { id: "keep-released", action: "KEEP", condition: { tagPrefixes: [RELEASE_TAG_PREFIX] } },
    olderThan("delete-old", days),
  ];
}

/** Images of pull requests: all go by age. */
export function branchImagePolicies(days: number): readonly CleanupPolicy[] {
  return [olderThan("delete-old", days)];
}

function olderThan(id: string, days: number): CleanupPolicy {
  return {
    id,
    action: "DELETE",
    condition: { tagState: "ANY", olderThan: `${days * 24 * 60 * 60}s` },
  };
}
