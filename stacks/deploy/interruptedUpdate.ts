import { z } from "zod";

const RELEASE = "kubernetes:helm.sh/v3:Release";

const resource = z.looseObject({
  urn: z.string(),
  type: z.string(),
  inputs: z.looseObject({ name: z.unknown().optional() }).optional(),
});

/** What `pulumi stack export` prints, as far as it is read here. */
export const exportedStack = z.looseObject({
  deployment: z.looseObject({
    resources: z.array(resource).default([]),
    pending_operations: z.array(z.looseObject({ resource, type: z.string() })).default([]),
  }),
});

export type ExportedStack = z.infer<typeof exportedStack>;

/** A Secret in which Helm keeps one revision of a release. */
export interface HelmSecret {
  readonly name: string;
  /** Labels `name` and `status` of Helm. */
  readonly release: string;
  readonly status: string;
}

/** What an update that was killed has left. */
export interface InterruptedUpdate {
  /** Operations that nobody knows the end of, as `creating finance-release`. */
  readonly operations: readonly string[];
  /** Revisions that Helm would stumble over. */
  readonly secrets: readonly string[];
  /** The stack without these operations. */
  readonly repaired: ExportedStack;
}

/**
 * What an update that was killed has left, and what has to go so that the next one can go on.
 *
 * Helm refuses to touch a release with an unfinished revision ("another operation is in progress"), and refuses to make
 * one that is there ("cannot re-use a name"): that is one that was made, and whose making never reached the stack's state. In both
 * cases Helm's note of it goes, and nothing else: the next update makes the release anew and takes over what it finds, and no pod
 * notices.
 */
export function interruptedUpdate(
  stack: ExportedStack,
  helm: readonly HelmSecret[],
): InterruptedUpdate {
  const { resources, pending_operations: pending } = stack.deployment;
  const known = new Set(resources.filter(isRelease).map(releaseName));
  const unknown = new Set(
    pending
      .filter(({ type, resource }) => type === "creating" && isRelease(resource))
      .map(({ resource }) => releaseName(resource))
      .filter((name) => !known.has(name)),
  );
  return {
    operations: pending.map(({ type, resource }) => `${type} ${resource.urn.split("::").at(-1)}`),
    secrets: helm
      .filter(({ release, status }) => status.startsWith("pending-") || unknown.has(release))
      .map(({ name }) => name),
    repaired: { ...stack, deployment: { ...stack.deployment, pending_operations: [] } },
  };
}

type Resource = z.infer<typeof resource>;

function isRelease({ type }: Resource): boolean {
  return type === RELEASE;
}

function releaseName({ inputs }: Resource): string {
  return typeof inputs?.name === "string" ? inputs.name : "";
}
