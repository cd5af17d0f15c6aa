import { didYouMean } from "../../stacks/didYouMean";

const KEYS = [
  "name",
  "repository",
  "resources",
  "runResources",
  "memoryMiB",
  "ttlDays",
  "env",
  "module",
];

describe("did you mean", () => {
  test.each([
    ["resource", "resources"],
    ["recources", "resources"],
    ["run-resources", "runResources"],
    ["ttl_days", "ttlDays"],
    ["TTLDAYS", "ttlDays"],
    ["memory", "memoryMiB"],
    ["repo", "repository"],
    ["module_name", "module"],
    ["environment", "env"],
    ["nmae", "name"],
  ])("finds what %s means: %s", (word, meant) => {
    expect(didYouMean(word, KEYS)).toBe(meant);
  });

  test.each(["xyzzy", "", "re", "a", "schedule"])("finds nothing for %j", (word) => {
    expect(didYouMean(word, KEYS)).toBeUndefined();
  });

  test("takes the closest, and the first of the equally close", () => {
    expect(didYouMean("gitlabb", ["github", "gitlab"])).toBe("gitlab");
    expect(didYouMean("gitlub", ["github", "gitlab"])).toBe("github");
  });
});
