import { existsSync, readFileSync } from "node:fs";

import type { Folders } from "./folders";
import type { Addresses } from "./processEnvironment";

/** What the other commands need to know of a running sandbox. */
export interface RunningSandbox extends Addresses {
  readonly pid: number;
  readonly dagsterUrl: string;
  /** Why a location's job failed, or why its newest release is not served. */
  readonly problems: Readonly<Record<string, string>>;
  readonly listFile: string;
}

/** The sandbox that runs in this folder, or undefined. */
export function findRunningSandbox(folders: Folders): RunningSandbox | undefined {
  if (!existsSync(folders.running)) return undefined;
  const running = JSON.parse(readFileSync(folders.running, "utf8")) as RunningSandbox;
  return isAlive(running.pid) ? running : undefined;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
