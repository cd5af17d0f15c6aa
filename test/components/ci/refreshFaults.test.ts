import { inLanes, plans, upTo } from "./faultMatrix";
import { jobMistakes, refreshLane, refreshRun, runJob, type RefreshLane } from "./faultyRefresh";
import { FAULTS, type Plan } from "./faultyStore";
import { S3Lanes } from "./s3Lanes";
import { Source } from "./source";
import { WarmScripts } from "./warmScripts";

/**
 * `FAULTS=all` tries every fault at every request, once, twice and for ever: 800 jobs, half an hour. Without it
 * each request fails in some way, and each fault meets a read and a write.
 */
const IS_FULL = process.env["FAULTS"] === "all";

const STATE = /defs-state\/finance\/Source__(api|db)__\/[0-9a-f-]{36}$/;

let s3: S3Lanes;
let sources: Awaited<ReturnType<typeof Source.start>>;
let scripts: WarmScripts;
let one: readonly RefreshLane[];
let two: readonly RefreshLane[];

beforeAll(async () => {
  [s3, sources] = await Promise.all([S3Lanes.start(6), Source.start()]);
  const [first, second] = [s3.lanes.slice(0, 3), s3.lanes.slice(3)];
  one = await Promise.all(first.map((lane) => refreshLane(lane, sources, ["api"])));
  two = await Promise.all(second.map((lane) => refreshLane(lane, sources, ["api", "db"])));
  scripts = await WarmScripts.start(refreshRun(lane(one)));
}, 60_000);

afterAll(async () => {
  sources.source.stop();
  await s3.stop();
  await scripts.stop();
});

function lane([first]: readonly RefreshLane[]): RefreshLane {
  if (first === undefined) throw new Error("there is no lane");
  return first;
}

/** The requests of a job when nothing fails, sorted, because dg has its components in no order. */
async function requests(of: RefreshLane): Promise<readonly string[]> {
  of.store.plan();
  const { refreshed, released } = await runJob(scripts, of);
  expect([refreshed, released]).toMatchObject([{ code: 0 }, { code: 0, stderr: "" }]);
  const short = of.store.requests.map((line) => line.replace(/lane-\d\/?/, ""));
  return short.map((line) => line.replace(STATE, "$1")).sort();
}

/** Each request fails once or twice, every time in another way. */
function each(count: number): readonly Plan[] {
  return upTo(count).flatMap((first) => {
    const fault = FAULTS[first % FAULTS.length];
    return fault === undefined ? [] : [{ fault, first, times: 1 + (first % 2) }];
  });
}

describe("a refresh and a release that fail at one request", () => {
  it("have nine requests for one component, and fifteen for two", async () => {
    const component = (name: string): readonly string[] => [
      ...["HEAD /", `PUT /${name}`, `HEAD /${name}`, `HEAD /${name}`, `GET /${name}`],
      `HEAD /${name}`,
    ];
    const once = ["HEAD /", "GET /releases/finance.json", "PUT /releases/finance.json"];
    expect(await requests(lane(one))).toEqual([...once, ...component("api")].sort());
    expect(await requests(lane(two))).toEqual(
      [...once, ...component("api"), ...component("db")].sort(),
    );
  });

  it("end with a complete record, or the old one: one component", async () => {
    const chosen = IS_FULL
      ? plans(upTo(9), [1, 2, Infinity])
      : [
          ...each(9),
          ...plans([3], [1], ["drop", "lose", "late", "cutHead", "cutRequest", "redirect"]),
          ...plans([6], [1], ["cutBody"]),
          ...plans([2, 3, 4, 6], [Infinity], ["500"]),
        ];
    const mistakes = await inLanes(one, chosen, (of, plan) => jobMistakes(scripts, of, plan));
    expect(mistakes).toEqual([]);
  }, 1_800_000);

  it("end with a complete record, or the old one: two components", async () => {
    const chosen = IS_FULL
      ? plans(upTo(15), [1, 2, Infinity])
      : [...each(15), ...plans([2, 5], [Infinity], ["503"])];
    const mistakes = await inLanes(two, chosen, (of, plan) => jobMistakes(scripts, of, plan));
    expect(mistakes).toEqual([]);
  }, 1_800_000);
});
