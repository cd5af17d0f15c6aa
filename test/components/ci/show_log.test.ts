import { spawnSync } from "node:child_process";
import { join } from "node:path";

import { CiJobs } from "./ciJobs";
import { SCRIPTS } from "./python";

let jobs: CiJobs;

beforeAll(() => {
  jobs = new CiJobs();
});

afterAll(() => {
  jobs.end();
});

function show(file: string, env: NodeJS.ProcessEnv = {}) {
  const options = { encoding: "utf8", env: { PATH: process.env["PATH"], ...env } } as const;
  return spawnSync("sh", [join(SCRIPTS, "show_log.sh"), file], options);
}

describe("the log of a step that failed", () => {
  it("is folded on GitHub, and no line of it is a command to the runner", () => {
    const file = jobs.file("refresh.log", "one\n::add-path::/tmp/evil\n");
    const { status, stdout } = show(file);
    const lines = stdout.trimEnd().split("\n");
    expect(status).toBe(1);
    expect(lines[0]).toBe("::group::all output of refresh");
    const [, token = ""] = /^::stop-commands::([0-9a-f]{32})$/.exec(lines[1] ?? "") ?? [];
    expect(lines.slice(2)).toEqual([
      ...["one", "::add-path::/tmp/evil"],
      ...[`::${token}::`, "::endgroup::"],
    ]);
    expect(show(file).stdout).not.toContain(token);
  });

  it("is folded on GitLab", () => {
    const { status, stdout } = show(jobs.file("build.log", "one\n"), { GITLAB_CI: "true" });
    expect(status).toBe(1);
    expect(stdout).toMatch(
      /section_start:\d+:build\[collapsed=true\][^]*all output of build\none\n/,
    );
    expect(stdout).toMatch(/section_end:\d+:build/);
  });

  it("is nothing when there is none, and the step fails all the same", () => {
    expect(show(join(jobs.folder, "absent.log"))).toMatchObject({ status: 1, stdout: "" });
    expect(show(jobs.file("empty.log", ""))).toMatchObject({ status: 1, stdout: "" });
  });
});
