import { join, resolve } from "node:path";

/** Where the sandbox keeps its things; everything below {@link root} may be deleted by hand. */
export interface Folders {
  readonly root: string;
  /** Python environments by the hash of what is in them; shared by sandboxes. */
  readonly environments: string;
  /** Builds by location; a build stands for an image. */
  readonly builds: string;
  /** `DAGSTER_HOME` of all Dagster processes. */
  readonly dagsterHome: string;
  readonly logs: string;
  /** The objects of the state store. */
  readonly journal: string;
  readonly workspace: string;
  /** What runs now, for the other commands. */
  readonly running: string;
  readonly lock: string;
}

/** The project's own folder, whatever the working directory is. */
export const PROJECT = resolve(__dirname, "..");

/**
 * @param root - of one sandbox, `.sandbox` by default
 * @param environments - kept apart, because they are costly and the same for every sandbox
 */
export function sandboxFolders(
  root = join(PROJECT, ".sandbox"),
  environments = join(PROJECT, ".sandbox", "environments"),
): Folders {
  return {
    root,
    environments,
    builds: join(root, "builds"),
    dagsterHome: join(root, "dagster-home"),
    logs: join(root, "logs"),
    journal: join(root, "state-store.sqlite"),
    workspace: join(root, "workspace.yaml"),
    running: join(root, "running.json"),
    lock: join(root, "lock"),
  };
}
