import { spawn, spawnSync } from "node:child_process";

import { type E2eStack, STACK } from "./e2eStack";

/**
 * `npm run deploy` that is killed with all that it has started, as by a job's machine that goes.
 * @param named - what Pulumi has to have said before
 */
export async function killedDeploy(stack: E2eStack, named: string): Promise<void> {
  const args = ["--import", "tsx", "commands/deploy.ts", "--stack", STACK];
  const options = { cwd: stack.folder, env: stack.environment({}) };
  const child = spawn("node", args, { ...options, stdio: ["ignore", "pipe", "ignore"] });
  let said = "";
  child.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const ended = new Promise((resolve) => child.on("close", resolve));
  while (child.exitCode === null && !said.includes(named))
    await new Promise((resolve) => setTimeout(resolve, 20));
  if (child.exitCode !== null) throw new Error("the update ended before it could be killed");
  for (const pid of withDescendants(child.pid ?? 0)) process.kill(pid, "SIGKILL");
  await ended;
}

/** A process before all that it has started. */
function withDescendants(pid: number): readonly number[] {
  const children = spawnSync("pgrep", ["-P", String(pid)], { encoding: "utf8" }).stdout;
  return [pid, ...children.split("\n").filter(Boolean).map(Number).flatMap(withDescendants)];
}
