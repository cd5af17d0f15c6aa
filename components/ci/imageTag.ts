/**
 * Tags of released images begin so. Image repositories that are made here keep them, and clean up
 * what was pushed and never released.
 */
export const RELEASE_TAG_PREFIX = "release-";

/**
 * Tag of an image that is about to be released. Never the same twice: tags cannot be replaced, and
 * state may differ for one commit.
 * @param commit - full git commit; undefined: none describes what is in the image
 */
export function releaseTag(commit: string | undefined, now: Date): string {
  const stamp = now.toISOString().replaceAll(/[-:]|\..*(?=Z)/g, "");
  const version = commit === undefined ? stamp : `${commit.slice(0, 12)}-${stamp}`;
  return `${RELEASE_TAG_PREFIX}${version}`;
}
