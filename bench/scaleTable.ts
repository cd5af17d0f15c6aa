import type { Measurement, Series } from "./steps";

/** All that was measured, and where. */
export interface ScaleResult {
  readonly machine: {
    readonly cores: number;
    /** Mean of the last minute, at the end. */
    readonly loadAverage: number;
    readonly pulumi: string;
    readonly kubernetes: string;
  };
  readonly programLoad: Measurement;
  /** By number of locations, ascending. */
  readonly series: readonly Series[];
}

/** Medians, for people. The ratio is that of the CPU: it hardly depends on what else the machine does. */
export function scaleTable({ machine, programLoad, series }: ScaleResult): string {
  const [first] = series;
  const head = ["seconds / of CPU (× the first)", ...series.map((each) => String(each.locations))];
  const rows = (first?.measurements ?? []).map((smallest, index) => [
    smallest.step,
    ...series.map(({ measurements }) => cell(measurements[index] ?? smallest, smallest)),
  ]);
  const { cores, loadAverage, pulumi, kubernetes } = machine;
  return [
    `${cores} cores, load ${loadAverage.toFixed(1)}, pulumi ${pulumi}, Kubernetes ${kubernetes}`,
    `program load: ${cell(programLoad, programLoad)} s`,
    "",
    ...aligned([head, ...rows]),
  ].join("\n");
}

/** The middle one; of an even number the upper of both in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function cell(measurement: Measurement, smallest: Measurement): string {
  const { seconds, cpuSeconds } = measurement;
  const cpu = cpuSeconds.length === 0 ? "" : ` / ${median(cpuSeconds).toFixed(1)}`;
  const ratio = median(steady(measurement)) / median(steady(smallest));
  const times = measurement === smallest ? "" : ` (×${ratio.toFixed(1)})`;
  return `${median(seconds).toFixed(1)}${cpu}${times}`;
}

function steady({ seconds, cpuSeconds }: Measurement): readonly number[] {
  return cpuSeconds.length === 0 ? seconds : cpuSeconds;
}

function aligned(rows: readonly (readonly string[])[]): readonly string[] {
  const width = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  return rows.map((row) =>
    row
      .map((text, column) => (column === 0 ? text.padEnd(width(0)) : text.padStart(width(column))))
      .join("  "),
  );
}
