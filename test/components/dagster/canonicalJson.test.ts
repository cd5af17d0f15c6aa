import * as fc from "fast-check";

import {
  canonicalJson,
  documentHash,
  sortedEntries,
} from "../../../components/dagster/canonicalJson";
import { reversed } from "./fixtures";

describe("canonicalJson", () => {
  it("sorts keys at every level and leaves lists in their order", () => {
    expect(canonicalJson({ b: [{ d: 1, c: 2 }, 0], a: undefined, Z: null })).toBe(
      '{"Z":null,"b":[{"c":2,"d":1},0]}',
    );
  });

  it("is the same text for the same value, whatever the order of its keys", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(canonicalJson(reversed(value))).toBe(canonicalJson(value));
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it("gives a hash that changes with the value alone", () => {
    expect(documentHash({ a: 1, b: 2 })).toBe(documentHash({ b: 2, a: 1 }));
    expect(documentHash({ a: 1 })).not.toBe(documentHash({ a: 2 }));
    expect(documentHash({})).toBe(
      "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a",
    );
  });

  it("sorts by code unit, not by the machine's locale", () => {
    expect(sortedEntries({ a: 1, B: 2, _: 3 }).map(([key]) => key)).toEqual(["B", "_", "a"]);
  });
});
