import { appendFileSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { copyCharts } from "../../stacks/chartCopy";
import { InvalidInputError } from "../../stacks/invalidInputError";
import { chartArchiveOf, chartFolder } from "./chartFolder";

const VERSION = "1.2.3";
const home = process.cwd();

beforeEach(() => {
  process.chdir(mkdtempSync(join(tmpdir(), "platform-")));
});

afterEach(() => {
  process.chdir(home);
});

async function refusal(source: string): Promise<string> {
  const error: unknown = await copyCharts(source).catch((thrown: unknown) => thrown);
  return error instanceof InvalidInputError ? error.message : `not refused: ${String(error)}`;
}

describe("the local copy of the charts", () => {
  it("has both charts below .charts, by relative paths, with their version", async () => {
    const charts = await copyCharts(chartFolder(VERSION));
    expect(charts.version).toBe(VERSION);
    expect(charts.system).toMatch(/^\.\/\.charts\/1\.2\.3-[0-9a-f]{12}\/dagster$/);
    expect(readFileSync(join(charts.userCode, "Chart.yaml"), "utf8")).toContain("user-deployments");
    expect(readdirSync(".charts")).toHaveLength(1);
  });

  it("is self-contained: its schemas refer to no web site, and say the rest as before", async () => {
    const { system, userCode } = await copyCharts(chartFolder(VERSION));
    for (const chart of [system, userCode]) {
      const schema: unknown = JSON.parse(readFileSync(join(chart, "values.schema.json"), "utf8"));
      expect(schema).toEqual({ properties: { image: {}, port: { type: "integer" } } });
    }
  });

  it("is the same from a folder, its parent and an archive, and on the second run", async () => {
    const folder = chartFolder(VERSION);
    const charts = await copyCharts(folder);
    expect(await copyCharts(join(folder, ".."))).toEqual(charts);
    expect(await copyCharts(await chartArchiveOf(folder))).toEqual(charts);
  });

  it("has another path when a file differs: Helm takes a path it knows for the same chart", async () => {
    const folder = chartFolder(VERSION);
    const before = await copyCharts(folder);
    appendFileSync(join(folder, "templates", "NOTES.txt"), "more");
    expect((await copyCharts(folder)).system).not.toBe(before.system);
  });

  it("refuses what is not there, and names it", async () => {
    expect(await refusal("charts-of-nobody")).toBe(
      "chart charts-of-nobody: has no charts-of-nobody",
    );
    const folder = chartFolder(VERSION);
    rmSync(join(folder, "charts"), { recursive: true });
    expect(await refusal(folder)).toMatch(/: has no .*dagster-user-deployments/);
  });

  it("refuses another chart", async () => {
    const folder = chartFolder(VERSION);
    appendFileSync(join(folder, "Chart.yaml"), "\n---\n");
    rmSync(join(folder, "Chart.yaml"));
    appendFileSync(join(folder, "Chart.yaml"), "name: airflow\nversion: 1.0.0\n");
    expect(await refusal(folder)).toContain("is not the chart dagster");
    expect(readdirSync(".charts")).toEqual([]);
  });
});
