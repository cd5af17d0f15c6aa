import { spawnSync } from "node:child_process";

/**
 * What these tests need and this machine lacks, by name; undefined: all is there.
 * @throws Error when something is missing and E2E_REQUIRED is set: CI does not skip them
 */
export function missingTools(): string | undefined {
  const missing = firstMissing();
  if (missing !== undefined && process.env["E2E_REQUIRED"] !== undefined)
    throw new Error(`missing: ${missing}`);
  return missing;
}

function firstMissing(): string | undefined {
  if (process.env["E2E_CHART"] === undefined)
    return "E2E_CHART, a folder or archive of Dagster's chart, or the word published";
  for (const [program, ...args] of PROGRAMS) {
    const { error, status } = spawnSync(program, args, { stdio: "ignore" });
    if (error !== undefined) return `${program} on the PATH`;
    if (status !== 0) return `a cluster that answers \`${program} ${args.join(" ")}\``;
  }
  return undefined;
}

const PROGRAMS = [
  ["pulumi", "version"],
  ["kubectl", "version", "--request-timeout=5s"],
] as const;
