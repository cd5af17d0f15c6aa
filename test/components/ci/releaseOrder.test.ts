import { parseReleaseRecord } from "../../../stacks/releaseRecord";
import { evaluate } from "./python";
import { COMMIT, OTHER, ReleaseRuns, STATE } from "./releaseRuns";

let runs: ReleaseRuns;

beforeAll(async () => {
  runs = await ReleaseRuns.start();
});

afterAll(async () => {
  await runs.stop();
});

describe("the order of releases", () => {
  const at = (time: string, commit = COMMIT): Record<string, string> => ({
    commit,
    "committed-at": `2026-01-01T${time}:00Z`,
  });

  test.concurrent("lets a newer run replace an older, and never the other way", async () => {
    expect(await runs.release("order", at("12:00"))).toMatchObject({ code: 0 });
    expect(await runs.release("order", at("12:05", OTHER))).toMatchObject({ code: 0 });
    const late = await runs.release("order", at("12:00"));
    expect(late).toMatchObject({ code: 3, stdout: "" });
    expect(late.stderr).toBe(
      `release: finance: not released: file://${runs.folder}/order/releases/finance.json is newer: bbbbbbbbbb of 2026-01-01T12:05:00.000Z, this one is of 2026-01-01T12:00:00.000Z; --force to go back to this one\n`,
    );
    expect(runs.stored("order").commit).toBe(OTHER);
  });

  test.concurrent("goes back when forced, and then runs that began before stay out", async () => {
    await runs.release("force", at("12:05", OTHER));
    expect(await runs.release("force", at("12:00"), "--force")).toMatchObject({ code: 0 });
    expect(runs.stored("force").commit).toBe(COMMIT);
    expect(Date.now() - Date.parse(runs.stored("force").releasedAt)).toBeLessThan(60_000);
    expect(await runs.release("force", at("12:06", OTHER))).toMatchObject({ code: 3 });
  });

  test.concurrent("takes a time in the future for now", async () => {
    await runs.release("future", { commit: OTHER, "committed-at": "2999-01-01T00:00:00Z" });
    expect(await runs.release("future", { commit: COMMIT })).toMatchObject({ code: 0 });
  });

  test.concurrent("prefers the later defs state of the same commit", async () => {
    const later = structuredClone(STATE);
    later.info_mapping["Api[x]"].create_timestamp = 2000;
    await runs.put("same", "defs-state/finance/Api__x__/v-1", "1");
    const state = { "defs-state": runs.file("early.json", STATE) };
    expect(await runs.release("same", { ...at("12:00"), ...state })).toMatchObject({ code: 0 });
    const nightly = { "defs-state": runs.file("late.json", later) };
    expect(await runs.release("same", { ...at("11:00"), ...nightly })).toMatchObject({ code: 0 });
    const slow = await runs.release("same", { ...at("12:00"), ...state });
    expect(slow.code).toBe(3);
    expect(slow.stderr).toContain("the same commit with a defs state that was refreshed later");
  });

  test.concurrent(
    "replaces a record that nobody can read, but none of a newer platform",
    async () => {
      await runs.put("broken", "releases/finance.json", "{");
      await runs.put("newer", "releases/finance.json", '{"schemaVersion": 2}');
      expect(await runs.release("broken", {})).toMatchObject({ code: 0 });
      const newer = await runs.release("newer", {});
      expect(newer.code).toBe(3);
      expect(newer.stderr).toContain("its schemaVersion is 2, this script writes 1");
    },
  );

  test.concurrent("judges again when another job was faster", async () => {
    await runs.server.createBucket("faster");
    let reads = 0;
    runs.server.meanwhile = async (line) => {
      if (!line.startsWith("GET /faster/releases/") || reads++ > 0) return;
      const newer = await runs.release("s3://faster", at("12:05", OTHER));
      expect(newer.code).toBe(0);
    };
    expect(await runs.release("s3://faster", at("12:00"))).toMatchObject({ code: 3 });
    expect(await runs.server.history("faster", "releases/finance.json")).toHaveLength(1);
  });

  test.concurrent("loses nothing when two jobs release twenty times each", async () => {
    await runs.server.createBucket("race");
    const code = `
import time, release
time.sleep(max(0, given["start"] - time.time()))
answer = []
for number in range(20):
    image = f"registry/finance:{given['name']}-{number}"
    answer.append([image, release.main(["--state-store", given["store"], "--location", "finance",
        "--repository", "acme/finance", "--image", image])])
`;
    const start = Date.now() / 1000 + 1;
    const writers = ["a", "b"].map((name) =>
      evaluate(code, { name, start, store: "s3://race" }, runs.server.environment),
    );
    const ends = (await Promise.all(writers)).flat() as [string, number][];
    const history = (await runs.server.history("race", "releases/finance.json")).map((text) =>
      parseReleaseRecord(text, "race"),
    );
    const written = ends.filter(([, exitCode]) => exitCode === 0).map(([image]) => image);
    expect(ends.filter(([, exitCode]) => exitCode !== 0 && exitCode !== 3)).toEqual([]);
    expect(history.map((record) => record.image).sort()).toEqual([...written].sort());
    const times = history.map((record) => record.releasedAt);
    expect(times).toEqual([...times].sort().reverse());
  });
});
