import { join } from "node:path";

import { write } from "./project";
import { RefreshRuns } from "./refreshRuns";
import { answers } from "./source";

let runs: RefreshRuns;

beforeAll(async () => {
  runs = await RefreshRuns.start();
});

afterAll(async () => {
  await runs.stop();
});

describe("the environment of a refresh", () => {
  test("is checked whole before anything is done", async () => {
    const project = await runs.project("many", { api: answers(200) });
    const hidden = runs.folder("hidden");
    // What Python believes of a package that is not installed.
    write(hidden, "sitecustomize.py", "import sys; sys.modules['dagster_dg_cli'] = None\n");
    write(project, ".env", "# mine\nexport DAGSTER_HOME=/var/dagster\n");
    const options = ["--location", "Many_", "--state-store", "s3://nobody-has-this"];
    const refreshed = await runs.run("many", options, { PYTHONPATH: hidden });
    expect(refreshed).toMatchObject({ code: 1, stdout: "", pin: undefined });
    expect(refreshed.stderr).toMatch(
      new RegExp(
        [
          "^refresh: Many_: not started, nothing is released",
          " {2}--location must be a DNS label \\(.*\\), got 'Many_'",
          " {2}dagster_dg_cli is not installed in .*: add dagster-dg-cli to the dependencies .*",
          " {2}state store s3://nobody-has-this: HeadBucket: 404 Not Found",
          " {2}\\.env line 2 sets DAGSTER_HOME, .*: remove it\n$",
        ].join("\n"),
      ),
    );
    expect(runs.fetches("many", "api")).toBe(0);
  });

  test.each([
    ["s3fs", "s3://packages"],
    ["gcsfs", "gs://packages"],
  ])("names %s when the store needs it", async (name, url) => {
    const hidden = runs.folder(`without-${name}`);
    write(hidden, "sitecustomize.py", `import sys; sys.modules['${name}'] = None\n`);
    await runs.project(name, { api: answers(200) });
    const refreshed = await runs.run(name, ["--state-store", url], { PYTHONPATH: hidden });
    expect(refreshed.code).toBe(1);
    expect(refreshed.stderr).toMatch(
      new RegExp(`${name} is not installed in .*: add ${name} to the dependencies of the location`),
    );
  });

  test("names the right that s3fs needs", async () => {
    await runs.project("rights", { api: answers(200) });
    runs.store.fate = (line) => (/^(HEAD|GET) \/rights\/?(\?|$)/.test(line) ? 403 : "pass");
    const refreshed = await runs.run("rights");
    expect(refreshed.code).toBe(1);
    expect(refreshed.stderr).toContain(
      "GetBucketLocation: AccessDenied by the test; grant s3:GetBucketLocation on the bucket\n",
    );
  });

  test("names missing credentials", async () => {
    await runs.project("nobody", { api: answers(200) });
    const nobody = { AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "", HOME: runs.folder("home") };
    const refreshed = await runs.run("nobody", [], nobody);
    expect(refreshed.code).toBe(1);
    expect(refreshed.stderr).toContain(
      "HeadBucket: Unable to locate credentials: give the job a role",
    );
  });

  test.each([
    ["no folder", "nowhere", ""],
    ["no Python project", "empty", "README.md"],
    ["is a workspace", "workspace", "dg.toml"],
    ["cannot be read", "broken", "pyproject.toml"],
  ])("refuses a project that %s", async (text, name, file) => {
    const project = join(runs.folder(name), "project");
    const content = name === "broken" ? "[[[" : 'directory_type = "workspace"\n';
    if (file !== "") write(project, file, content);
    const refreshed = await runs.run(name);
    expect(refreshed).toMatchObject({ code: 1, pin: undefined });
    expect(refreshed.stderr).toContain(text);
  });
});
