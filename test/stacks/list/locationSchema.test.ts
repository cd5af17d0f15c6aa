import { mistakesIn } from "./listText";

describe("an entry", () => {
  test("refuses a missing name and repository at the entry's line", () => {
    expect(mistakesIn("locations:\n  - module: crm\n")).toMatchObject([
      { line: 2, path: "locations[0].name", rule: "is required", got: "nothing" },
      { line: 2, path: "locations[0].repository", fix: "add `repository: acme/crm-pipelines`" },
    ]);
  });
});
