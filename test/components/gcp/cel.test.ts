import fc from "fast-check";

import { celAll, celAny, celList, celString } from "../../../components/gcp/cel";
import { evaluated } from "./tokenExchange";

describe("literals of CEL", () => {
  it("are what they were", () => {
    const texts = fc.string({ unit: fc.constantFrom("'", '"', "\\", "a", "{", "$", " ", "ü") });
    fc.assert(
      fc.property(texts, (text) => {
        expect(evaluated(celString(text), {})).toBe(text);
        expect(evaluated(`x in ${celList(["other", text])}`, { x: text })).toBe(true);
      }),
    );
  });

  it("are joined", () => {
    expect(celAll(["a", "b"])).toBe("a && b");
    expect(celAny(["a"])).toBe("a");
    expect(celAny(["a", "b"])).toBe("(a || b)");
  });
});
