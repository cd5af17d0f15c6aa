import { expectRefusal, listWith, mistakesIn, type Refusal } from "./listText";

const SOURCE = (source: string) =>
  `locations:\n  - name: crm\n    repository: acme/crm\n    ${source}\n`;

const at = (path: string) => `locations[0].${path}`;

const UNKNOWN: readonly Refusal[] = [
  [
    "a misspelt key",
    listWith("resource: {}"),
    5,
    at("resource"),
    "unknown key",
    'did you mean "resources"?',
  ],
  [
    "a key in snake case",
    listWith("run_resources: {}"),
    5,
    at("run_resources"),
    "unknown key",
    '"runResources"?',
  ],
  [
    "a key of Dagster's workspace",
    SOURCE("python_file: x.py"),
    4,
    at("python_file"),
    "unknown key",
    '"file"?',
  ],
  ["a key from nowhere", listWith("xyzzy: 1"), 5, at("xyzzy"), "unknown key", "docs/locations.md"],
  [
    "a misspelt key below",
    listWith("dbt: { project: dbt, targett: x }"),
    5,
    at("dbt.targett"),
    "unknown key",
    '"target"?',
  ],
  [
    "a third cloud",
    listWith("access: { azure: [] }"),
    5,
    at("access.azure"),
    "unknown key",
    "one of aws, gcp",
  ],
  [
    "a misspelt key in an override",
    listWith("overrides:", "  dev: { modul: x }"),
    6,
    at("overrides.dev.modul"),
    "unknown key",
    '"module"?',
  ],
  [
    "a name in an override",
    listWith("overrides:", "  dev: { name: x }"),
    6,
    at("overrides.dev.name"),
    "cannot differ",
    "in the entry",
  ],
  [
    "a module in defaults",
    "defaults:\n  module: x\nlocations: []\n",
    2,
    "defaults.module",
    "cannot be a default",
    "in the entries",
  ],
  [
    "a misspelt default",
    "defaults: { environment: {} }\nlocations: []\n",
    1,
    "defaults.environment",
    "unknown key",
    '"env"?',
  ],
  [
    "a misspelt top",
    "locations: []\ndefault: {}\n",
    2,
    "default",
    "unknown key",
    'did you mean "defaults"?',
  ],
  [
    "a key that needs quotes to be shown",
    listWith('"a b": 1'),
    5,
    'locations[0]["a b"]',
    "unknown key",
    "remove it",
  ],
];

describe("a key that the list does not have", () => {
  test.each(UNKNOWN)("refuses %s", (...refusal) => {
    expectRefusal(refusal);
  });

  test("refuses a misspelt required key once, not as missing too", () => {
    const text = "locations:\n  - name: crm\n    repo: acme/crm\n    modul: crm.definitions\n";
    expect(mistakesIn(text).map(({ path }) => path)).toEqual([
      "locations[0].repo",
      "locations[0].modul",
    ]);
  });
});
