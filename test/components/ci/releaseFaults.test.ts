import { inLanes, plans, upTo } from "./faultMatrix";
import { fill, releaseMistakes, releaseRun } from "./faultyRelease";
import { S3Lanes } from "./s3Lanes";
import { WarmScripts } from "./warmScripts";

// `FAULTS=all` tries every fault at every request, once, twice and for ever, whatever the store has before.
const IS_FULL = process.env["FAULTS"] === "all";

let s3: S3Lanes;
let scripts: WarmScripts;

beforeAll(async () => {
  s3 = await S3Lanes.start(3);
  await Promise.all(s3.lanes.map(fill));
  scripts = await WarmScripts.start(releaseRun(s3.first));
});

afterAll(async () => {
  await s3.stop();
  await scripts.stop();
});

describe("a release from S3 that fails at one request", () => {
  it("has four requests when nothing fails", async () => {
    const { store } = s3.first;
    store.plan();
    expect(await scripts.run(releaseRun(s3.first))).toMatchObject({ code: 0, stderr: "" });
    expect(store.requests).toEqual([
      "HEAD /lane-1/defs-state/finance/Api__x__/v-1",
      "HEAD /lane-1/defs-state/finance/Db__y__/v-2",
      "GET /lane-1/releases/finance.json",
      "PUT /lane-1/releases/finance.json",
    ]);
  });

  // A newer record is not replaced, so that there is no fourth request.
  it.each([
    ["older", [...plans(upTo(4), [1, Infinity]), ...plans([3, 4], [2])]],
    ["none", [...plans([3], [1]), ...plans([4], [1, Infinity])]],
    ["newer", plans([3], [1, Infinity])],
  ] as const)(
    "is complete, or has changed nothing, when the record before is: %s",
    async (stored, chosen) => {
      const cases = IS_FULL ? plans(upTo(4), [1, 2, Infinity]) : chosen;
      const mistakes = await inLanes(s3.lanes, cases, (lane, plan) =>
        releaseMistakes(scripts, lane, plan, stored),
      );
      expect(mistakes).toEqual([]);
    },
    120_000,
  );
});
