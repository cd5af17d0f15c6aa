import type { Bucket } from "./bucket";
import { FAULTS, type Fault, type FaultyStore, type Plan } from "./faultyStore";
import type { Ended } from "./python";

/** What has one case after the other: a bucket, and the proxy in front of it. */
export interface Lane {
  readonly store: FaultyStore;
  readonly bucket: Bucket;
  /** How the scripts find the proxy. */
  readonly env: NodeJS.ProcessEnv;
  /** For files. */
  readonly folder: string;
}

/** What a client can get over by trying again; the others are no store at all. */
export function passes({ fault, times }: Plan): boolean {
  return fault !== "redirect" && times <= 2;
}

/** Every fault at each of these requests. */
export function plans(
  requests: readonly number[],
  times: readonly number[],
  faults: readonly Fault[] = FAULTS,
): readonly Plan[] {
  return faults.flatMap((fault) =>
    times.flatMap((each) => requests.map((first) => ({ fault, first, times: each }))),
  );
}

/** The numbers from 1. */
export function upTo(last: number): readonly number[] {
  return Array.from({ length: last }, (_, index) => index + 1);
}

/**
 * Runs the cases in all lanes at once.
 * @returns what was wrong, each with its case before it
 */
export async function inLanes<L extends Lane>(
  lanes: readonly L[],
  cases: readonly Plan[],
  mistakesOf: (lane: L, plan: Plan) => Promise<readonly string[]>,
): Promise<readonly string[]> {
  const waiting = [...cases];
  const found: string[] = [];
  await Promise.all(
    lanes.map(async (lane) => {
      for (let each = waiting.shift(); each !== undefined; each = waiting.shift()) {
        const { fault, first, times } = each;
        const mistakes = await mistakesOf(lane, each);
        found.push(...mistakes.map((one) => `${fault} ${times} times from ${first} on: ${one}`));
      }
    }),
  );
  return found;
}

/** Objects that changed, but for those that the job itself may write. */
export function changes(
  before: ReadonlyMap<string, readonly string[]>,
  after: ReadonlyMap<string, readonly string[]>,
  isOwn: (key: string) => boolean,
): readonly string[] {
  const text = (versions: readonly string[] | undefined): string =>
    [...(versions ?? [])].sort().join();
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((key) => !isOwn(key) && text(before.get(key)) !== text(after.get(key)))
    .map((key) => `changed ${key}`);
}

/** What a report must not have. */
export function reportMistakes({ code, stderr }: Ended, lines: RegExp): readonly string[] {
  if (code === 0) return stderr === "" ? [] : [`said ${stderr}`];
  const isShort = lines.test(stderr) && !/Traceback|unexpected/.test(stderr);
  return isShort ? [] : [`ended with ${code}: ${stderr}`];
}
