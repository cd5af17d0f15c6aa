import { isDeepStrictEqual } from "node:util";

import type { Deployment } from "./deployments";
import type { SaidError } from "./pulumiSaid";
import type { RolloutResult } from "./rolloutResult";
import type { WantedLocation, WantedRelease } from "./wantedReleases";

/** How an update has ended. */
export interface UpdateOutcome {
  readonly succeeded: boolean;
  readonly errors: readonly SaidError[];
  /** What its own Job has found out; undefined: it did not come to that. */
  readonly rollout: RolloutResult | undefined;
}

/** What became of one location. */
export interface LocationOutcome {
  readonly name: string;
  /**
   * - `changed`: a release was written meanwhile: the next update deploys it
   * - `unreleased`: there is nothing to run yet
   */
  readonly status: "loaded" | "failed" | "changed" | "unreleased";
  readonly commit: string | null;
  readonly error: string | null;
  /** To be written; undefined: what stands there is still true. */
  readonly deployment: Deployment | undefined;
}

/** All that is known of one location. */
export interface LocationOutcomeInput {
  /** Before the update and after it: only what did not change is what it has read. */
  readonly before: WantedLocation;
  readonly after: WantedLocation;
  /** What stands in the store. */
  readonly earlier: Deployment | undefined;
  readonly update: UpdateOutcome;
  /** Page of the location; null: none outside the cluster. */
  readonly dagsterUrl: string | null;
  readonly runUrl: string | null;
  readonly now: Date;
}

/** What became of one location in an update. */
export function locationOutcome(input: LocationOutcomeInput): LocationOutcome {
  const { before, after, earlier, update } = input;
  const { name, pinned, release } = before;
  const commit = after.release?.record?.commit ?? null;
  const none = { name, commit, error: null, deployment: undefined };
  if (release?.digest !== after.release?.digest) return { ...none, status: "changed" };
  if (release === undefined && pinned === undefined) return { ...none, status: "unreleased" };
  const error = errorOf(input);
  const status = error === null ? "loaded" : "failed";
  if (release?.record === undefined) return { ...none, status, error };
  const deployment = deploymentOf(input, release.digest, release.record, error);
  const isKept = status === "loaded" && isSame(earlier, deployment);
  // An update that ended before says nothing of what was loaded by another one.
  const isOlder = !update.succeeded && update.rollout === undefined && status === "loaded";
  return {
    ...{ name, status, error, commit: deployment.commit },
    deployment: isKept || isOlder ? undefined : deployment,
  };
}

/** Of a location that is no longer on the list, what stands there is no longer true. */
export function goneDeployment(
  earlier: Deployment,
  { runUrl, now }: { readonly runUrl: string | null; readonly now: Date },
): Deployment | undefined {
  const error = "it is not on the list of the platform any more";
  if (earlier.error === error) return undefined;
  return { ...earlier, status: "failed", error, at: now.toISOString(), runUrl };
}

/** Why its release is not loaded; null: it is. */
function errorOf({ before, earlier, update }: LocationOutcomeInput): string | null {
  const { name, release } = before;
  if (update.succeeded) return null;
  const { rollout } = update;
  if (rollout === undefined) {
    const wasLoaded = earlier?.status === "loaded" && earlier.release === release?.digest;
    return wasLoaded ? null : (release?.problem ?? updateError(name, update.errors));
  }
  if (rollout.served.includes(name)) return null;
  const [system] = Object.entries(rollout.system);
  return (
    rollout.failed[name] ??
    (system === undefined ? updateError(name, update.errors) : `${system[0]}: ${system[1]}`)
  );
}

/** The location's own error, or the one that has ended the update before its turn. */
function updateError(name: string, errors: readonly SaidError[]): string {
  const own = errors.find(({ resource }) => resource === `${name}-release`);
  if (own !== undefined) return own.text;
  const [first] = errors;
  if (first === undefined) return "pulumi up has failed, and does not say why";
  return first.resource === undefined ? first.text : `${first.resource}: ${first.text}`;
}

function deploymentOf(
  { before, dagsterUrl, runUrl, now }: LocationOutcomeInput,
  digest: string,
  record: NonNullable<WantedRelease["record"]>,
  error: string | null,
): Deployment {
  const image = before.pinned ?? record.image;
  return {
    ...{ schemaVersion: 1, location: before.name, release: digest },
    ...{ status: error === null ? "loaded" : "failed", error, image },
    commit: image === record.image ? record.commit : null,
    ...{ releasedAt: record.releasedAt, dagsterUrl, at: now.toISOString(), runUrl },
  };
}

/** But for when, and by whom. */
function isSame(one: Deployment | undefined, other: Deployment): boolean {
  const { at, runUrl } = other;
  return one !== undefined && isDeepStrictEqual({ ...one, at, runUrl }, other);
}
