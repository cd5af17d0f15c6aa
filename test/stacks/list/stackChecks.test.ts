import { expectRefusal, listWith, mistakesIn, type Refusal } from "./listText";

/** A second entry, from line 5 on, or later when the first has more lines. */
const other = (...lines: readonly string[]) =>
  ["  - name: other", ...lines.map((line) => `    ${line}`), ""].join("\n");

const BIG = "x".repeat(25 * 1024);

const REFUSALS: readonly Refusal[] = [
  [
    "another kind of code in an override",
    listWith("overrides:", "  dev:", "    file: x.py"),
    7,
    "locations[0].overrides.dev.file",
    "the entry has module (line 4)",
    "override module, or write file in the entry",
  ],
  [
    "dbt without a project in an override",
    listWith("overrides:", "  dev: { dbt: { target: dev } }"),
    6,
    "locations[0].overrides.dev.dbt.project",
    "is required",
    "dbt_project.yml",
  ],
  [
    "nested groups when an override makes it GitHub",
    `${listWith()}${other("repository: a/b/c", "provider: gitlab", "module: x", "overrides: { dev: { provider: github } }")}`,
    6,
    "locations[1].repository",
    "no nested groups",
    "provider: gitlab",
  ],
  [
    "an environment above 64 KiB, summed over defaults, entry and override",
    `defaults: { env: { A: ${BIG} } }\n${listWith(`env: { B: ${BIG} }`, `overrides: { dev: { env: { C: ${BIG} } } }`)}`,
    7,
    "locations[0].overrides.dev.env",
    "at most 65536 bytes",
    "files of the image",
  ],
  [
    "two ids of one repository",
    `${listWith("repositoryId: 1")}${other("repository: ACME/crm", "repositoryId: 2", "module: x")}`,
    8,
    "locations[1].repositoryId",
    "line 5 gives for the same repository (1)",
    "gh api repos/ACME/crm",
  ],
  [
    "one id of two repositories",
    `${listWith("repositoryId: 1")}${other("repository: acme/x", "repositoryId: 1", "module: x")}`,
    8,
    "locations[1].repositoryId",
    "already the id of acme/crm (line 5)",
    "gh api repos/acme/x",
  ],
  [
    "two entries that differ in nothing but the name",
    `${listWith()}${other("module: crm.definitions", "repository: acme/crm")}`,
    5,
    "locations[1].name",
    'the same as "crm" (line 2) but for the name',
    "make them differ",
  ],
];

describe("the entries of a stack", () => {
  test.each(REFUSALS)("refuses %s", (...refusal) => {
    expectRefusal(refusal);
  });

  test("are checked with the overrides of their own stack only", () => {
    const text = listWith("overrides:", "  dev:", "    file: x.py");
    expect(mistakesIn(text, "prod")).toEqual([]);
  });

  test.each([
    ["an environment", "env: { REGION: us }"],
    ["an image", "image: a:1"],
    ["other stacks", "stacks: [prod]"],
  ])("may be the same but for %s", (_what, line) => {
    const text = `${listWith()}${other("repository: acme/crm", "module: crm.definitions", line)}`;
    expect(mistakesIn(text)).toEqual([]);
  });

  test("may give one id to two folders of one repository", () => {
    const text = `${listWith("repositoryId: 1")}${other("repository: acme/crm", "repositoryId: 1", "module: x")}`;
    expect(mistakesIn(text)).toEqual([]);
  });

  test("may have the same id on GitHub and on GitLab", () => {
    const text = `${listWith("repositoryId: 1")}${other("repository: acme/x", "repositoryId: 1", "module: x", "provider: gitlab")}`;
    expect(mistakesIn(text)).toEqual([]);
  });

  test("are not checked further where a value in them is wrong", () => {
    expect(mistakesIn(listWith("dbt: { project: /x }"))).toHaveLength(1);
    const twins = `${listWith("image: x")}${other("repository: acme/crm", "module: crm.definitions", "image: y")}`;
    expect(mistakesIn(twins).map(({ line }) => line)).toEqual([5, 9]);
    expect(mistakesIn(listWith("stacks: [a/b]", "overrides: { dev: {} }"))).toHaveLength(1);
  });
});
