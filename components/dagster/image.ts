import { IMAGE_PULL_POLICY } from "./chart";

/** An image as the charts' values have it: exactly one of tag and digest. */
export type ImageValues = {
  readonly repository: string;
  readonly pullPolicy: typeof IMAGE_PULL_POLICY;
} & ({ readonly digest: string } | { readonly tag: string });

/**
 * An image reference in the charts' form.
 *
 * A digest wins over a tag, as it does in the chart. Without either the chart would take its own
 * version as tag, which no image of a location has: that is refused.
 * @param reference - `repository:tag`, `repository@sha256:…` or both
 * @throws Error when the reference has neither (the list and the release records refuse it before)
 */
export function imageValues(reference: string): ImageValues {
  const [name = "", digest] = reference.split("@");
  const colon = name.lastIndexOf(":");
  const tagged = colon > name.lastIndexOf("/");
  const repository = tagged ? name.slice(0, colon) : name;
  const common = { repository, pullPolicy: IMAGE_PULL_POLICY } as const;
  if (digest !== undefined) return { ...common, digest };
  if (!tagged) throw new Error(`image ${reference}: has neither tag nor digest`);
  return { ...common, tag: name.slice(colon + 1) };
}
