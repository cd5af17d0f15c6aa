import { createHash } from "node:crypto";
import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { CiJobs } from "./ciJobs";
import { type Ended, runScript } from "./python";

let jobs: CiJobs;

beforeEach(() => {
  jobs = new CiJobs();
  write("dbt/dbt_project.yml", "name: shop\n");
});

afterEach(() => {
  jobs.end();
});

function write(name: string, text: string, seconds = 1000): string {
  const path = join(jobs.folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  utimesSync(path, seconds, seconds);
  return text;
}

const manifest = (id: string): string =>
  JSON.stringify({
    metadata: { dbt_version: "1.11.16", generated_at: "2026-11-21T12:00:00Z", invocation_id: id },
  });

function describeManifest(): Promise<Ended> {
  const args = ["--project", jobs.folder, "--dbt-project", "dbt", "--target", "prod"];
  return runScript("dbt_manifest.py", [...args, "--output", join(jobs.folder, "dbt.json")]);
}

describe("the dbt manifest of a release", () => {
  it("is the one of the newest local state, which the image gets", async () => {
    write("dbt/target/manifest.json", manifest("own"), 3000);
    write("src/defs/.local_defs_state/Old/project/target/manifest.json", manifest("old"), 1000);
    const path = "src/defs/.local_defs_state/New/project/target/manifest.json";
    const text = write(path, manifest("new"), 2000);
    expect(await describeManifest()).toMatchObject({ code: 0, stderr: "" });
    expect(jobs.json("dbt.json")).toEqual({
      ...{ project: "dbt", target: "prod" },
      manifest: {
        path,
        sha256: createHash("sha256").update(text).digest("hex"),
        dbtVersion: "1.11.16",
        generatedAt: "2026-11-21T12:00:00Z",
        invocationId: "new",
      },
    });
  });

  it("is the project's own without local state, and null without any", async () => {
    await describeManifest();
    expect(jobs.json("dbt.json")).toMatchObject({ manifest: null });
    write("dbt/target/manifest.json", manifest("own"));
    await describeManifest();
    expect(jobs.json("dbt.json")).toMatchObject({ manifest: { invocationId: "own" } });
  });

  it("refuses a manifest that is none, and a folder without a dbt project", async () => {
    write("dbt/target/manifest.json", "[]");
    const broken = await describeManifest();
    expect(broken.stderr).toMatch(/^dbt: .*manifest\.json is no manifest of dbt: .*\n$/);
    const args = ["--project", jobs.folder, "--dbt-project", "other", "--target", "prod"];
    const output = join(jobs.folder, "dbt.json");
    const other = await runScript("dbt_manifest.py", [...args, "--output", output]);
    expect(other).toMatchObject({
      code: 1,
      stderr: "dbt: other has no dbt_project.yml: correct `dbt.project` on the list\n",
    });
  });
});
