import {
  formatMistake,
  type Mistake,
  showPath,
  showValue,
  sortMistakes,
} from "../../../stacks/list/mistake";

const mistake = (line: number, path = "a"): Mistake => {
  return { file: "f", line, path, rule: "is wrong", got: "1", fix: "mend it" };
};

describe("a report", () => {
  test("is `file:line: path: rule, got value, do this`", () => {
    expect(formatMistake(mistake(3))).toBe("f:3: a: is wrong, got 1, mend it");
  });

  test("is sorted by line and says nothing twice", () => {
    const sorted = sortMistakes([mistake(10), mistake(2, "b"), mistake(2, "a"), mistake(10)]);
    expect(sorted).toEqual([mistake(2, "b"), mistake(2, "a"), mistake(10)]);
  });

  test.each([
    [undefined, "nothing"],
    [null, "null"],
    ["a\nb", '"a\\nb"'],
    [1.5, "1.5"],
    [NaN, "NaN"],
    [["a", { b: 1 }], '["a",{"b":1}]'],
    ["\u001b[31m\u009b31m\u202e", '"\\u001b[31m\\u009b31m\\u202e"'],
  ])("shows %j on one line, harmless for a terminal", (value, shown) => {
    expect(showValue(value)).toBe(shown);
  });

  test("cuts long values at 60 characters", () => {
    expect(showValue("x".repeat(1000))).toBe(`"${"x".repeat(58)}…`);
    expect(showValue("x".repeat(58))).toBe(`"${"x".repeat(58)}"`);
  });

  test.each([
    [[], "file"],
    [["locations", 2, "env", "REGION"], "locations[2].env.REGION"],
    [["locations", 0, "env", "a b"], 'locations[0].env["a b"]'],
    [["a\n"], '["a\\n"]'],
    [["my-key", "x-1"], "my-key.x-1"],
  ])("shows the path %j as %s", (path, shown) => {
    expect(showPath(path)).toBe(shown);
  });
});
