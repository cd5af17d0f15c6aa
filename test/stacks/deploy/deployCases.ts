/** What two locations were released with, and deployed. */
import type { Deployment } from "../../../stacks/deploy/deployments";
import type { PlatformRecord, UpdateRecord } from "../../../stacks/deploy/platformRecords";
import type { WantedLocation, WantedRelease } from "../../../stacks/deploy/wantedReleases";

const IMAGE = `acme/code@sha256:${"1".repeat(64)}`;

export const RELEASE = {
  digest: "f".repeat(64),
  record: {
    ...{ schemaVersion: 1, location: "any", repository: null, image: IMAGE },
    ...{ commit: "a".repeat(40), defsState: null, dbt: null },
    ...{ releasedAt: "2026-11-21T12:00:00Z", releasedBy: null, runUrl: null },
  },
  problem: undefined,
} satisfies WantedRelease;

export const wanted = (name: string, changes: Partial<WantedLocation> = {}): WantedLocation => ({
  ...{ name, pinned: undefined, release: RELEASE },
  ...changes,
});

/** Of this release. */
export const DEPLOYED: Deployment = {
  ...{ schemaVersion: 1, location: "finance", release: RELEASE.digest },
  ...{ status: "loaded", error: null, image: IMAGE, commit: "a".repeat(40) },
  ...{
    releasedAt: "2026-11-21T12:00:00Z",
    dagsterUrl: "https://dagster.acme.com/locations/finance",
  },
  ...{ at: "2026-11-21T12:05:00.000Z", runUrl: "https://ci/1" },
};

export const PLATFORM: PlatformRecord = {
  ...{ schemaVersion: 1, commit: "c".repeat(40), at: "2026-11-21T12:05:00.000Z" },
  ...{ runUrl: "https://ci/1", locations: ["crm", "finance"] },
};

export const UPDATE: UpdateRecord = {
  ...{ schemaVersion: 1, hostname: "vm", username: "runner", pid: 1 },
  ...{ startedAt: "2026-11-21T12:00:00.000Z", endedAt: "2026-11-21T12:05:00.000Z" },
  ...{ runUrl: "https://ci/1", ciGroup: "deploy-prod", recovering: false },
};
