import type { DagsterApi, LocationAnswer } from "./dagsterApi";
import { missingStates } from "./health";
import type { ReleaseRecord } from "./releaseRecord";

const EVERY_MS = 500;

/**
 * Waits until Dagster has loaded exactly this release: its image and its pinned defs state.
 * @param timeoutMs - after which it gives up
 * @param problem - why it will not be loaded, when that is known before
 * @returns undefined when it is loaded, else why not
 */
export async function waitForRelease(
  api: DagsterApi,
  release: ReleaseRecord,
  timeoutMs: number,
  problem: () => string | undefined = () => undefined,
): Promise<string | undefined> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const { locations } = await api.platform();
    const answer = locations.find(({ name }) => name === release.location);
    if (answer !== undefined && isLoaded(answer, release)) return undefined;
    const known = problem();
    if (known !== undefined) return known;
    if (Date.now() > deadline) return answer?.error ?? "the release before is still served";
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
  }
}

function isLoaded(answer: LocationAnswer, release: ReleaseRecord): boolean {
  return (
    answer.error === undefined &&
    answer.image === release.image &&
    missingStates(release, answer).length === 0
  );
}
