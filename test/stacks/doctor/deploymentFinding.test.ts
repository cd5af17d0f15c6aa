import type { Deployment } from "../../../stacks/deploy/deployments";
import { deploymentFinding } from "../../../stacks/doctor/deploymentFinding";
import { IMAGE, RELEASE } from "./records";

const DIGEST = "d".repeat(64);

const DEPLOYMENT: Deployment = {
  ...{ schemaVersion: 1, location: "crm", release: DIGEST, status: "loaded", error: null },
  ...{ image: IMAGE, commit: RELEASE.commit, releasedAt: "2026-11-21T10:00:00Z" },
  ...{ dagsterUrl: null, at: "2026-11-21T10:05:00Z", runUrl: "https://ci.test/2" },
};

const find = (deployment: Deployment | undefined, pinned?: string) =>
  deploymentFinding(deployment, { record: RELEASE, digest: DIGEST }, pinned, "acme/platform");

const START = "start the platform's workflow in acme/platform, or wait for its schedule";

const TEXT = "crm@aaaaaaaaaaaa, 2026-11-21T10:05:00Z, https://ci.test/2";

it("is right when it is of this very release, or the list pins an image", () => {
  expect(find(DEPLOYMENT)).toEqual({ state: "ok", found: `loaded: ${TEXT}` });
  expect(find({ ...DEPLOYMENT, release: "0".repeat(64) }, "r.test/crm:1").state).toBe("ok");
  expect(find({ ...DEPLOYMENT, runUrl: null }).found).not.toContain("null");
});

it.each([
  [undefined, "CI of the platform has never deployed it", START],
  [
    { ...DEPLOYMENT, release: "0".repeat(64), releasedAt: "2026-11-20T10:00:00Z" },
    "deployed is the release of 2026-11-20T10:00:00Z, and that of 2026-11-21T10:00:00Z is not",
    START,
  ],
  [
    { ...DEPLOYMENT, status: "failed" as const, error: "ImportError: x" },
    `failed: ImportError: x (${TEXT})`,
    "mend its code and push, or take the release before: `npm run rollback`",
  ],
])("is a problem otherwise: %j", (deployment, found, fix) => {
  expect(find(deployment)).toEqual({ state: "problem", found, fix });
});
