import type { LocationAnswer } from "../../stacks/dagsterApi";
import { formatAge, locationHealth, type HealthInput } from "../../stacks/health";
import type { ReleaseRecord } from "../../stacks/releaseRecord";

const NOW = new Date("2026-11-21T12:00:00Z");
const IMAGE = `acme/crm@sha256:${"a".repeat(64)}`;

const release: ReleaseRecord = {
  schemaVersion: 1,
  location: "crm",
  repository: "acme/crm-pipelines",
  image: IMAGE,
  commit: "0123456789abcdef0123456789abcdef01234567",
  defsState: {
    __class__: "DefsStateInfo",
    info_mapping: { "Crm[api]": { create_timestamp: NOW.getTime() / 1000 - 7200, version: "v1" } },
  },
  dbt: null,
  releasedAt: "2026-11-21T10:00:00Z",
  releasedBy: "ci",
  runUrl: null,
};

const loaded: LocationAnswer = {
  name: "crm",
  error: undefined,
  image: IMAGE,
  defsState: [{ key: "Crm[api]", version: "v1", createdAt: new Date("2026-11-21T10:00:00Z") }],
};

function health(changes: Partial<HealthInput>): ReturnType<typeof locationHealth> {
  const input = { name: "crm", release, answer: loaded, runs: [], now: NOW, maxStateAgeHours: 48 };
  return locationHealth({ ...input, ...changes });
}

describe("the health of a location", () => {
  it("is good when exactly the release is loaded, and tells commit, state and age", () => {
    expect(health({})).toEqual({
      name: "crm",
      healthy: true,
      problem: undefined,
      image: IMAGE,
      commit: release.commit,
      state: [{ ...loaded.defsState[0], ageHours: 2 }],
      runs: [],
      behind: [],
    });
  });

  it.each<[string, Partial<HealthInput>, string]>([
    [
      "was never released",
      { release: undefined, answer: undefined },
      "never released: its CI job has to run once",
    ],
    [
      "is released, but not in the workspace",
      { answer: undefined },
      "released, but Dagster does not know it yet",
    ],
    ["does not load", { answer: { ...loaded, error: "ImportError: x" } }, "ImportError: x"],
    ["has a record that cannot be read", { otherProblem: "not JSON" }, "not JSON"],
    [
      "is green with an empty Dagster home",
      { answer: { ...loaded, defsState: [] } },
      "loaded without its pinned defs state: Crm[api]",
    ],
    [
      "has another version of its state loaded",
      { answer: { ...loaded, defsState: [{ key: "Crm[api]", version: "v0", createdAt: NOW }] } },
      "loaded without its pinned defs state: Crm[api]",
    ],
  ])("is bad when it %s", (_case, changes, problem) => {
    const found = health(changes);
    expect(found.healthy).toBe(false);
    expect(found.problem).toBe(problem);
  });

  it("stays good while a newer release waits, which counts as behind and has no commit yet", () => {
    const found = health({ answer: { ...loaded, image: "acme/crm@sha256:old" } });
    expect(found.healthy).toBe(true);
    expect(found.commit).toBeUndefined();
    expect(found.behind).toEqual(["release of 2026-11-21T10:00:00Z is not deployed"]);
  });

  it("stays good with an old state, which counts as behind", () => {
    const found = health({ maxStateAgeHours: 1 });
    expect(found.healthy).toBe(true);
    expect(found.behind).toEqual(["state Crm[api] is 2 h old, refresh it"]);
  });
});

it.each([
  [0, "0 s"],
  [0.5 / 60, "30 s"],
  [0.5, "30 min"],
  [1, "1 h"],
  [47.4, "47 h"],
  [72, "3 d"],
])("shows an age of %d hours as %s", (hours, text) => {
  expect(formatAge(hours)).toBe(text);
});
