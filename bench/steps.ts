import { execFile } from "node:child_process";
import { promisify } from "node:util";

import { PROJECT } from "../sandbox/folders";
import { BenchStack } from "./benchStack";

/** One thing that is measured, and the seconds that each try took. */
export interface Measurement {
  readonly step: string;
  readonly seconds: readonly number[];
}

/** The steps for a number of locations. */
export interface Series {
  readonly locations: number;
  readonly measurements: readonly Measurement[];
}

type Step = readonly [name: string, times: number, run: (attempt: number) => Promise<number>];

const UP = ["up", "--yes", "--skip-preview"] as const;

/**
 * Seconds until the modules of the program are loaded, without the engine.
 * @param times - tries
 */
export async function programLoad(times: number): Promise<readonly number[]> {
  const load = 'require("./stacks/platform"); require("./stacks/platformInput")';
  const seconds: number[] = [];
  for (let attempt = 0; attempt < times; attempt++) {
    const begun = performance.now();
    await promisify(execFile)("node", ["--import", "tsx", "-e", load], { cwd: PROJECT });
    seconds.push((performance.now() - begun) / 1000);
  }
  return seconds;
}

/**
 * Measures one stack from its first preview to its end, and removes it, also when something fails.
 * @param goOn - called before each try; throws to end the series
 */
export async function measure(
  locations: number,
  repeats: number,
  goOn: () => void,
): Promise<Series> {
  const stack = new BenchStack(locations);
  try {
    await stack.init();
    const measurements: Measurement[] = [];
    for (const [step, times, run] of steps(stack, repeats)) {
      const seconds: number[] = [];
      for (let attempt = 0; attempt < times; attempt++) {
        goOn();
        seconds.push(await run(attempt));
      }
      measurements.push({ step, seconds });
    }
    return { locations, measurements };
  } finally {
    await stack.remove();
  }
}

/** In their order: each begins where the one before has ended. */
function steps(stack: BenchStack, repeats: number): readonly Step[] {
  const changed = repeats + 1;
  return [
    ["preview of everything", repeats, () => stack.pulumi("preview")],
    ["first up", 1, () => stack.pulumi(...UP)],
    ["preview, nothing changed", repeats, () => stack.pulumi("preview")],
    ["up, nothing changed", repeats, () => stack.pulumi(...UP)],
    [
      "up, one release changed",
      repeats,
      (attempt) => {
        stack.list({ release: attempt + 2 });
        return stack.pulumi(...UP);
      },
    ],
    [
      "up, one location added",
      1,
      () => {
        stack.list({ more: 1, release: changed });
        return stack.pulumi(...UP);
      },
    ],
    [
      "up, one location removed",
      1,
      () => {
        stack.list({ release: changed });
        return stack.pulumi(...UP);
      },
    ],
    ["destroy", 1, () => stack.pulumi("destroy", "--yes", "--skip-preview")],
  ];
}
