import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { parseReleaseRecord } from "../../../stacks/releaseRecord";
import { GcsServer } from "../../stacks/gcsServer";
import { upTo } from "./faultMatrix";
import { evaluate, gcsPythonPath } from "./python";
import { race, raceMistakes } from "./releaseRace";
import { StateServer } from "./stateServer";

const RECORD_KEY = "releases/finance.json";

let server: StateServer;
let folder: string;

beforeAll(async () => {
  server = await StateServer.start();
  folder = mkdtempSync(join(tmpdir(), "release-race-"));
});

afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

/** One process of many that begin together. */
const RELEASE = `
import time, release
time.sleep(max(0, given["start"] - time.time()))
answer = release.main(["--state-store", given["store"], "--location", "finance", "--repository",
    "acme/finance", "--image", given["image"], "--commit", given["commit"],
    "--committed-at", given["at"]])
`;

/** What a folder keeps of the record, newest first. */
function folderHistory(name: string): readonly string[] {
  const history = join(folder, name, ".history", RECORD_KEY);
  const entries = readdirSync(history).sort().reverse();
  const files = [join(folder, name, RECORD_KEY), ...entries.map((entry) => join(history, entry))];
  return files.map((file) => readFileSync(file, "utf8"));
}

describe("writers who release the same location at once", () => {
  it.each([
    [200, 2],
    [3, 10],
  ])(
    "lose nothing in S3: %d rounds of %d",
    async (rounds, writers) => {
      const name = `race-${writers}`;
      const store = await server.createBucket(name);
      const given = { store, location: "finance", rounds, writers };
      const ended = await race(given, server.environment);
      expect(ended).toHaveLength(rounds);
      expect(raceMistakes(ended, await server.history(name, RECORD_KEY))).toEqual([]);
      // Some met each other.
      expect(ended.flatMap(({ ends }) => ends).some(([, , code]) => code === 3)).toBe(true);
    },
    120_000,
  );

  it.each([
    [200, 2],
    [3, 10],
  ])(
    "lose nothing in a folder: %d rounds of %d",
    async (rounds, writers) => {
      const name = `race-${writers}`;
      const store = `file://${folder}/${name}`;
      const ended = await race({ store, location: "finance", rounds, writers }, {});
      expect(ended).toHaveLength(rounds);
      expect(raceMistakes(ended, folderHistory(name))).toEqual([]);
      expect(readdirSync(join(folder, name)).sort()).toEqual([".history", "releases"]);
    },
    120_000,
  );

  it("lose nothing in Google Cloud Storage", async () => {
    const google = await GcsServer.start();
    google.objects.createBucket("race");
    const given = { store: "gs://race", location: "finance", rounds: 100, writers: 2 };
    const ended = await race(given, { STORAGE_EMULATOR_HOST: google.url }, gcsPythonPath());
    const history = google.objects
      .all("race")
      .filter(({ resource }) => resource.name === RECORD_KEY);
    google.stop();
    expect(ended).toHaveLength(100);
    expect(raceMistakes(ended, history.map(({ body }) => body.toString()).reverse())).toEqual([]);
  }, 120_000);

  it("lose nothing in S3 as ten processes", async () => {
    const store = await server.createBucket("processes");
    const start = Date.now() / 1000 + 2;
    const release = async (order: number): Promise<readonly [string, number, number]> => {
      const image = `registry/finance:${order}`;
      const commit = String(order).padStart(40, "0");
      const at = `2020-01-01T00:00:${String(order).padStart(2, "0")}Z`;
      const given = { store, image, commit, at, start };
      return [image, order, Number(await evaluate(RELEASE, given, server.environment))];
    };
    const ends = await Promise.all(upTo(10).map(release));
    const history = await server.history("processes", RECORD_KEY);
    const { image } = parseReleaseRecord(history[0] ?? "", "record");
    expect(raceMistakes([{ kind: "times", ends, image }], history)).toEqual([]);
  }, 60_000);
});
