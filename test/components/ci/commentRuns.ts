import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { ApiServer } from "./apiServer";
import { runScript, type Ended } from "./python";

/** The first line of our comment. */
export const MARK = "<!-- dagster-platform: preview -->";

/** `ci_comment.py` in jobs of pull request 12 on GitHub, and of merge request 12 on GitLab. */
export class CommentRuns {
  public readonly folder = mkdtempSync(join(tmpdir(), "ci-comment-"));
  private bodies = 0;

  private constructor(public readonly api: ApiServer) {
    writeFileSync(
      join(this.folder, "event.json"),
      JSON.stringify({ pull_request: { number: 12 } }),
    );
  }

  public static async start(): Promise<CommentRuns> {
    return new CommentRuns(await ApiServer.start());
  }

  public stop(): void {
    this.api.stop();
    rmSync(this.folder, { recursive: true });
  }

  /** @throws Error for a trace, or when a token is printed */
  public async run(
    system: "github" | "gitlab",
    body: string,
    environment: NodeJS.ProcessEnv = {},
    ...more: readonly string[]
  ): Promise<Ended> {
    const file = join(this.folder, `body-${++this.bodies}.md`);
    writeFileSync(file, body);
    const args = ["--marker", "preview", "--body", file, ...more];
    const job = { ...(system === "github" ? this.github : this.gitlab), ...environment };
    const ended = await runScript("ci_comment.py", args, job);
    if (/Traceback|secret/.test(`${ended.stdout}${ended.stderr}`))
      throw new Error(`a trace, or a token: ${ended.stderr}`);
    return ended;
  }

  /** The environment of a job on GitHub. */
  public get github(): NodeJS.ProcessEnv {
    return {
      GITHUB_ACTIONS: "true",
      GITHUB_REPOSITORY: "acme/finance",
      GITHUB_RUN_ID: "77",
      GITHUB_API_URL: this.api.url,
      GITHUB_TOKEN: "ghs_secret",
      GITHUB_EVENT_PATH: join(this.folder, "event.json"),
    };
  }

  private get gitlab(): NodeJS.ProcessEnv {
    return {
      GITLAB_CI: "true",
      CI_PROJECT_PATH: "acme/finance",
      CI_PROJECT_ID: "4",
      CI_MERGE_REQUEST_IID: "12",
      CI_API_V4_URL: this.api.url,
      CI_JOB_TOKEN: "of the job",
      DAGSTER_COMMENT_TOKEN: "glpat-secret",
    };
  }
}
