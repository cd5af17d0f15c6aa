import { callerFinding, renderedFinding } from "../../../stacks/doctor/ciFileFindings";

const FILES = ["a.yml", "b.yml", "c.yml", "d.yml"].map((path) => ({ path, text: path }));

describe("rendered CI files", () => {
  it("are fresh when each is what it would be", () => {
    expect(renderedFinding(FILES, (path) => path)).toEqual({
      state: "ok",
      found: "4 files are fresh",
    });
  });

  it.each([
    [{ "b.yml": "old" }, "stale: b.yml"],
    [{ "b.yml": undefined, "c.yml": "old" }, "stale: b.yml, c.yml"],
    [
      { "a.yml": "", "b.yml": "", "c.yml": "", "d.yml": "" },
      "stale: a.yml, b.yml, c.yml and 1 more",
    ],
  ])("are stale when one is not: %j", (changed, found) => {
    const read = (path: string) =>
      path in changed ? (changed as Record<string, string | undefined>)[path] : path;
    expect(renderedFinding(FILES, read)).toEqual({
      ...{ state: "problem", found },
      fix: "run `npm run render` and commit the result",
    });
  });
});

const PLACE = {
  ...{ branch: "main", repository: "acme/crm", copy: "callers/crm/x.yml", source: "main" },
};

const FIX = (path: string) => `commit callers/crm/x.yml as ${path} to main of acme/crm`;

describe("the CI file of a repository", () => {
  const file = { path: "x.yml", text: "a: 1\nb: 2\n" };

  it.each(["a: 1\nb: 2\n", "a: 1\r\nb: 2\r\n", "a: 1\nb: 2"])("is right as %j", (found) => {
    expect(callerFinding(file, found, PLACE)).toEqual({ state: "ok", found: "x.yml in main" });
  });

  it.each([
    [undefined, "no x.yml in main"],
    ["a: 1\nb: 3\n", "x.yml in main is another one"],
    // Only GitLab has one file for all.
    ["a: 1\nb: 2\nc: 3\n", "x.yml in main is another one"],
  ])("is wrong as %j", (text, found) => {
    const finding = { state: "problem", found, fix: FIX("x.yml") };
    expect(callerFinding(file, text, PLACE)).toEqual(finding);
  });
});

describe("the pipeline of a project on GitLab", () => {
  const include = { project: "acme/platform", ref: "main", inputs: { location: "crm" } };
  const file = { path: ".gitlab-ci.yml", text: JSON.stringify({ include: [include] }) };
  const own = JSON.stringify({ test: { script: ["make"] }, include: ["x.yml", include] });
  const jobs = { path: ".gitlab-ci.yml", text: "crm:refresh: { script: [a] }\n" };

  it.each([
    [file, own],
    [file, JSON.stringify({ include })],
    [jobs, `test: { script: !reference [a, b] }\n${jobs.text}`],
  ])("may have more in it: %j in %s", (wanted, found) => {
    expect(callerFinding(wanted, found, PLACE)).toEqual({
      state: "ok",
      found: ".gitlab-ci.yml in main has it among its own",
    });
  });

  it.each([
    [file, JSON.stringify({ include: [{ ...include, ref: "dev" }] })],
    [file, "include: x.yml\n"],
    [file, "test: {}\n"],
    [file, "a: [\n"],
    [file, "just text\n"],
    [jobs, "crm:refresh: { script: [b] }\n"],
  ])("is wrong without it: %j in %s", (wanted, found) => {
    expect(callerFinding(wanted, found, PLACE)).toEqual({
      ...{ state: "problem", found: ".gitlab-ci.yml in main is another one" },
      fix: `${FIX(".gitlab-ci.yml")}, or add what is in it to the one that is there`,
    });
  });
});
