import type { Deployment } from "../deploy/deployments";
import { shortImage } from "../releaseRecord";
import { type Finding, ok, problem } from "./finding";
import type { FoundRelease } from "./releaseFindings";

/**
 * Whether the platform's CI has deployed this release, and what came of it.
 * @param pinned - the image that the list pins: then the record decides nothing
 * @param platform - its repository
 */
export function deploymentFinding(
  deployment: Deployment | undefined,
  release: Extract<FoundRelease, { digest: string }>,
  pinned: string | undefined,
  platform: string,
): Finding {
  const start = `start the platform's workflow in ${platform}, or wait for its schedule`;
  if (deployment === undefined) return problem("CI of the platform has never deployed it", start);
  const { status, error, image, at, runUrl, releasedAt } = deployment;
  const text = `${shortImage(image)}, ${at}${runUrl === null ? "" : `, ${runUrl}`}`;
  if (pinned === undefined && deployment.release !== release.digest)
    return problem(
      `deployed is the release of ${releasedAt}, and that of ${release.record.releasedAt} is not`,
      start,
    );
  if (status === "loaded") return ok(`loaded: ${text}`);
  return problem(
    `failed: ${error ?? "no reason is given"} (${text})`,
    "mend its code and push, or take the release before: `npm run rollback`",
  );
}
