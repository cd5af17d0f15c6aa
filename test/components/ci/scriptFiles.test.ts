import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import fc from "fast-check";

import { closureOf, writeFilesCommand } from "../../../components/ci/scriptFiles";

/** What a shell makes of the command. */
function written(files: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const folder = mkdtempSync(join(tmpdir(), "scripts-"));
  try {
    execFileSync("bash", ["-c", writeFilesCommand(files)], {
      env: { ...process.env, DAGSTER_CI: folder },
    });
    const names = readdirSync(folder);
    return Object.fromEntries(
      names.map((name) => [name, readFileSync(join(folder, name), "utf8")]),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe("scripts that a job brings along", () => {
  it("arrive as they are, whatever a shell would make of them", () => {
    const line = fc
      .string({ unit: "grapheme" })
      .filter((text) => !/[\r\0]|\$\{\{|\$\[\[/.test(text));
    const text = fc.array(line).map((lines) => [...lines, "$HOME `id` \\ '$(id)'", ""].join("\n"));
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(written({ "a.py": a, "b.sh": b })).toEqual({ "a.py": a, "b.sh": b });
      }),
      { numRuns: 25 },
    );
  });

  it.each([
    ["an expression of GitHub", "echo ${{ github.ref }}\n"],
    ["an input of GitLab", "echo $[[ inputs.x ]]\n"],
    ["its own end", "END OF a.sh\n"],
    ["no last line end", "echo"],
  ])("refuse to go with %s", (_case, text) => {
    expect(() => writeFilesCommand({ "a.sh": text })).toThrow("a.sh");
  });

  it("are those that one needs, and what they import", () => {
    const all = {
      "a.py": "import os\nfrom b import c\n",
      "b.py": "def f():\n    import d\n",
      "d.py": "import a\n",
      "e.py": "",
    };
    expect(Object.keys(closureOf(["a.py"], all)).sort()).toEqual(["a.py", "b.py", "d.py"]);
  });
});
