import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { DAGSTER_VERSION } from "../../components/dagster/chart";
import { chartArchive } from "../../stacks/chartArchive";
import { InvalidInputError } from "../../stacks/invalidInputError";
import { chartArchiveOf, chartFolder, chartRepository, type ChartRepository } from "./chartFolder";

const home = process.cwd();
const open: ChartRepository[] = [];

beforeEach(() => {
  process.chdir(mkdtempSync(join(tmpdir(), "platform-")));
});

afterEach(async () => {
  process.chdir(home);
  await Promise.all(open.splice(0).map((repository) => repository.close()));
});

async function repository(version = DAGSTER_VERSION, digest?: string): Promise<ChartRepository> {
  const archive = await chartArchiveOf(chartFolder(DAGSTER_VERSION));
  const served = await chartRepository(archive, version, digest);
  open.push(served);
  return served;
}

async function refusal(url: string): Promise<string> {
  const error: unknown = await chartArchive(url).catch((thrown: unknown) => thrown);
  return error instanceof InvalidInputError ? error.message : `not refused: ${String(error)}`;
}

describe("the archive of the chart", () => {
  it("is fetched once and then taken from this machine", async () => {
    const { url, asked } = await repository();
    const file = await chartArchive(url);
    expect(file).toBe(`.charts/dagster-${DAGSTER_VERSION}.tgz`);
    expect(await chartArchive(url)).toBe(file);
    expect(asked).toEqual(["/helm/index.yaml", "/helm/charts/dagster.tgz"]);
  });

  it("has its digest locked the first time", async () => {
    await chartArchive((await repository()).url);
    const lock = JSON.parse(readFileSync("charts.lock.json", "utf8")) as Record<string, string>;
    expect(lock["version"]).toBe(DAGSTER_VERSION);
    expect(lock["digest"]).toMatch(/^sha256:[0-9a-f]{64}$/);
  });

  it("is fetched again when the copy on this machine is damaged", async () => {
    const { url, asked } = await repository();
    const file = await chartArchive(url);
    writeFileSync(file, "half");
    await chartArchive(url);
    expect(asked).toHaveLength(4);
    expect(readFileSync(file).length).toBeGreaterThan(100);
  });

  it("refuses another archive than the locked one", async () => {
    const lock = { version: DAGSTER_VERSION, digest: `sha256:${"0".repeat(64)}` };
    writeFileSync("charts.lock.json", JSON.stringify(lock));
    expect(await refusal((await repository()).url)).toMatch(
      /has the digest sha256:[0-9a-f]{64}, charts\.lock\.json has sha256:0{64}: find out why/,
    );
  });

  it("does not hold a new version to the lock of the old one", async () => {
    const lock = { version: "1.0.0", digest: `sha256:${"0".repeat(64)}` };
    writeFileSync("charts.lock.json", JSON.stringify(lock));
    await expect(chartArchive((await repository()).url)).resolves.toContain(".tgz");
    expect(readFileSync("charts.lock.json", "utf8")).toContain(DAGSTER_VERSION);
  });

  it("refuses an archive that is not the index's", async () => {
    const { url } = await repository(DAGSTER_VERSION, "f".repeat(64));
    expect(await refusal(url)).toContain(`the repository's index says ${"f".repeat(64)}`);
  });

  it.each<[string, string, RegExp]>([
    ["a repository without the version", "0.0.1", /has no such version/],
    ["a repository that is not there", "", /ECONNREFUSED|HTTP 404/],
  ])("refuses %s, and says where else it can come from", async (_case, version, reason) => {
    const { url } = await repository(version || DAGSTER_VERSION);
    const text = await refusal(version === "" ? `${url}/nothing` : url);
    expect(text).toMatch(reason);
    expect(text).toContain("dagster-platform:chartPath");
    expect(text).not.toContain("\n");
  });
});
