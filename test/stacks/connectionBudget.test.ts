import * as fc from "fast-check";

import {
  connectionBudget,
  type ConnectionBudgetInput,
  connectionBudgetMistake,
} from "../../stacks/connectionBudget";

const DEV: ConnectionBudgetInput = {
  maxConcurrentRuns: 5,
  locations: 4,
  webserverReplicas: 1,
  maxConnections: 1000,
};

describe("the connection budget", () => {
  it.each<[string, Partial<ConnectionBudgetInput>, number, number]>([
    ["counts runs, locations, webservers and the daemon", {}, 110 + 12 + 12 + 20, 750],
    ["of an empty list", { locations: 0 }, 110 + 12 + 20, 750],
    ["of many locations", { locations: 200 }, 110 + 600 + 12 + 20, 750],
    ["rounds what is allowed down", { maxConnections: 99 }, 154, 74],
  ])("%s", (_case, given, needed, allowed) => {
    expect(connectionBudget({ ...DEV, ...given })).toEqual({ needed, allowed });
  });

  it("is silent when all fit", () => {
    expect(connectionBudgetMistake("dev", DEV)).toBeUndefined();
  });

  it("refuses too many runs, and says how many fit and what would make room", () => {
    const given = { ...DEV, maxConcurrentRuns: 20, maxConnections: 500 };
    expect(connectionBudgetMistake("prod", given)).toBe(
      "Pulumi.prod.yaml: dagster-platform:maxConcurrentRuns: 20 runs with 22 connections each and 44 for the rest are 484, more than 375, three quarters of postgresMaxConnections 500, set it to 15, or raise postgresMaxConnections to 646",
    );
  });

  it("refuses a database that is too small for one run, and names no number of runs", () => {
    const text = connectionBudgetMistake("dev", { ...DEV, maxConnections: 60 });
    expect(text).toContain("three quarters of postgresMaxConnections 60, raise postgres");
  });

  it("gives advice that fits, for any platform", () => {
    const input = fc.record({
      maxConcurrentRuns: fc.integer({ min: 1, max: 500 }),
      locations: fc.nat(300),
      webserverReplicas: fc.integer({ min: 1, max: 9 }),
      maxConnections: fc.integer({ min: 1, max: 20_000 }),
    });
    fc.assert(
      fc.property(input, (given) => {
        const text = connectionBudgetMistake("dev", given);
        const { needed, allowed } = connectionBudget(given);
        expect(text === undefined).toBe(needed <= allowed);
        if (text === undefined) return;
        const runs = /set it to (\d+)/.exec(text)?.[1];
        const maxConnections = Number(/raise postgresMaxConnections to (\d+)/.exec(text)?.[1]);
        expect(connectionBudgetMistake("dev", { ...given, maxConnections })).toBeUndefined();
        if (runs === undefined) return;
        const fewer = { ...given, maxConcurrentRuns: Number(runs) };
        expect(connectionBudgetMistake("dev", fewer)).toBeUndefined();
      }),
    );
  });
});
