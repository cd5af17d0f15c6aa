import type { LocationAnswer } from "../dagsterApi";
import { locationHealth } from "../health";
import { type ReleaseRecord, shortImage } from "../releaseRecord";
import { type Finding, ok, problem } from "./finding";

/** What should be served, and what is. */
export interface Served {
  readonly name: string;
  readonly release: ReleaseRecord | undefined;
  /** The image that the list pins. */
  readonly pinned: string | undefined;
  /** Undefined: Dagster does not know the location. */
  readonly answer: LocationAnswer | undefined;
  /** What a job said of it, where that is known. */
  readonly otherProblem: string | undefined;
  readonly now: Date;
  /** The command that makes the platform serve what the records say. */
  readonly deploy: string;
  /** Where its code server says what is wrong with it. */
  readonly logs: string;
}

/** Whether Dagster has loaded exactly what was released: image and pinned state. */
export function servedFinding(served: Served): Finding {
  const { answer, release, pinned, otherProblem } = served;
  const wanted = pinned ?? release?.image;
  const health = locationHealth({
    ...served,
    release: pinned === undefined ? release : undefined,
    otherProblem,
    ...{ runs: [], maxStateAgeHours: Infinity },
  });
  if (health.problem !== undefined) {
    const isBroken = answer?.error !== undefined || otherProblem !== undefined;
    const [line = ""] = health.problem.split("\n");
    return problem(
      line,
      isBroken ? `mend its code, and release it again: ${served.logs}` : served.deploy,
    );
  }
  const image = answer?.image ?? "";
  if (wanted !== undefined && wanted !== image)
    return problem(`it serves ${shortImage(image)}, not ${shortImage(wanted)}`, served.deploy);
  const states = health.state.map(({ key }) => key).join(", ");
  return ok(`loaded: ${shortImage(image)}${states === "" ? "" : `, with ${states}`}`);
}
