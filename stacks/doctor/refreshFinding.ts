import { formatAge } from "../health";
import { pinnedStates, type ReleaseRecord } from "../releaseRecord";
import { lastStart } from "./cronTimes";
import { type Finding, ok, problem, skipped } from "./finding";

/** GitHub starts schedules late when many do, and the refresh takes its time. */
const LATE_HOURS = 3;

const MS_PER_HOUR = 3_600_000;

/**
 * Whether the pinned state is as new as the schedule of its refresh promises.
 * @param schedule - undefined: with each push only
 */
export function refreshFinding(
  schedule: string | undefined,
  release: ReleaseRecord | undefined,
  now: Date,
): Finding {
  const states = release === undefined ? [] : pinnedStates(release);
  const newest = states.map(({ createdAt }) => createdAt.getTime()).sort((a, b) => b - a)[0];
  if (release === undefined) return skipped("it was never released");
  if (newest === undefined) return skipped("its release pins no defs state");
  const age = `refreshed ${formatAge((now.getTime() - newest) / MS_PER_HOUR)} ago`;
  if (schedule === undefined) return ok(`${age}; no refresh.schedule: with each push only`);
  const due = lastStart(schedule, new Date(now.getTime() - LATE_HOURS * MS_PER_HOUR));
  if (due === undefined || newest >= due.getTime()) return ok(`${age}, scheduled ${schedule}`);
  return problem(
    `${age}, but ${schedule} was due at ${due.toISOString()}`,
    "look at the last scheduled run of its CI; GitHub turns off schedules of a public repository that had no activity for 60 days",
  );
}
