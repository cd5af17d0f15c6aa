import { existsSync, readFileSync } from "node:fs";

import type { ReleaseRecord } from "../stacks/releaseRecord";
import type { Problem } from "../stacks/status";
import type { Folders } from "./folders";
import type { Addresses } from "./processEnvironment";

/** What the other commands need to know of a running sandbox. */
export interface RunningSandbox extends Addresses {
  readonly pid: number;
  readonly dagsterUrl: string;
  /** By location. */
  readonly problems: Readonly<Record<string, Problem>>;
  readonly listFile: string;
}

/** The sandbox that runs in this folder, or undefined. */
export function findRunningSandbox(folders: Folders): RunningSandbox | undefined {
  if (!existsSync(folders.running)) return undefined;
  const running = JSON.parse(readFileSync(folders.running, "utf8")) as RunningSandbox;
  return isAlive(running.pid) ? running : undefined;
}

/** Why this release is not served, as far as the sandbox knows by now. */
export function problemOf(folders: Folders, release: ReleaseRecord): string | undefined {
  const problem = findRunningSandbox(folders)?.problems[release.location];
  return problem?.releasedAt === release.releasedAt ? problem.text : undefined;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
