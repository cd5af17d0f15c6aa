import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { AWS, listOf } from "../../stacks/cloudInput";
import { fileOf, rendering, workflow } from "./rendering";

const SCRIPTS = join("components", "ci");

describe("the scripts in a workflow", () => {
  /** What the first step of a job writes. */
  function written(name: string, job: string): ReadonlyMap<string, string> {
    const [step] = workflow(fileOf(rendering(), name)).jobs[job]?.steps ?? [];
    const folder = mkdtempSync(join(tmpdir(), "scripts-"));
    try {
      const env = { PATH: process.env["PATH"], RUNNER_TEMP: folder, GITHUB_EVENT_NAME: "push" };
      const options = { env: { ...env, GITHUB_ENV: join(folder, "env") } };
      // As GitHub runs it: from a file, which may be longer than an argument.
      const script = join(folder, "step.sh");
      writeFileSync(script, step?.run ?? "exit 1");
      execFileSync("bash", ["--noprofile", "--norc", "-eo", "pipefail", script], options);
      const scripts = join(folder, "dagster-handover", "scripts");
      return new Map(
        readdirSync(scripts).map((file) => [file, readFileSync(join(scripts, file), "utf8")]),
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  it("are the files of components/ci, all of them and byte for byte", () => {
    const names = readdirSync(SCRIPTS).filter((name) => /\.(py|sh)$/.test(name));
    const found = written("location", "refresh");
    for (const name of names)
      expect([name, found.get(name)]).toEqual([name, readFileSync(join(SCRIPTS, name), "utf8")]);
    const more = ["constraints.txt", "locations.json", "requirements.txt"];
    expect([...found.keys()].sort()).toEqual([...names, ...more].sort());
  });

  it("are, for the comment, those that it needs", () => {
    const found = written("platform", "comment");
    expect([...found.keys()]).toContain("ci_comment.py");
    expect([...found.keys()]).not.toContain("release.py");
    for (const [name, text] of found) expect(text).toBe(readFileSync(join(SCRIPTS, name), "utf8"));
  });

  it("fit into a file of GitHub with the settings of 300 locations", () => {
    const entries = Array.from({ length: 300 }, (_, index) => ({
      ...{ name: `location-${index}`, env: { WAREHOUSE_SCHEMA: "analytics" } },
    }));
    const files = rendering(AWS, listOf(...entries));
    // It takes 1024 * 1024 characters (actions/runner, src/Sdk/WorkflowParser/ParseOptions.cs).
    for (const { text } of files) expect(text.length).toBeLessThan(1024 * 1024 * 0.6);
  });
});
