import { execFile } from "node:child_process";
import { hostname, userInfo } from "node:os";
import { promisify } from "node:util";

/** Who runs this, and for whom. */
export interface CiRun {
  readonly hostname: string;
  readonly username: string;
  readonly pid: number;
  readonly isCi: boolean;
  /** Address of the run; null: not in CI. */
  readonly runUrl: string | null;
  /** Of whose jobs CI runs one at a time (`concurrency`, `resource_group`); null: nobody says so. */
  readonly ciGroup: string | null;
}

/** This process. Names are those that Pulumi writes into its locks. */
export function thisRun(environment: NodeJS.ProcessEnv = process.env): CiRun {
  const { CI: ci, DAGSTER_CI_GROUP: group } = environment;
  return {
    ...{ hostname: hostname(), username: username(environment), pid: process.pid },
    isCi: ci !== undefined && ci !== "" && ci !== "false",
    runUrl: runUrl(environment),
    ciGroup: group === undefined || group === "" ? null : group,
  };
}

/** Address of the run of GitHub Actions or GitLab CI that this is a part of; null: of none. */
export function runUrl(environment: NodeJS.ProcessEnv): string | null {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository } = environment;
  const { GITHUB_RUN_ID: run, CI_JOB_URL: job } = environment;
  if (server !== undefined && repository !== undefined && run !== undefined)
    return `${server}/${repository}/actions/runs/${run}`;
  return job === undefined || job === "" ? null : job;
}

/**
 * The commit of the working copy.
 * @returns null when it is not known, or tracked files differ from it
 */
export async function presentCommit(
  folder: string,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<string | null> {
  try {
    const changes = await git(folder, "status", "--porcelain", "--untracked-files=no");
    return changes === "" ? await git(folder, "rev-parse", "HEAD") : null;
  } catch (error) {
    // No git, no working copy, or one of another user, which git refuses: a job is one of a fresh checkout.
    if ((error as { code?: unknown } | null)?.code === undefined) throw error;
    return environment["GITHUB_SHA"] ?? environment["CI_COMMIT_SHA"] ?? null;
  }
}

async function git(folder: string, ...args: readonly string[]): Promise<string> {
  return (await promisify(execFile)("git", ["-C", folder, ...args])).stdout.trim();
}

/** In a container there may be no name for the user. */
function username(environment: NodeJS.ProcessEnv): string {
  try {
    return userInfo().username;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall !== "uv_os_get_passwd") throw error;
    return environment["USER"] ?? String(process.getuid?.() ?? "");
  }
}
