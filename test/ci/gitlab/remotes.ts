import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { write } from "../../components/ci/project";

/** The address of GitLab in the pipelines, where nobody ever asks. */
export const GITLAB = "https://gitlab.com";

const AUTHOR = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com"];

/** Repositories of a GitLab that is a folder. */
export class Remotes {
  private readonly root = mkdtempSync(join(tmpdir(), "gitlab-"));
  private readonly folder = join(this.root, "remotes");
  private clones = 0;

  /** Makes git take what gitlab-ci-local asks of GitLab from the folder; every program inherits it. */
  public get environment(): NodeJS.ProcessEnv {
    return {
      GIT_CONFIG_GLOBAL: "/dev/null",
      GIT_CONFIG_COUNT: "1",
      GIT_CONFIG_KEY_0: `url.file://${this.folder}/.insteadOf`,
      // As it asks for an included file: with the port, which a remote of a checkout does not have.
      GIT_CONFIG_VALUE_0: `${GITLAB}:443/`,
    };
  }

  public remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  /**
   * The checkout of its authors.
   * @param name - `owner/name`; made if there is none
   */
  public work(name: string): string {
    const folder = join(this.root, "authors", name);
    if (!existsSync(folder)) this.make(name, folder);
    return folder;
  }

  /**
   * Commits what is in the authors' checkout, and pushes it.
   * @param files - to write before
   * @returns the commit
   */
  public push(
    name: string,
    files: Readonly<Record<string, string>> = {},
    branch = "main",
    message = "work",
  ): string {
    const work = this.work(name);
    this.git(work, "checkout", "--quiet", "-B", branch);
    for (const [path, text] of Object.entries(files)) write(work, path, text);
    this.git(work, "add", "--all", "--force");
    this.git(work, ...AUTHOR, "commit", "--quiet", "--allow-empty", "--message", message);
    this.git(work, "push", "--quiet", "--force", "origin", branch);
    return this.head(name);
  }

  /** The commit that its authors have made last. */
  public head(name: string): string {
    return this.git(this.work(name), "rev-parse", "HEAD");
  }

  /** A file as its authors have it. */
  public read(name: string, file: string): string {
    return readFileSync(join(this.work(name), file), "utf8");
  }

  /** The files of all checkouts that runners have. */
  public get checkedOut(): readonly string[] {
    return readdirSync(join(this.root, "checkouts"), { recursive: true, encoding: "utf8" });
  }

  /** A checkout as a runner makes it: one commit of one branch. */
  public checkOut(name: string, branch: string): string {
    const folder = join(this.root, "checkouts", String(this.clones++));
    const from = `file://${this.bare(name)}`;
    const options = ["--quiet", "--depth", "1", "--branch", branch];
    execFileSync("git", ["clone", ...options, from, folder]);
    // By its remote gitlab-ci-local knows which project this is.
    this.git(folder, "remote", "add", "gcl-origin", `${GITLAB}/${name}.git`);
    return folder;
  }

  private make(name: string, work: string): void {
    const bare = this.bare(name);
    for (const folder of [bare, work]) mkdirSync(folder, { recursive: true });
    this.git(bare, "init", "--quiet", "--bare", "--initial-branch", "main");
    // As GitLab has it: a job may fetch any commit, and leave out what it does not need.
    this.git(bare, "config", "uploadpack.allowAnySHA1InWant", "true");
    this.git(bare, "config", "uploadpack.allowFilter", "true");
    this.git(work, "init", "--quiet", "--initial-branch", "main");
    this.git(work, "remote", "add", "origin", bare);
  }

  private bare(name: string): string {
    return join(this.folder, `${name}.git`);
  }

  private git(folder: string, ...args: readonly string[]): string {
    const env = { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null" };
    return execFileSync("git", ["-C", folder, ...args], { encoding: "utf8", env }).trim();
  }
}
