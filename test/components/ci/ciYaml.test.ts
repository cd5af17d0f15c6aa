import { parse } from "yaml";

import { ciYaml } from "../../../components/ci/ciYaml";
import { ACTIONS } from "../../../components/ci/githubSteps";

describe("the text of a CI file", () => {
  it("is the value, with what stands in it twice written once", () => {
    const shared = { name: "Set up", run: "set -eu\necho a: b\n" };
    const text = ciYaml({ jobs: { a: [shared], b: [shared, 1] } }, ["Made"]);
    expect(parse(text)).toEqual({ jobs: { a: [shared], b: [shared, 1] } });
    expect(text).toMatch(/^# Made\n\n/);
    expect(text.match(/set -eu/g)).toHaveLength(1);
    expect(text).toContain("run: |\n");
  });

  it("says the version of each pinned action, and the comments that were asked for", () => {
    const value = { a: ACTIONS.checkout.uses, b: "acme/x@main" };
    const text = ciYaml(value, [], new Map([["acme/x@main", "why"]]));
    expect(text).toContain(`${ACTIONS.checkout.uses} # ${ACTIONS.checkout.version}\n`);
    expect(text).toContain("acme/x@main # why\n");
  });

  it("has no line that is folded", () => {
    const line = "word ".repeat(100).trim();
    expect(ciYaml({ a: line }, [])).toContain(line);
  });
});
