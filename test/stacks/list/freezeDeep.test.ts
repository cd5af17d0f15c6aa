import fc from "fast-check";
import { freezeDeep } from "../../../stacks/list/freezeDeep";
import { withoutKeys } from "../../../stacks/list/withoutKeys";

test("a frozen value is the same value, and nothing in it can be changed", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const before = JSON.stringify(value);
      expect(JSON.stringify(freezeDeep(value))).toBe(before);
      expectFrozen(value);
    }),
  );
});

function expectFrozen(value: unknown): void {
  expect(Object.isFrozen(value)).toBe(true);
  if (typeof value === "object" && value !== null) Object.values(value).forEach(expectFrozen);
}

test("a map without keys keeps the others", () => {
  expect(withoutKeys({ a: 1, b: 2, c: 3 }, "a", "c")).toEqual({ b: 2 });
});
