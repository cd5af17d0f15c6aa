import * as fc from "fast-check";

import { isMap, mergeValues } from "../../../components/dagster/mergeValues";
import { deepFreeze } from "./fixtures";

describe("mergeValues", () => {
  it("merges maps key by key and replaces lists", () => {
    const base = deepFreeze({ a: { b: 1, c: [1, 2] }, d: "x" });
    expect(mergeValues(base, deepFreeze({ a: { c: [3] }, e: true }))).toEqual({
      a: { b: 1, c: [3] },
      d: "x",
      e: true,
    });
  });

  it.each([
    ["passes undefined over", { a: undefined }, { a: 1 }],
    ["keeps null, which makes Helm drop a default", { a: null }, { a: null }],
    ["puts a map in the place of a scalar", { a: { b: 2 } }, { a: { b: 2 } }],
    ["treats a word of JavaScript as any key", { toString: 1 }, { a: 1, toString: 1 }],
    ["takes no extra at all", undefined, { a: 1 }],
  ])("%s", (_title, extra, expected) => {
    expect(mergeValues({ a: 1 }, extra)).toEqual(expected);
  });

  it("keeps `__proto__` of a user's file a plain key", () => {
    const extra = JSON.parse('{"__proto__": {"polluted": true}}') as Record<string, unknown>;
    const result = mergeValues({}, extra);
    expect(Object.keys(result)).toEqual(["__proto__"]);
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });

  it("shares nothing with its inputs", () => {
    const base = { list: [{ a: 1 }] };
    const extra = { map: { list: [{ b: 1 }] } };
    const result = mergeValues<Record<string, unknown>>(base, extra);
    expect(result["list"]).not.toBe(base.list);
    expect(result["map"]).not.toBe(extra.map);
  });

  it("has the extra's leaves, and the base's where the extra has none", () => {
    const tree = fc.dictionary(fc.string({ maxLength: 3 }), fc.jsonValue({ maxDepth: 3 }));
    fc.assert(
      fc.property(tree, tree, (base, extra) => {
        deepFreeze([base, extra]);
        const result = mergeValues<Record<string, unknown>>(base, extra);
        for (const key of new Set([...Object.keys(base), ...Object.keys(extra)])) {
          const [below, above] = [own(base, key), own(extra, key)];
          if (above === undefined) expect(own(result, key)).toEqual(below);
          else if (!isMap(below) || !isMap(above)) expect(own(result, key)).toEqual(above);
        }
        expect(mergeValues<Record<string, unknown>>(result, extra)).toEqual(result);
      }),
    );
  });
});

function own(map: Readonly<Record<string, unknown>>, key: string): unknown {
  return Object.hasOwn(map, key) ? map[key] : undefined;
}
