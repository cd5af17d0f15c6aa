import type { Answer } from "./answer";

/** What a repository's server says of it. */
export interface RepositoryFacts {
  /** `owner/name` as it is called now: another one than was asked for after a rename or a transfer. */
  readonly repository: string;
  readonly repositoryId: number;
  readonly ownerId: number;
  readonly defaultBranch: string;
  /** Not for everybody to see. */
  readonly isPrivate: boolean;
  readonly isArchived: boolean;
}

/** A run of CI. */
export interface CiRun {
  readonly state: "passed" | "failed" | "running";
  /** In the server's own word. */
  readonly said: string;
  readonly url: string;
  /** ISO 8601. */
  readonly at: string;
}

/** The server of a location's repository; what it does not tell has a reason. */
export interface RepositoryApi {
  /** Undefined: there is no such repository, or nobody may know of it. */
  facts(): Promise<Answer<RepositoryFacts | undefined>>;
  /** The text of a file on a branch; undefined: it is not there. */
  file(path: string, branch: string): Promise<Answer<string | undefined>>;
  /**
   * The newest run on a branch; undefined: none yet.
   * @param file - of the workflow, where a repository has several
   */
  lastRun(branch: string, file: string): Promise<Answer<CiRun | undefined>>;
  /** Whether CI has a secret of this name. */
  hasSecret(name: string): Promise<Answer<boolean>>;
  /** Cron schedules that start CI on a branch, where the server keeps them; undefined: they are in a file. */
  schedules(branch: string): Promise<Answer<readonly string[] | undefined>>;
  /** Whose CI may call workflows of this repository; undefined: the server has no such setting. */
  workflowAccess(): Promise<Answer<string | undefined>>;
  /** Where the answers come from, and with whose rights. */
  readonly source: string;
}
