import type { LocationAnswer } from "./dagsterApi";
import type { RunAnswer } from "./dagsterRuns";
import { pinnedStates, type PinnedState, type ReleaseRecord } from "./releaseRecord";

/** One pinned key of a location, with its age. */
export interface StateHealth extends PinnedState {
  readonly ageHours: number;
}

/** What `npm run status` says of one location. */
export interface LocationHealth {
  readonly name: string;
  readonly healthy: boolean;
  /** Why it is not healthy; undefined when it is. */
  readonly problem: string | undefined;
  /** What its code server runs. */
  readonly image: string | undefined;
  /** Of the release, when that is what runs. */
  readonly commit: string | undefined;
  readonly state: readonly StateHealth[];
  readonly runs: readonly RunAnswer[];
  /** What waits or grows old; a location that is behind is still healthy. */
  readonly behind: readonly string[];
}

export interface HealthInput {
  readonly name: string;
  /** The release record; undefined: never released. */
  readonly release: ReleaseRecord | undefined;
  /** What is known to be wrong besides: a record that cannot be read, a job that failed. */
  readonly otherProblem?: string | undefined;
  /** Dagster's answer; undefined: the webserver does not know the location. */
  readonly answer: LocationAnswer | undefined;
  readonly runs: readonly RunAnswer[];
  readonly now: Date;
  /** Age of a pinned state from which it counts as behind, in hours. */
  readonly maxStateAgeHours: number;
}

const MS_PER_HOUR = 3_600_000;

/** Puts together what the list, the release record and Dagster say of one location. */
export function locationHealth(input: HealthInput): LocationHealth {
  const { name, release, answer, runs } = input;
  const deployed = release !== undefined && answer?.image === release.image ? release : undefined;
  const problem = problemOf(input);
  return {
    name,
    healthy: problem === undefined,
    problem,
    image: answer?.image,
    commit: deployed?.commit ?? undefined,
    state: (answer?.defsState ?? []).map((state) => ({
      ...state,
      ageHours: age(state, input.now),
    })),
    runs,
    behind: behindOf(input),
  };
}

function problemOf(input: HealthInput): string | undefined {
  const { release, answer } = input;
  if (input.otherProblem !== undefined) return input.otherProblem;
  if (answer === undefined)
    return release === undefined
      ? "never released: its CI job has to run once"
      : "released, but Dagster does not know it yet";
  if (answer.error !== undefined) return answer.error;
  if (release === undefined || answer.image !== release.image) return undefined;
  return missingState(release, answer);
}

/**
 * A code server without its instance config or without its pin loads, with fewer assets and no error: the pinned
 * state must be what is loaded.
 */
function missingState(release: ReleaseRecord, answer: LocationAnswer): string | undefined {
  const missing = missingStates(release, answer);
  if (missing.length === 0) return undefined;
  return `loaded without its pinned defs state: ${missing.join(", ")}`;
}

/** Keys that the release pins and that are not loaded in that version. */
export function missingStates(release: ReleaseRecord, answer: LocationAnswer): readonly string[] {
  const loaded = new Map(answer.defsState.map((state) => [state.key, state.version]));
  return pinnedStates(release)
    .filter((state) => loaded.get(state.key) !== state.version)
    .map((state) => state.key);
}

function behindOf(input: HealthInput): readonly string[] {
  const { release, answer } = input;
  const behind: string[] = [];
  if (release !== undefined && answer !== undefined && answer.image !== release.image)
    behind.push(`release of ${release.releasedAt} is not deployed`);
  for (const state of answer?.defsState ?? []) {
    const hours = age(state, input.now);
    if (hours > input.maxStateAgeHours)
      behind.push(`state ${state.key} is ${formatAge(hours)} old, refresh it`);
  }
  return behind;
}

function age(state: PinnedState, now: Date): number {
  return (now.getTime() - state.createdAt.getTime()) / MS_PER_HOUR;
}

/** `40 s`, `12 min`, `5 h`, `3 d` */
export function formatAge(hours: number): string {
  if (hours < 1 / 60) return `${Math.max(0, Math.round(hours * 3600))} s`;
  if (hours < 1) return `${Math.round(hours * 60)} min`;
  if (hours < 48) return `${Math.round(hours)} h`;
  return `${Math.round(hours / 24)} d`;
}
