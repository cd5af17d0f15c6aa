import { MistakeList } from "../../../stacks/list/mistakeList";
import { readYaml } from "../../../stacks/list/yamlSource";
import { expectRefusal, listWith, mistakesIn, type Refusal } from "./listText";

const SYNTAX: readonly Refusal[] = [
  ["a tab", "locations:\n\t- name: crm\n", 2, "yaml", "tab", "spaces"],
  ["a tab after blanks", listWith("\tdirectory: x"), 5, "yaml", "tab", "spaces"],
  ["an open quote", listWith('image: "a:1'), 5, "yaml", "never closed", "close the quote"],
  ["an open single quote", "locations: 'x\n\n\n", 1, "yaml", "never closed", "close the quote"],
  ["an open bracket", "locations: [\n", 1, "yaml", "never closed", "close the bracket"],
  ["a bracket too much", listWith("env: {}}"), 5, "yaml", "value has ended", "too much"],
  ["a colon in a value", listWith("image: a: 1"), 5, "yaml", "second `: `", "in quotes"],
  ["no blank after a colon", listWith("image:x", "dbt: {}"), 5, "yaml", "`key: value`", "space"],
  ["no colon", listWith("image", "dbt: {}"), 5, "yaml", "`key: value`", "colon and a space"],
  [
    "half an indentation",
    "locations:\n  - name: a\n   x: b\n",
    3,
    "yaml",
    "lines above",
    "lined up",
  ],
  ["an unquoted @", listWith("image: @x"), 5, "yaml", "YAML reserves", "in quotes"],
  ["a wrong escape", listWith('image: "\\q"'), 5, "yaml", "backslash", "single quotes"],
  ["two documents", "locations: []\n---\nlocations: []\n", 2, "yaml", "second document", "`---`"],
  ["a map as key", "locations: []\n{ a: b }: c\n", 2, "yaml", "list or a map", "plain word"],
  ["a percent sign", "%FOO\n---\nlocations: []\n%BAR\n", 4, "yaml", "YAML reserves", "quotes"],
  [
    "10,000 brackets",
    `locations: ${"[".repeat(10_000)}${"]".repeat(10_000)}`,
    1,
    "yaml",
    "too deep",
    "flatten",
  ],
];

const FEATURES: readonly Refusal[] = [
  ["an anchor", listWith("env: &env { A: b }"), 5, "locations[0].env", "anchor", "`defaults`"],
  ["an alias", listWith("env: *env"), 5, "locations[0].env", "alias", "`defaults`"],
  ["an alias as entry", "locations:\n  - *crm\n", 2, "locations[0]", "alias", "`defaults`"],
  [
    "an anchor at a key",
    listWith("&a env: { A: b }"),
    5,
    "locations[0].env",
    "anchor",
    "`defaults`",
  ],
  ["a merge key", listWith("<<: { env: {} }"), 5, 'locations[0]["<<"]', "merge key", "`defaults`"],
  ["a tag", listWith("image: !!str a:1"), 5, "locations[0].image", "tag", "in quotes"],
  ["a tag of its own", listWith("env: !vault { A: b }"), 5, "locations[0].env", "tag", "alone"],
  [
    "a key twice",
    listWith("image: a:1", "image: a:2"),
    6,
    "locations[0].image",
    "first on line 5",
    "remove one",
  ],
  [
    "a key twice in env",
    listWith("env:", "  A: x", "  A: y"),
    7,
    "locations[0].env.A",
    "first on line 6",
    "remove one",
  ],
  [
    "__proto__",
    listWith("__proto__: { a: 1 }"),
    5,
    "locations[0].__proto__",
    "can be used",
    "another name",
  ],
  [
    "__proto__ in extra values",
    listWith("extraValues: { __proto__: 1 }"),
    5,
    "locations[0].extraValues.__proto__",
    "can be used",
    "another",
  ],
  [
    "51 levels",
    listWith(`extraValues: { a: ${"[".repeat(60)}${"]".repeat(60)} }`),
    5,
    `locations[0].extraValues.a${"[0]".repeat(47)}`,
    "50 levels",
    "flatten",
  ],
];

const WHOLE_FILE: readonly Refusal[] = [
  ["an empty file", "", 1, "file", "is empty", "`locations: []`"],
  ["comments alone", "# nothing\n\n", 1, "file", "is empty", "`locations: []`"],
  ["a null", "~\n", 1, "file", "is empty", "`locations: []`"],
  ["a text", "hello\n", 1, "file", "a map with the key `locations`", "above the entries"],
  ["a list at the top", "# x\n- name: crm\n", 2, "file", "a map with", "above the entries"],
  ["no key locations", "defaults: {}\n", 1, "locations", "is required", "locations: []"],
  ["locations without a value", "locations:\n", 1, "locations", "has no value", "`locations: []`"],
  ["locations as a map", "locations:\n  -name: a\n", 1, "locations", "a list", "dash and a space"],
  ["an empty item", "locations:\n  -\n", 2, "locations[0]", "has no value", "remove the dash"],
  ["a text as entry", "locations:\n  - crm\n", 2, "locations[0]", "has to be a map", "name: crm"],
  ["6 MiB", `# ${"x".repeat(6 * 1024 * 1024)}`, 1, "file", "at most 5242880 bytes", "the list"],
];

describe("the YAML of a list", () => {
  describe.each([
    ["syntax", SYNTAX],
    ["feature", FEATURES],
    ["whole", WHOLE_FILE],
  ])("refuses as %s:", (_what, cases) => {
    test.each(cases)("%s", (...refusal) => {
      expectRefusal(refusal);
    });
  });

  test("shows the line of a wrong syntax", () => {
    expect(mistakesIn(listWith("image: @x"))[0]?.got).toBe('"image: @x"');
  });

  test("goes on checking the rest of the list beside an anchor, an alias or a duplicate key", () => {
    const text = listWith("env: &env {}", "secrets: *env", "image: a:1", "image: a:2", "dbt: 5");
    expect(mistakesIn(text).map(({ line }) => line)).toEqual([5, 6, 8, 9]);
  });

  test("takes a byte order mark, Windows line ends, `---` and JSON", () => {
    const text = listWith();
    const json = '{"locations": [{"name": "a", "repository": "b/c", "file": "d.py"}]}';
    const taken = [`\ufeff${text}`, text.replace(/\n/g, "\r\n"), `---\n${text}...\n`, json];
    expect(taken.flatMap((each) => mistakesIn(each))).toEqual([]);
  });

  test("counts lines after a byte order mark and Windows line ends", () => {
    const text = `\ufeff${listWith("image: latest").replace(/\n/g, "\r\n")}`;
    expect(mistakesIn(text)).toMatchObject([{ line: 5 }]);
  });

  test("finds the nearest line above for what is not there", () => {
    const source = readYaml("a:\n  b:\n    - c\n    - d: 1\n", new MistakeList("x"));
    const lines = [
      [],
      ["a"],
      ["a", "b", 0],
      ["a", "b", 1, "d"],
      ["a", "b", 7],
      ["x"],
      ["a", "y", "z"],
    ];
    expect(lines.map((path) => source.lineOf(path))).toEqual([1, 1, 3, 4, 2, 1, 1]);
  });
});
