import { join } from "node:path";

import { lookAtProject } from "../../../stacks/add/projectFolder";
import { evaluate } from "../../components/ci/python";
import { folderWith, removeFolders } from "../list/temporaryFolder";

afterAll(removeFolders);

const code = (files: Readonly<Record<string, string>>) => lookAtProject(folderWith(files)).code;

const dg = (more = "") => `[tool.dg.project]\nroot_module = "crm"\n${more}`;

describe("the folder of a project", () => {
  it.each<[string, Readonly<Record<string, string>>, string, string, string]>([
    [
      "Dagster's own table, before all others",
      { "pyproject.toml": `[tool.dagster]\nmodule_name = "a.b"\n${dg()}`, "definitions.py": "" },
      "module",
      "a.b",
      "[tool.dagster] of pyproject.toml",
    ],
    [
      "a dg project with definitions.py",
      { "pyproject.toml": dg(), "src/crm/definitions.py": "" },
      "module",
      "crm.definitions",
      "[tool.dg.project] of pyproject.toml",
    ],
    [
      "a dg project without",
      { "pyproject.toml": dg() },
      "autoload",
      "crm.defs",
      "[tool.dg.project] of pyproject.toml",
    ],
    [
      "a dg project that is searched",
      {
        "pyproject.toml": dg('autoload_defs = true\ndefs_module = "crm.all"'),
        "crm/definitions.py": "",
      },
      "autoload",
      "crm.all",
      "[tool.dg.project] of pyproject.toml",
    ],
    [
      "a dg project that names its module",
      { "pyproject.toml": dg('code_location_target_module = "crm.here"') },
      "module",
      "crm.here",
      "[tool.dg.project] of pyproject.toml",
    ],
    [
      "dg's own file",
      { "dg.toml": '[project]\nroot_module = "crm"\n', "pyproject.toml": "[project]\n" },
      "autoload",
      "crm.defs",
      "[project] of dg.toml",
    ],
    [
      "a package with definitions.py",
      { "pyproject.toml": "not toml", "src/crm/definitions.py": "", "tests/x.py": "" },
      "module",
      "crm.definitions",
      "src/crm/definitions.py",
    ],
    ["definitions.py alone", { "definitions.py": "" }, "file", "definitions.py", "definitions.py"],
  ])("has its code where it says: %s", (_title, files, kind, value, from) => {
    expect(code(files)).toEqual([{ kind, value, from }]);
  });

  it("may have more than one, or none", () => {
    const two = code({
      "crm/definitions.py": "",
      "src/hr/definitions.py": "",
      "a-b/definitions.py": "",
    });
    expect(two.map(({ value }) => value)).toEqual(["hr.definitions", "crm.definitions"]);
    expect(code({ "README.md": "" })).toEqual([]);
  });

  it("has dbt projects, but not those of packages", () => {
    const files = {
      "dbt/dbt_project.yml": "",
      "dbt/dbt_packages/x/dbt_project.yml": "",
      "a/b/c/d/dbt_project.yml": "",
    };
    expect(lookAtProject(folderWith(files)).dbt).toEqual(["dbt"]);
    expect(lookAtProject(folderWith({ "dbt_project.yml": "" })).dbt).toEqual(["."]);
  });

  it("of each example leads to the code that Dagster itself takes", async () => {
    const folders = ["crm", "finance", "shop"].map((name) => join("examples", name));
    const found = folders.map(lookAtProject);
    const dagster = [
      "import tomli; from dagster._core.workspace.load_target import get_target_from_toml_data as target",
      "texts = [open(folder + '/pyproject.toml').read() for folder in given]",
      "answer = [target(tomli.loads(text)).module_name for text in texts]",
    ].join("\n");
    expect(found.map(({ code: [first] }) => first?.value)).toEqual(
      await evaluate(dagster, folders),
    );
    expect(found.map(({ dbt, hasDockerfile }) => [dbt, hasDockerfile])).toEqual([
      [[], true],
      [[], true],
      [["dbt"], true],
    ]);
  });
});
