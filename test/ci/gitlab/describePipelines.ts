import { onPath } from "../github/tools";

/** gitlab-ci-local (4.61 is the last for Node 20), and what it calls to make a checkout of each job. */
const NEEDED = ["gitlab-ci-local", "rsync", "git", "bash"];

/** A pipeline takes ten seconds on an idle machine, and waits for its turn on a busy one. */
const TIMEOUT_MS = 300_000;

/**
 * Tests that run pipelines. Where a program is missing, they are skipped by name, and say so.
 * @throws Error when one is missing and CI_TOOLS_REQUIRED is set: CI does not skip them
 */
export function describePipelines(title: string, tests: () => void): void {
  const missing = NEEDED.filter((program) => !isThere(program));
  if (missing.length === 0) {
    jest.setTimeout(TIMEOUT_MS);
    describe(title, tests);
    return;
  }
  const reason = `${missing.join(" and ")} not on the PATH`;
  if (process.env["CI_TOOLS_REQUIRED"] !== undefined) throw new Error(reason);
  process.stderr.write(`skipped: ${title}: ${reason}\n`);
  describe.skip(`${title} (skipped: ${reason})`, tests);
}

function isThere(program: string): boolean {
  try {
    return onPath(program) !== "";
  } catch {
    return false;
  }
}
