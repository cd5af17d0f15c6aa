import fc from "fast-check";

import { stateLifecycleRules } from "../../../components/aws/stateLifecycle";

const DAYS = { computeLogsDays: 30, branchDays: 14, oldVersionDays: 90 };

const RULES = stateLifecycleRules(DAYS);

describe("the lifecycle of the state bucket", () => {
  it("is exactly this", () => {
    expect(RULES).toEqual([
      {
        id: "old-versions",
        status: "Enabled",
        filter: { prefix: "" },
        noncurrentVersionExpiration: { noncurrentDays: 90, newerNoncurrentVersions: 10 },
      },
      {
        id: "branches",
        status: "Enabled",
        filter: { prefix: "branches/" },
        expiration: { days: 14 },
        noncurrentVersionExpiration: { noncurrentDays: 1 },
      },
      {
        id: "compute-logs",
        status: "Enabled",
        filter: { prefix: "compute-logs/" },
        expiration: { days: 30 },
        noncurrentVersionExpiration: { noncurrentDays: 1 },
      },
      {
        id: "leftovers",
        status: "Enabled",
        filter: { prefix: "" },
        expiration: { expiredObjectDeleteMarker: true },
        abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
      },
    ]);
  });

  it.each([
    "defs-state/finance/PowerBI/1",
    "releases/finance.json",
    "dbt/finance/prod/latest.json",
    "snapshots/finance/1.json",
    "branches-of-ours/1",
  ])("never takes %s, however old", (key) => {
    fc.assert(
      fc.property(
        fc.record({
          computeLogsDays: fc.integer({ min: 1 }),
          branchDays: fc.integer({ min: 1 }),
          oldVersionDays: fc.integer({ min: 1 }),
        }),
        (days) => {
          const taking = stateLifecycleRules(days).filter(
            ({ filter, expiration }) =>
              expiration?.days !== undefined && key.startsWith(filter.prefix),
          );
          expect(taking).toEqual([]);
        },
      ),
    );
  });

  it("never expires by days and by marker in one rule, which S3 refuses", () => {
    for (const { expiration } of RULES)
      expect(Object.keys(expiration ?? {}).length).toBeLessThan(2);
    expect(new Set(RULES.map(({ id }) => id)).size).toBe(RULES.length);
  });
});
