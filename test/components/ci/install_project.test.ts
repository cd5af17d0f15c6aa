import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { hasUv, Installs, PYPROJECT } from "./installs";

let installs: Installs;

beforeEach(() => {
  installs = new Installs();
});

afterEach(() => {
  installs.remove();
});

const PIP = "pip install --python ENVIRONMENT/bin/python";

/** Files below the checkout's root, and what uv is asked for. */
const TABLE: readonly (readonly [string, Readonly<Record<string, string>>, readonly string[]])[] = [
  [
    "a project with a lock",
    { "packages/tiny/pyproject.toml": PYPROJECT, "packages/tiny/uv.lock": "" },
    ["sync --locked"],
  ],
  [
    "a member of a workspace, whose root has the lock",
    { "packages/tiny/pyproject.toml": PYPROJECT, "uv.lock": "" },
    ["sync --locked"],
  ],
  ["a project without a lock", { "packages/tiny/pyproject.toml": PYPROJECT }, ["sync"]],
  [
    "a project, and not its requirements.txt",
    {
      "packages/tiny/pyproject.toml": `# tiny\n${PYPROJECT.replace("[project]", " [ project ] # x")}`,
      "packages/tiny/requirements.txt": "six",
      "packages/tiny/setup.py": "",
    },
    ["sync"],
  ],
  [
    "a requirements.txt",
    { "packages/tiny/requirements.txt": "six" },
    ["venv ENVIRONMENT", `${PIP} --requirements requirements.txt`],
  ],
  ["a setup.py", { "packages/tiny/setup.py": "" }, ["venv ENVIRONMENT", `${PIP} --editable .`]],
  [
    "a build system without [project], and a requirements.txt",
    {
      "packages/tiny/pyproject.toml": "[tool.poetry]\n[project.urls]\n[build-system]\n",
      "packages/tiny/requirements.txt": "six",
    },
    ["venv ENVIRONMENT", `${PIP} --requirements requirements.txt --editable .`],
  ],
  [
    "dg's settings in pyproject.toml, and a requirements.txt",
    {
      "packages/tiny/pyproject.toml": "[tool.dg]\ndirectory_type = 'project'\n",
      "packages/tiny/requirements.txt": "six",
    },
    ["venv ENVIRONMENT", `${PIP} --requirements requirements.txt`],
  ],
];

describe("the environment of a location", () => {
  it.each(TABLE)("is what uv makes of %s", async (_case, files, expected) => {
    const { environment, project } = installs;
    for (const [name, text] of Object.entries(files)) installs.write(`checkout/${name}`, text);
    const ended = await installs.run();
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    expect(ended.stdout).toMatch(/^install: \S+: uv (sync|sync --locked|pip install) -> \S+\n$/);
    expect(installs.calls).toEqual(
      expected.map((call) => call.replaceAll("ENVIRONMENT", environment)),
    );
    expect(installs.read("fake/environment")).toBe(`${environment} \n`);
    expect(installs.read("fake/cwd")).toBe(`${project}\n`);
    // uv writes a lock where there is none, and the next run would take it for the project's.
    const given = Object.keys(files).filter((name) => name.startsWith("packages/tiny/"));
    expect(
      readdirSync(project)
        .map((name) => `packages/tiny/${name}`)
        .sort(),
    ).toEqual(given.sort());
  });

  it("is made without the lock of a folder above that is not its workspace", async () => {
    installs.write("checkout/packages/tiny/pyproject.toml", PYPROJECT);
    installs.write("checkout/uv.lock", "");
    installs.write("fake/locked", "error: Unable to find lockfile at `uv.lock`, but `--locked`\n");
    expect(await installs.run()).toMatchObject({ code: 0, stderr: "" });
    expect(installs.calls).toEqual(["sync --locked", "sync"]);
    expect(existsSync(join(installs.checkout, "uv.lock"))).toBe(true);
  });

  it("is made anew in place of an older one", async () => {
    installs.write("checkout/packages/tiny/requirements.txt", "six");
    installs.write("environment/pyvenv.cfg", "");
    installs.write("environment/bin/python", "half made");
    expect(await installs.run()).toMatchObject({ code: 0 });
    expect(existsSync(installs.environment)).toBe(false);
  });
});

(hasUv() ? it : it.skip)(
  "really installs a project and its dev group (needs uv on the PATH)",
  async () => {
    const group =
      '[dependency-groups]\ndev = ["tool"]\n[tool.uv.sources]\ntool = {path = "tool"}\n';
    const tool = `${PYPROJECT.replace("tiny", "tool")}[tool.uv]\npackage = false\n`;
    installs.write("checkout/packages/tiny/pyproject.toml", `${PYPROJECT}\n${group}`);
    installs.write("checkout/packages/tiny/tool/pyproject.toml", tool);
    const ended = await installs.run({
      PATH: process.env["PATH"],
      UV_OFFLINE: "1",
      UV_PYTHON: process.env["SANDBOX_PYTHON"],
    });
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    expect(readFileSync(installs.log, "utf8")).toContain("Resolved 2 packages");
    const python = join(installs.environment, "bin", "python");
    expect(execFileSync(python, ["-c", "print(1)"], { encoding: "utf8" })).toBe("1\n");
    expect(readdirSync(installs.project).sort()).toEqual(["pyproject.toml", "tool"]);
  },
);
