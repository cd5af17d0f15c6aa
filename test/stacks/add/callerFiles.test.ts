import { readFileSync } from "node:fs";
import { join } from "node:path";

import { callerOf, writeCaller } from "../../../stacks/add/callerFiles";
import { folderWith, removeFolders } from "../list/temporaryFolder";

afterAll(removeFolders);

const MADE = "# Made by `npm run render` in the platform's repository\na: 2\n";

describe("the CI file of a location's repository", () => {
  it("is found below the location's name, with its path there", () => {
    const files = ["callers/crm/.github/workflows/a.yml", "callers/crm-eu/b.yml", "b.yml"];
    const all = files.map((path) => ({ path, text: path }));
    expect(callerOf("crm", all, "callers")).toEqual([
      { path: ".github/workflows/a.yml", text: "callers/crm/.github/workflows/a.yml" },
    ]);
  });

  it.each([
    ["nothing", undefined, "written", MADE],
    ["the same", MADE, "there already", MADE],
    ["an older one", "# Made by `npm run render`\na: 1\n", "written", MADE],
    [
      "somebody's own",
      "a: 1\n# Made by `npm run render`\n",
      "kept",
      "a: 1\n# Made by `npm run render`\n",
    ],
  ])("is written into a checkout that has %s", (_title, before, outcome, after) => {
    const folder = folderWith(before === undefined ? {} : { ".ci/a.yml": before });
    expect(writeCaller(folder, { path: ".ci/a.yml", text: MADE })).toBe(outcome);
    expect(readFileSync(join(folder, ".ci/a.yml"), "utf8")).toBe(after);
  });
});
