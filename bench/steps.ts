import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { promisify } from "node:util";

import { PROJECT } from "../sandbox/folders";
import { BenchStack } from "./benchStack";

/** One thing that is measured, try by try. */
export interface Measurement {
  readonly step: string;
  readonly seconds: readonly number[];
  /** CPU of engine, program and providers together; empty where the system does not tell (all but Linux). */
  readonly cpuSeconds: readonly number[];
}

/** The steps for a number of locations. */
export interface Series {
  readonly locations: number;
  readonly measurements: readonly Measurement[];
}

type Step = readonly [name: string, times: number, run: (attempt: number) => Promise<void>];

const STAT = "/proc/self/stat";

const UP = ["up", "--yes", "--skip-preview"] as const;

/**
 * Until the modules of the program are loaded, without the engine.
 * @param times - tries
 */
export function programLoad(times: number): Promise<Measurement> {
  const load = 'require("./stacks/platform"); require("./stacks/platformInput")';
  return measured("program load", times, async () => {
    await promisify(execFile)("node", ["--import", "tsx", "-e", load], { cwd: PROJECT });
  });
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
    for (const [step, times, run] of steps(stack, repeats))
      measurements.push(
        await measured(step, times, (attempt) => {
          goOn();
          return run(attempt);
        }),
      );
    return { locations, measurements };
  } finally {
    await stack.remove();
  }
}

async function measured(...[step, times, run]: Step): Promise<Measurement> {
  const seconds: number[] = [];
  const cpuSeconds: number[] = [];
  for (let attempt = 0; attempt < times; attempt++) {
    const [begun, cpuBegun] = [performance.now(), childrenCpuSeconds()];
    await run(attempt);
    seconds.push((performance.now() - begun) / 1000);
    const cpu = childrenCpuSeconds();
    if (cpu !== undefined && cpuBegun !== undefined) cpuSeconds.push(cpu - cpuBegun);
  }
  return { step, seconds, cpuSeconds };
}

/** CPU of the children of this process that have ended, and of theirs: `cutime` and `cstime` of proc(5), in 1/100 s. */
function childrenCpuSeconds(): number | undefined {
  if (!existsSync(STAT)) return undefined;
  // The name of the program is in brackets and may have spaces.
  const fields = readFileSync(STAT, "utf8")
    .replace(/^.*\) /, "")
    .split(" ");
  return (Number(fields[13]) + Number(fields[14])) / 100;
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
