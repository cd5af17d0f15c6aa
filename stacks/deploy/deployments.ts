import { createHash } from "node:crypto";

import { z } from "zod";

import { DEPLOYMENTS_PREFIX } from "../../components/identities/stateRights";
import type { ObjectStore } from "../objectStore";
import { readRecord, writeRecord } from "./storedRecord";

const deployment = z.strictObject({
  schemaVersion: z.literal(1),
  location: z.string().min(1),
  /** SHA-256 of the release record's bytes, hexadecimal: which one it is about. */
  release: z.string().regex(/^[0-9a-f]{64}$/),
  status: z.enum(["loaded", "failed"]),
  /** First line of why; null when it is loaded. */
  error: z.string().nullable(),
  /** What runs, or was tried: the list may pin another one than the release has. */
  image: z.string().min(1),
  /** Of the release; null: outside git, or the list pins another image. */
  commit: z.string().nullable(),
  /** ISO 8601, UTC, as the others. */
  releasedAt: z.iso.datetime(),
  /** Page of the location; null: the webserver has no address outside. */
  dagsterUrl: z.string().nullable(),
  at: z.iso.datetime(),
  /** The run of CI that has deployed. */
  runUrl: z.string().nullable(),
});

/**
 * What became of one location's release; `deployments/<location>.json` in the state store. Written by the platform's CI,
 * read by the location's.
 */
export type Deployment = Readonly<z.infer<typeof deployment>>;

/** By which a deployment names its release. */
export function releaseDigest(body: string): string {
  return createHash("sha256").update(body).digest("hex");
}

export function deploymentKey(location: string): string {
  return `${DEPLOYMENTS_PREFIX}${location}.json`;
}

/** Of these locations, those that have one. */
export async function readDeployments(
  store: ObjectStore,
  locations: readonly string[],
): Promise<ReadonlyMap<string, Deployment>> {
  const found = await Promise.all(
    locations.map((location) => readRecord(store, deploymentKey(location), deployment)),
  );
  return new Map(found.flatMap((each) => (each === undefined ? [] : [[each.location, each]])));
}

export async function writeDeployment(store: ObjectStore, written: Deployment): Promise<void> {
  await writeRecord(store, deploymentKey(written.location), deployment.parse(written));
}
