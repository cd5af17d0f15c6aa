import { unknownStack } from "../../../stacks/list/listChecks";
import { parseLocations } from "../../../stacks/locations";
import { expectRefusal, listWith, mistakesIn, type Refusal } from "./listText";

const SECOND = "  - name: crm\n    repository: acme/other\n    module: other\n";

const REFUSALS: readonly Refusal[] = [
  [
    "a name twice",
    `${listWith()}${SECOND}`,
    5,
    "locations[1].name",
    "already the name of the location on line 2",
    "its own name",
  ],
  [
    "a name twice, in different stacks",
    `${listWith("stacks: [dev]")}${SECOND}    stacks: [prod]\n`,
    6,
    "locations[1].name",
    "already the name",
    "its own name",
  ],
  [
    "two kinds of code",
    listWith("file: x.py"),
    5,
    "locations[0].file",
    "exactly one of module, file, package and autoload",
    "keep module or file",
  ],
  [
    "an override of a stack that the entry leaves out",
    listWith("stacks: [prod]", "overrides: { dev: { image: a:1 } }"),
    6,
    "locations[0].overrides.dev",
    "leaves out (it has prod)",
    "remove the override",
  ],
];

describe("a list as a whole", () => {
  test.each(REFUSALS)("refuses %s", (...refusal) => {
    expectRefusal(refusal);
  });

  test("refuses every third and fourth entry of a name too", () => {
    const text = `${listWith()}${SECOND}${SECOND}`;
    expect(mistakesIn(text).map(({ line }) => line)).toEqual([5, 8]);
  });

  test("refuses each kind of code after the first", () => {
    const text = listWith("file: x.py", "autoload: x");
    expect(mistakesIn(text).map(({ path }) => path)).toEqual([
      "locations[0].file",
      "locations[0].autoload",
    ]);
  });

  test("refuses a stack that does not exist, when the stacks are known", () => {
    const text = listWith("stacks: [prdo, sandbox]", "overrides:", "  staging: {}");
    const options = { file: "locations.yaml", stack: "dev", knownStacks: ["prod-eu"] };
    expect(parseLocations(text, options).mistakes).toMatchObject([
      { line: 5, path: "locations[0].stacks[0]", fix: 'did you mean "prod"?' },
      { line: 7, rule: "has to be a stack that exists (dev, prod, sandbox, prod-eu)" },
      { line: 7, rule: expect.stringContaining("leaves out") as string },
    ]);
  });

  test("takes any stack when nobody knows the stacks, and branch stacks always", () => {
    expect(unknownStack("staging", undefined)).toBeUndefined();
    expect(unknownStack("branch-crm-12", ["dev"])).toBeUndefined();
  });
});
