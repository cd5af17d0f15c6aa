import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { write } from "../../components/ci/project";

const AUTHOR = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com"];

/** A git repository on this machine that stands for one on GitHub. */
export class Repository {
  private constructor(
    public readonly folder: string,
    /** `owner/name` */
    public readonly name: string,
  ) {}

  /** @param root - of all repositories; it is at `owner/name` in it */
  public static make(root: string, name: string): Repository {
    const repository = new Repository(join(root, name), name);
    mkdirSync(repository.folder, { recursive: true });
    repository.git("init", "--quiet", "--initial-branch", "main");
    return repository;
  }

  /** Writes files and commits all there is. @returns the commit */
  public commit(message: string, files: Readonly<Record<string, string>> = {}): string {
    for (const [path, text] of Object.entries(files)) write(this.folder, path, text);
    this.git("add", "--all", "--force");
    this.git(...AUTHOR, "commit", "--quiet", "--allow-empty", "--message", message);
    return this.head;
  }

  /** A commit on a branch of its own; the branch that is checked out stays. */
  public branch(name: string, files: Readonly<Record<string, string>>): string {
    this.git("checkout", "--quiet", "-B", name);
    const commit = this.commit(`work on ${name}`, files);
    this.git("checkout", "--quiet", "main");
    return commit;
  }

  public get head(): string {
    return this.git("rev-parse", "HEAD");
  }

  private git(...args: readonly string[]): string {
    return execFileSync("git", ["-C", this.folder, ...args], { encoding: "utf8" }).trim();
  }
}
