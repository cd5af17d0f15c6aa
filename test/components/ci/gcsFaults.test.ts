import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { GcsServer } from "../../stacks/gcsServer";
import { inLanes, plans, upTo, type Lane } from "./faultMatrix";
import { fill, releaseMistakes, releaseRun } from "./faultyRelease";
import { FaultyStore } from "./faultyStore";
import { GcsBucket } from "./gcsBucket";
import { gcsPythonPath } from "./python";
import { LATE_MS } from "./s3Lanes";
import { WarmScripts } from "./warmScripts";

// `FAULTS=all` tries every fault at every request, once, twice and for ever, whatever the store has before.
const IS_FULL = process.env["FAULTS"] === "all";

let root: string;
let server: GcsServer;
let lanes: readonly Lane[];
let scripts: WarmScripts;

/** The library asks for the bucket's metadata beside the work, for tracing, and ignores what comes. */
function counts(request: string): boolean {
  return !request.includes("projection=noAcl");
}

async function makeLane(number: number): Promise<Lane> {
  const bucket = new GcsBucket(server.objects, `lane-${number}`);
  const [store, url] = await FaultyStore.start(server.url, LATE_MS, counts);
  const folder = join(root, String(number));
  mkdirSync(folder);
  return { store, bucket, env: { STORAGE_EMULATOR_HOST: url }, folder };
}

function firstLane(): Lane {
  const [lane] = lanes;
  if (lane === undefined) throw new Error("there is no lane");
  return lane;
}

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), "gcs-faults-"));
  server = await GcsServer.start();
  lanes = await Promise.all(upTo(3).map(makeLane));
  await Promise.all(lanes.map(fill));
  scripts = await WarmScripts.start(releaseRun(firstLane()), gcsPythonPath());
});

afterAll(async () => {
  for (const { store } of lanes) store.stop();
  server.stop();
  rmSync(root, { recursive: true });
  await scripts.stop();
});

describe("a release from Google Cloud Storage that fails at one request", () => {
  it("has four requests when nothing fails", async () => {
    const { store } = firstLane();
    store.plan();
    expect(await scripts.run(releaseRun(firstLane()))).toMatchObject({ code: 0, stderr: "" });
    expect(store.requests.map((line) => line.replace(/\?.*/, ""))).toEqual([
      "GET /storage/v1/b/lane-1/o/defs-state%2Ffinance%2FApi__x__%2Fv-1",
      "GET /storage/v1/b/lane-1/o/defs-state%2Ffinance%2FDb__y__%2Fv-2",
      "GET /download/storage/v1/b/lane-1/o/releases%2Ffinance.json",
      "POST /upload/storage/v1/b/lane-1/o",
    ]);
  });

  // Where there is no record, the bucket is asked for; a newer one is not replaced.
  it.each([
    ["older", [1, 3, 4], [1, 2, Infinity]],
    ["none", [3, 4, 5], [1, Infinity]],
    ["newer", [3], [1, Infinity]],
  ] as const)(
    "is complete, or has changed nothing, when the record before is: %s",
    async (stored, requests, times) => {
      const chosen = IS_FULL ? plans(upTo(5), [1, 2, Infinity]) : plans(requests, times);
      const mistakes = await inLanes(lanes, chosen, (lane, plan) =>
        releaseMistakes(scripts, lane, plan, stored),
      );
      expect(mistakes).toEqual([]);
    },
    120_000,
  );
});
