import type { LocationAnswer } from "../../../stacks/dagsterApi";
import type { ReleaseRecord } from "../../../stacks/releaseRecord";

export const NOW = new Date("2026-11-21T12:00:00Z");

export const IMAGE = `ghcr.io/acme/crm@sha256:${"a".repeat(64)}`;

/** What `crm` runs: a key in the store, and one in the image, both two hours old. */
export const RELEASE: ReleaseRecord = {
  ...{ schemaVersion: 1, location: "crm", repository: "acme/crm", image: IMAGE, dbt: null },
  commit: "0123456789abcdef0123456789abcdef01234567",
  defsState: {
    __class__: "DefsStateInfo",
    info_mapping: {
      "Crm[api]": { create_timestamp: NOW.getTime() / 1000 - 7200, version: "v1" },
      "Dbt[x]": { create_timestamp: NOW.getTime() / 1000 - 7200, version: "__local__" },
    },
  },
  ...{ releasedAt: "2026-11-21T10:00:00Z", releasedBy: "ci", runUrl: "https://ci.test/1" },
};

const createdAt = new Date("2026-11-21T10:00:00Z");

/** That it is served. */
export const LOADED: LocationAnswer = {
  ...{ name: "crm", error: undefined, image: IMAGE },
  defsState: [
    { key: "Crm[api]", version: "v1", createdAt },
    { key: "Dbt[x]", version: "__local__", createdAt },
  ],
};
