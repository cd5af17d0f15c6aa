import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { COMMIT, OTHER, ReleaseRuns } from "./releaseRuns";

let runs: ReleaseRuns;

beforeAll(async () => {
  runs = await ReleaseRuns.start();
});

afterAll(async () => {
  await runs.stop();
});

const output = (): string => join(runs.folder, "release.json");
const noted = (): unknown => JSON.parse(readFileSync(output(), "utf8"));

describe("what release.py says to the next job", () => {
  it("is the record, and the digest of exactly what is stored", async () => {
    await runs.release("out", { commit: COMMIT, output: output() });
    const stored = readFileSync(join(runs.folder, "out/releases/finance.json"));
    const digest = createHash("sha256").update(stored).digest("hex");
    expect(noted()).toEqual({ record: runs.stored("out"), digest, written: true });
  });

  it("is that it was superseded, when a newer one is there", async () => {
    const later = { commit: COMMIT, "committed-at": "2026-01-02T00:00:00Z" };
    const earlier = { commit: OTHER, "committed-at": "2026-01-01T00:00:00Z", output: output() };
    await runs.release("late", later);
    expect(await runs.release("late", earlier)).toMatchObject({ code: 3 });
    expect(noted()).toMatchObject({ record: { commit: OTHER }, written: false });
  });

  it("is nothing when nothing was decided", async () => {
    const file = join(runs.folder, "none.json");
    expect(await runs.release("none", { image: "x", output: file })).toMatchObject({ code: 1 });
    expect(existsSync(file)).toBe(false);
  });
});
