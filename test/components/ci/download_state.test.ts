import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { runScript, type Ended } from "./python";
import { ReleaseRuns, STATE } from "./releaseRuns";

const KEY = "defs-state/finance/Api__x__/v-1";

describe("a copy of the pinned state", () => {
  const folder = mkdtempSync(join(tmpdir(), "download-state-"));
  let runs: ReleaseRuns;

  beforeAll(async () => {
    runs = await ReleaseRuns.start();
  });

  afterAll(async () => {
    await runs.stop();
    rmSync(folder, { recursive: true });
  });

  function download(store: string, pin: string, output: string): Promise<Ended> {
    return runScript(
      "download_state.py",
      [
        ...["--location", "finance", "--state-store", runs.url(store)],
        ...["--defs-state", pin, "--output", join(folder, output)],
      ],
      runs.server.environment,
    );
  }

  it("has what the store has, and not what is in the image", async () => {
    await runs.put(await runs.server.createBucket("state"), KEY, "1");
    const ended = await download("s3://state", runs.file("state.json", STATE), "copy");
    expect(ended).toEqual({ code: 0, stdout: "", stderr: "" });
    expect(readFileSync(join(folder, "copy", KEY), "utf8")).toBe("1");
  });

  it("is empty without a pin", async () => {
    expect((await download("empty", runs.file("null.json", null), "none")).code).toBe(0);
    expect(existsSync(join(folder, "none"))).toBe(false);
  });

  it("refuses a pin whose state is gone, in one line", async () => {
    const ended = await download("gone", runs.file("state.json", STATE), "gone");
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(/^download: finance: .*v-1 is not there: refresh again\n$/);
  });
});
