import { join } from "node:path";

import { parseReleaseRecord } from "../../../stacks/releaseRecord";
import { pythonPath, SCRIPTS, startPython } from "./python";

/** One round: who wrote what, and what the record has after it. */
interface Round {
  /** `times`: of other commits; `states`: of the same commit; `tie`: other commits of the same time. */
  readonly kind: "times" | "states" | "tie";
  /** Image, order, exit code. */
  readonly ends: readonly (readonly [string, number, number])[];
  readonly image: string;
}

/** A race to run. */
export interface Race {
  readonly store: string;
  readonly location: string;
  readonly rounds: number;
  readonly writers: number;
}

/** Lets writers release the same location, round by round. */
export async function race(
  given: Race,
  env: NodeJS.ProcessEnv,
  python = pythonPath(),
): Promise<readonly Round[]> {
  const args = [join(__dirname, "releaseRace.py"), SCRIPTS];
  const ended = await startPython(args, env, JSON.stringify(given), python).ended;
  if (ended.code !== 0) throw new Error(ended.stderr);
  return JSON.parse(ended.stdout) as readonly Round[];
}

/**
 * What is wrong after a race.
 * @param history - every record that the location had, newest first
 */
export function raceMistakes(
  rounds: readonly Round[],
  history: readonly string[],
): readonly string[] {
  const written = history.map((text) => parseReleaseRecord(text, "history").image).reverse();
  const said = rounds.flatMap(({ ends }) =>
    ends.filter(([, , code]) => code === 0).map(([image]) => image),
  );
  const sameAsSaid = [...written].sort().join() === [...said].sort().join();
  return [
    ...rounds.flatMap((round) => roundMistakes(round, written)),
    ...(sameAsSaid ? [] : [`said ${said.length} times written, the history has ${written.length}`]),
  ];
}

function roundMistakes(
  { kind, ends, image }: Round,
  written: readonly string[],
): readonly string[] {
  const highest = ends.toSorted(([, a], [, b]) => b - a)[0];
  const codes = new Map(ends.map(([each, , code]) => [each, code]));
  const orders = new Map(ends.map(([each, order]) => [each, order]));
  const own = written.filter((each) => orders.has(each)).map((each) => orders.get(each) ?? 0);
  const inOrder = own.every((order, index) => order > (own[index - 1] ?? -1));
  const wrongCodes = ends.filter(([, , code]) => code !== 0 && (kind === "tie" || code !== 3));
  return [
    ...wrongCodes.map(([each, , code]) => `${each} ended with ${code}`),
    ...(codes.get(image) === 0 ? [] : [`${image} was not written`]),
    ...(kind === "tie" || (image === highest?.[0] && inOrder)
      ? []
      : [`${kind}: ${image} won, the history is ${own.join()}`]),
  ];
}
