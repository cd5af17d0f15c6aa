import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { type Ended, runScript } from "./python";
import { COMMIT } from "./releaseRuns";

/** `finance` on the list, as CI knows it. */
export const ENTRY = {
  repository: "acme/finance-pipelines",
  directory: ".",
  defaultBranch: "main",
  image: "registry/finance",
  branchImage: "registry/branches/finance",
  codeServer: ["--module-name", "finance.definitions"],
  env: { WAREHOUSE: "finance" },
  dbt: null,
};

/** A pull request of GitHub, as its event says it. */
export const PULL_REQUEST = {
  number: 7,
  html_url: "https://github.com/acme/finance-pipelines/pull/7",
  title: 'Add `$(touch pwned)`; "quotes"\nand a line',
  updated_at: "2026-11-21T12:00:00Z",
  user: { login: "zoe" },
  labels: [{ name: "keep" }, { name: "a b" }],
  head: { ref: "feature/$(x)", sha: COMMIT, repo: { full_name: "acme/finance-pipelines" } },
};

/** Runs scripts as a job of a CI system would, with the state store in a folder. */
export class CiJobs {
  public readonly folder = mkdtempSync(join(tmpdir(), "ci-test-"));

  public readonly store = `file://${this.folder}/store`;

  public end(): void {
    rmSync(this.folder, { recursive: true });
  }

  /** A file of the job, with this value as JSON. */
  public file(name: string, value: unknown): string {
    const path = join(this.folder, name);
    writeFileSync(path, typeof value === "string" ? value : JSON.stringify(value));
    return path;
  }

  public text(name: string): string {
    return readFileSync(join(this.folder, name), "utf8");
  }

  public json(name: string): unknown {
    return JSON.parse(this.text(name));
  }

  /** Environment of a GitHub job. */
  public github(event: string, payload: object, more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
    return {
      GITHUB_ACTIONS: "true",
      GITHUB_EVENT_NAME: event,
      GITHUB_EVENT_PATH: this.file("event.json", payload),
      GITHUB_REPOSITORY: "acme/finance-pipelines",
      GITHUB_REF: "refs/heads/main",
      GITHUB_SHA: COMMIT,
      GITHUB_RUN_ID: "11",
      GITHUB_ACTOR: "zoe",
      ...more,
    };
  }

  /** Environment of a GitLab job. */
  public gitlab(source: string, more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
    return {
      GITLAB_CI: "true",
      CI_PIPELINE_SOURCE: source,
      CI_PROJECT_PATH: "acme/finance-pipelines",
      CI_PROJECT_ID: "3",
      CI_PROJECT_URL: "https://gitlab.com/acme/finance-pipelines",
      CI_PIPELINE_URL: "https://gitlab.com/acme/finance-pipelines/-/pipelines/11",
      CI_PIPELINE_CREATED_AT: "2026-11-21T13:00:00+01:00",
      CI_COMMIT_SHA: COMMIT,
      CI_COMMIT_BRANCH: "main",
      GITLAB_USER_LOGIN: "zoe",
      ...more,
    };
  }

  /** Runs `job_plan.py` for `finance`. */
  public plan(env: NodeJS.ProcessEnv, entry: object = ENTRY, location = "finance"): Promise<Ended> {
    const locations = this.file("locations.json", { finance: entry });
    const args = ["--location", location, "--locations", locations];
    return runScript(
      "job_plan.py",
      [...args, "--state-store", this.store, "--output", join(this.folder, "plan")],
      env,
    );
  }
}
