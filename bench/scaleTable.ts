import type { Series } from "./steps";

/** All that was measured, and where. */
export interface ScaleResult {
  readonly machine: {
    readonly cores: number;
    /** Mean of the last minute, at the end. */
    readonly loadAverage: number;
    readonly pulumi: string;
    readonly kubernetes: string;
  };
  /** Seconds of each try. */
  readonly programLoad: readonly number[];
  /** By number of locations, ascending. */
  readonly series: readonly Series[];
}

/**
 * For people: medians in seconds, and in brackets how many times those of the smallest number of locations.
 */
export function scaleTable({ machine, programLoad, series }: ScaleResult): string {
  const [first] = series;
  const head = ["seconds (× the first)", ...series.map(({ locations }) => String(locations))];
  const rows = (first?.measurements ?? []).map(({ step, seconds }, index) => [
    step,
    ...series.map(({ measurements }) => cell(measurements[index]?.seconds ?? [], seconds)),
  ]);
  const { cores, loadAverage, pulumi, kubernetes } = machine;
  return [
    `${cores} cores, load ${loadAverage.toFixed(1)}, pulumi ${pulumi}, Kubernetes ${kubernetes}`,
    `program load: ${median(programLoad).toFixed(2)} s`,
    "",
    ...aligned([head, ...rows]),
  ].join("\n");
}

/** The middle one; of an even number the upper of both in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function cell(seconds: readonly number[], first: readonly number[]): string {
  const ratio = seconds === first ? "" : ` (×${(median(seconds) / median(first)).toFixed(1)})`;
  return `${median(seconds).toFixed(1)}${ratio}`;
}

function aligned(rows: readonly (readonly string[])[]): readonly string[] {
  const width = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  return rows.map((row) =>
    row
      .map((text, column) => (column === 0 ? text.padEnd(width(0)) : text.padStart(width(column))))
      .join("  "),
  );
}
