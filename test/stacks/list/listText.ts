import { parseLocations } from "../../../stacks/locations";
import { formatMistake, type Mistake } from "../../../stacks/list/mistake";

/** A list of one right entry (lines 2 to 4), to which lines are added from line 5 on. */
export function listWith(...lines: readonly string[]): string {
  const entry = ["  - name: crm", "    repository: acme/crm", "    module: crm.definitions"];
  return ["locations:", ...entry, ...lines.map((line) => `    ${line}`), ""].join("\n");
}

/** The mistakes of a list as `dev` sees it. */
export function mistakesIn(text: string, stack = "dev"): readonly Mistake[] {
  return parseLocations(text, { file: "locations.yaml", stack }).mistakes;
}

/** What a list is refused with: where, and words of the rule and of the fix. */
export type Refusal = readonly [
  title: string,
  text: string,
  line: number,
  path: string,
  rule: string,
  fix: string,
];

/** Expects exactly this one mistake, and its line in the report. */
export function expectRefusal([, text, line, path, rule, fix]: Refusal, stack = "dev"): void {
  const mistakes = mistakesIn(text, stack);
  expect(mistakes.map(formatMistake)).toHaveLength(1);
  const [mistake] = mistakes;
  expect(mistake).toMatchObject({ file: "locations.yaml", line, path });
  expect(mistake?.rule).toContain(rule);
  expect(mistake?.fix).toContain(fix);
  expect(mistake === undefined ? "" : formatMistake(mistake)).toBe(
    `locations.yaml:${line}: ${path}: ${mistake?.rule ?? ""}, got ${mistake?.got ?? ""}, ${mistake?.fix ?? ""}`,
  );
}
