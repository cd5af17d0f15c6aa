import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { Installs, PYPROJECT } from "./installs";

let installs: Installs;

beforeEach(() => {
  installs = new Installs();
});

afterEach(() => {
  installs.remove();
});

function lock(): void {
  installs.write("checkout/packages/tiny/pyproject.toml", PYPROJECT);
  installs.write("checkout/packages/tiny/uv.lock", "");
}

const NO_VERSION = `Using CPython 3.12
error: No solution found when resolving dependencies
  cause: Because absent was not found and your
         project depends on absent, its requirements are unsatisfiable.
hint: check the name
`;

const OLDER_UV = `  × No solution found when resolving dependencies:
  ╰─▶ Because absent was not found and your project depends on absent,
      we can conclude that your requirements are unsatisfiable.

      hint: check the name
`;

const BACKEND = `error: The build backend returned an error
  cause: Call to \`setuptools.build_meta\` failed (exit status: 1)

         [stderr]
         Traceback (most recent call last):
           File "<string>", line 2, in <module>
         RuntimeError: no

`;

/** What uv says, and what of it is in the one line. */
const ERRORS: readonly (readonly [string, string])[] = [
  [
    NO_VERSION,
    "No solution found when resolving dependencies cause: Because absent was not found and your project depends on absent, its requirements are unsatisfiable.",
  ],
  [
    OLDER_UV,
    "Because absent was not found and your project depends on absent, we can conclude that your requirements are unsatisfiable.",
  ],
  [
    BACKEND,
    "The build backend returned an error cause: Call to `setuptools.build_meta` failed (exit status: 1) RuntimeError: no",
  ],
  ["warning: x\nsomething else\n", "something else"],
  ["", "it ended with 1"],
];

describe("an environment that cannot be made", () => {
  it.each(ERRORS)("is refused with uv's last error: %j", async (said, reason) => {
    lock();
    installs.write("fake/fails", said);
    const ended = await installs.run();
    expect(ended).toMatchObject({ code: 1, stdout: "" });
    const log = `(all the output is in ${installs.log})`;
    expect(ended.stderr).toBe(`install: ${installs.project}: uv sync --locked: ${reason} ${log}\n`);
    expect(readFileSync(installs.log, "utf8")).toBe(`$ uv sync --locked\n${said}`);
  });

  it("is refused with its own lock that is not up to date, and the lock stays", async () => {
    lock();
    installs.write("fake/locked", "error: The lockfile at `uv.lock` needs to be updated\n");
    expect((await installs.run()).stderr).toContain("uv sync --locked: The lockfile at `uv.lock`");
    expect(installs.calls).toEqual(["sync --locked"]);
    expect(existsSync(join(installs.project, "uv.lock"))).toBe(true);
  });

  it("is refused without anything to install", async () => {
    installs.write("checkout/packages/tiny/pyproject.toml", "[tool.dg]\n");
    const ended = await installs.run();
    expect(ended.stderr).toBe(
      `install: ${installs.project}: nothing says what to install: add pyproject.toml with [project] dependencies, requirements.txt or setup.py\n`,
    );
    expect([ended.code, installs.calls]).toEqual([1, []]);
  });

  it("is refused without uv", async () => {
    const ended = await installs.run({ PATH: "/nowhere" });
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain("uv is not on the PATH: install it");
  });

  it.each([
    [
      "would get into the image",
      "checkout/packages/tiny/.venv",
      "is inside the project, and would",
    ],
    ["takes the place of something else", "fake", "is there and is no Python environment"],
  ])("is refused where it %s", async (_case, folder, reason) => {
    lock();
    const environment = join(installs.root, folder);
    const ended = await installs.run({}, { project: installs.project, environment });
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain(`${environment} ${reason}`);
    expect([installs.calls, installs.read("fake/uv") === ""]).toEqual([[], false]);
  });

  it("is refused for a project that is not there", async () => {
    const project = join(installs.root, "nowhere");
    const ended = await installs.run({}, { project, environment: installs.environment });
    expect(ended.stderr).toBe(`install: ${project}: there is no such folder\n`);
  });

  it("is ended with uv when the job is stopped", async () => {
    lock();
    installs.write("fake/slow", "");
    const { process: script, ended } = installs.start();
    while (installs.read("fake/pid") === "")
      await new Promise((resolve) => setTimeout(resolve, 20));
    script.kill("SIGTERM");
    expect(await ended).toMatchObject({
      code: 143,
      stderr: `install: ${installs.project}: stopped by SIGTERM\n`,
    });
    expect(existsSync(`/proc/${installs.read("fake/pid").trim()}`)).toBe(false);
  });
});
