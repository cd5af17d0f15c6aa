import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** Stands for the program: would run for a minute. */
const PROGRAM = `require("./stacks/endWithEngine").endWithEngine(); setTimeout(() => {}, 60_000)`;

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function isGone(pid: number, seconds: number): Promise<boolean> {
  for (let tenth = 0; tenth < seconds * 10 && isRunning(pid); tenth++)
    await new Promise((resolve) => setTimeout(resolve, 100));
  return !isRunning(pid);
}

describe("the program", () => {
  it("ends by itself when the engine that started it was killed", async () => {
    // The shell stands for the engine.
    const script = `"$0" --import tsx -e '${PROGRAM}' >/dev/null 2>&1 & echo $!; wait`;
    const engine = spawn("sh", ["-c", script, process.execPath], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    const [line] = (await once(createInterface({ input: engine.stdout }), "line")) as [string];
    const program = Number(line);
    expect(await isGone(program, 4)).toBe(false);
    engine.kill("SIGKILL");
    expect(await isGone(program, 20)).toBe(true);
  });
});
