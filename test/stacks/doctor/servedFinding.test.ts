import { type Served, servedFinding } from "../../../stacks/doctor/servedFinding";
import { LOADED, NOW, RELEASE } from "./records";

const find = (change: Partial<Served> = {}) =>
  servedFinding({
    ...{ name: "crm", release: RELEASE, pinned: undefined, answer: LOADED, now: NOW },
    ...{ otherProblem: undefined, deploy: "run up", logs: "see logs", ...change },
  });

const BROKEN = "mend its code, and release it again: see logs";

describe("what Dagster serves", () => {
  it("is what was released", () => {
    expect(find()).toEqual({
      state: "ok",
      found: "loaded: crm@aaaaaaaaaaaa, with Crm[api], Dbt[x]",
    });
  });

  it("is what the list pins, whatever the record says", () => {
    const answer = { ...LOADED, image: "r.test/crm:1", defsState: [] };
    expect(find({ pinned: "r.test/crm:1", answer })).toEqual({
      state: "ok",
      found: "loaded: crm:1",
    });
  });

  it.each<[string, Partial<Served>, string, string]>([
    [
      "is unknown to it",
      { answer: undefined },
      "released, but Dagster does not know it yet",
      "run up",
    ],
    [
      "was never released",
      { answer: undefined, release: undefined },
      "never released: its CI job has to run once",
      "run up",
    ],
    ["does not load", { answer: { ...LOADED, error: "E: no\n  at x" } }, "E: no", BROKEN],
    ["failed in its job", { otherProblem: "refresh failed" }, "refresh failed", BROKEN],
    [
      "is an older image",
      { answer: { ...LOADED, image: "r.test/crm:0" } },
      "it serves crm:0, not crm@aaaaaaaaaaaa",
      "run up",
    ],
    [
      "lacks its state",
      { answer: { ...LOADED, defsState: [] } },
      "loaded without its pinned defs state: Crm[api], Dbt[x]",
      "run up",
    ],
    [
      "is not the pin",
      { pinned: "r.test/crm:1" },
      "it serves crm@aaaaaaaaaaaa, not crm:1",
      "run up",
    ],
  ])("is a problem when it %s", (_title, change, found, fix) => {
    expect(find(change)).toEqual({ state: "problem", found, fix });
  });
});
