import { stateLifecycle } from "../../../components/gcp/stateLifecycle";

const RULES = stateLifecycle({ computeLogsDays: 30, branchDays: 14, oldVersionDays: 90 });

/** A version of an object; `noncurrent`: days since it was overwritten or deleted. */
interface Version {
  readonly name: string;
  readonly age: number;
  readonly noncurrent?: number;
  readonly newer?: number;
}

/** Whether a rule deletes it, as Google says: all conditions of the rule hold. */
function goes({ name, age, noncurrent, newer = 0 }: Version): boolean {
  return RULES.filter(({ action }) => action.type === "Delete").some(({ condition }) => {
    const { withState, matchesPrefixes, numNewerVersions } = condition;
    return (
      (withState === "LIVE") === (noncurrent === undefined) &&
      (matchesPrefixes ?? [""]).some((prefix) => name.startsWith(prefix)) &&
      age >= (condition.age ?? 0) &&
      (noncurrent ?? 0) >= (condition.daysSinceNoncurrentTime ?? 0) &&
      newer >= (numNewerVersions ?? 0)
    );
  });
}

describe("the life cycle of the state store", () => {
  it("has exactly these rules", () => {
    expect(RULES).toEqual([
      {
        action: { type: "Delete" },
        condition: { withState: "ARCHIVED", daysSinceNoncurrentTime: 90, numNewerVersions: 10 },
      },
      {
        action: { type: "Delete" },
        condition: { withState: "LIVE", age: 30, matchesPrefixes: ["compute-logs/"] },
      },
      {
        action: { type: "Delete" },
        condition: { withState: "LIVE", age: 14, matchesPrefixes: ["branches/"] },
      },
      {
        action: { type: "Delete" },
        condition: {
          withState: "ARCHIVED",
          daysSinceNoncurrentTime: 1,
          matchesPrefixes: ["branches/", "compute-logs/"],
        },
      },
      { action: { type: "AbortIncompleteMultipartUpload" }, condition: { age: 7 } },
    ]);
  });

  it.each<[string, Version, boolean]>([
    ["current state", { name: "defs-state/finance/key/1", age: 9999 }, false],
    ["a current record", { name: "releases/finance.json", age: 9999 }, false],
    ["a location called branches", { name: "dbt/branches/x", age: 9999 }, false],
    [
      "the last version of what was deleted",
      { name: "dbt/finance/x", age: 9999, noncurrent: 9999 },
      false,
    ],
    [
      "the tenth version",
      { name: "releases/finance.json", age: 9999, noncurrent: 9999, newer: 9 },
      false,
    ],
    [
      "the eleventh version",
      { name: "releases/finance.json", age: 9999, noncurrent: 90, newer: 10 },
      true,
    ],
    [
      "a recent eleventh version",
      { name: "releases/finance.json", age: 9999, noncurrent: 89, newer: 10 },
      false,
    ],
    ["a recent log", { name: "compute-logs/1.out", age: 29 }, false],
    ["an old log", { name: "compute-logs/1.out", age: 30 }, true],
    ["a log that was written again", { name: "compute-logs/1.out", age: 1, noncurrent: 1 }, true],
    ["an open branch", { name: "branches/finance/5/x", age: 13 }, false],
    ["an old branch", { name: "branches/finance/5.json", age: 14 }, true],
  ])("of %s", (_case, version, expected) => {
    expect(goes(version)).toBe(expected);
  });
});
