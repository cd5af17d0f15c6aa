import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { PROJECT } from "../../../sandbox/folders";
import { showProgram } from "../../../stacks/deploy/shownProgram";

/** Notes each interrupt in `stopped`, and needs half a second to end after the first. */
const SLOW = `
stop() { echo stop >> stopped; (sleep 0.5; touch end) & }
trap stop INT TERM
echo begun
i=0; while [ ! -e end ] && [ $i -lt 300 ]; do i=$((i + 1)); sleep 0.1; done
echo ended in order
exit 3
`;

/** Shows a program until its end, as a command does. */
const COMMAND = `
import { showProgram } from ${JSON.stringify(join(PROJECT, "stacks/deploy/shownProgram"))};
const show = (text: string) => process.stdout.write(text);
void showProgram(["sh", "slow.sh"], { env: process.env, show, stopping: () => show("stopping\\n") }).then(
  ({ code, said, stoppedBy }) => setTimeout(() => {
    show(JSON.stringify({ code, said, stoppedBy }));
    process.exit(0);
  }, 500),
);
`;

describe("a program that is shown", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "shown-"));
    writeFileSync(join(folder, "slow.sh"), SLOW);
    writeFileSync(join(folder, "command.ts"), COMMAND);
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  /** The command with `slow.sh`, when that has begun. */
  async function begun() {
    const tsx = join(PROJECT, "node_modules", "tsx", "dist", "loader.mjs");
    const child = spawn(process.execPath, ["--import", tsx, "command.ts"], {
      ...{ cwd: folder, env: { ...process.env, TMPDIR: folder } },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const output = { said: "" };
    child.stdout.on("data", (chunk: Buffer) => (output.said += chunk.toString()));
    await until(() => output.said.includes("begun"));
    return { child, output, closed: once(child, "close") };
  }

  const stops = () => readFileSync(join(folder, "stopped"), "utf8").split("\n").filter(Boolean);
  const folders = () => readdirSync(folder).filter((name) => name.startsWith("shown-program-"));

  it("says everything as it comes, in its order, and how it ended", async () => {
    const said: string[] = [];
    const script = "echo out; echo $MORE >&2; sleep 0.5; printf 'Jürgen'; exit 7";
    const { code, ...rest } = await showProgram(["sh", "-c", script], {
      env: { ...process.env, MORE: "err" },
      show: (text) => said.push(text),
      stopping: () => undefined,
    });
    expect(rest).toEqual({ said: "out\nerr\nJürgen", stoppedBy: undefined });
    expect(code).toBe(7);
    expect(said.length).toBeGreaterThan(1);
    expect(said.join("")).toBe("out\nerr\nJürgen");
  });

  it("is not heard any more after its end: signals end this process as before", async () => {
    const before = process.listenerCount("SIGINT");
    const options = { env: process.env, show: () => undefined, stopping: () => undefined };
    await showProgram(["true"], options);
    expect(process.listenerCount("SIGINT")).toBe(before);
  });

  it.each(["SIGINT", "SIGTERM"] as const)(
    "gets one %s of many, and its end is waited for and told",
    async (signal) => {
      const { child, output, closed } = await begun();
      child.kill(signal);
      await until(() => existsSync(join(folder, "stopped")));
      child.kill("SIGINT");
      child.kill("SIGTERM");
      await until(() => output.said.includes("ended in order"));
      // What follows is not to be broken off, either.
      child.kill("SIGTERM");
      await closed;
      expect(output.said).toBe(
        `begun\nstopping\nended in order\n${JSON.stringify({
          ...{ code: 3, said: "begun\nended in order\n", stoppedBy: signal },
        })}`,
      );
      expect(stops()).toHaveLength(1);
      expect(folders()).toEqual([]);
    },
  );

  it("ends in order, too, when this process is killed", async () => {
    const { child, closed } = await begun();
    child.kill("SIGKILL");
    await closed;
    const [left = ""] = folders();
    await until(() => readFileSync(join(folder, left, "output"), "utf8").includes("in order"));
    expect(stops()).toHaveLength(1);
  });
});

async function until(isTrue: () => boolean): Promise<void> {
  for (let tenth = 0; tenth < 200; tenth++) {
    if (isTrue()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("waited for 20 s");
}
