import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { PROJECT, sandboxFolders } from "../../sandbox/folders";
import { FolderInUseError, Processes } from "../../sandbox/processes";
import { processesOf, until } from "./startedSandbox";

const PYTHON = process.env["SANDBOX_PYTHON"] ?? "python3";

/** A program that starts children as the sandbox does, and never ends by itself. */
function starter(root: string): string {
  const file = join(root, "starter.ts");
  writeFileSync(
    file,
    `import { sandboxFolders } from ${JSON.stringify(join(PROJECT, "sandbox", "folders"))};
     import { Processes } from ${JSON.stringify(join(PROJECT, "sandbox", "processes"))};
     void (async () => {
       const processes = await Processes.start(${JSON.stringify(PYTHON)}, sandboxFolders(${JSON.stringify(root)}));
       const stubborn = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(300)";
       const parent = "import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(300)', sys.argv[1]]); time.sleep(300)";
       for (const [name, code] of [["stubborn", stubborn], ["parent", parent]] as const)
         processes.start({ name, command: ${JSON.stringify(PYTHON)}, args: ["-c", code, ${JSON.stringify(root)}] });
       console.log("started");
       setInterval(() => undefined, 1000);
     })();`,
  );
  return file;
}

describe("the sandbox's processes", () => {
  it.each(["SIGKILL", "SIGTERM"] as const)(
    "are all gone soon after %s, children of children and stubborn ones too",
    async (signal) => {
      const root = mkdtempSync(join(tmpdir(), "processes-"));
      const args = ["--import", "tsx", starter(root)];
      const child = spawn(process.execPath, args, {
        cwd: PROJECT,
        stdio: ["ignore", "pipe", "inherit"],
      });
      await once(child.stdout, "data");
      // starter, reaper, stubborn, parent and its child
      await until(
        async () => (await processesOf(root)).length === 5,
        10_000,
        () => "not started",
      );
      child.kill(signal);
      const none = async (): Promise<boolean> => (await processesOf(root)).length === 0;
      await until(none, 15_000, () => "processes are left");
    },
  );

  it("refuse a folder that another sandbox uses, and take it when that one has ended", async () => {
    const folders = sandboxFolders(mkdtempSync(join(tmpdir(), "processes-")));
    const first = await Processes.start(PYTHON, folders);
    const second = Processes.start(PYTHON, folders);
    await expect(second).rejects.toThrow(FolderInUseError);
    await expect(second).rejects.toThrow(`(process ${process.pid})`);
    await first.end();
    await (await Processes.start(PYTHON, folders)).end();
  });

  it("give back what a command said and how it ended", async () => {
    const folders = sandboxFolders(mkdtempSync(join(tmpdir(), "processes-")));
    const processes = await Processes.start(PYTHON, folders);
    const code = "import sys; print('one'); print('two'); sys.stderr.write('bad'); sys.exit(3)";
    const lines: string[] = [];
    const ended = await processes.run(
      { name: "command", command: PYTHON, args: ["-c", code] },
      (line) => lines.push(line),
    );
    expect(ended).toEqual({ code: 3, stdout: "one\ntwo\n", stderr: "bad" });
    expect(lines).toEqual(["one", "two"]);
    const missing = await processes.run({ name: "missing", command: "/no/such", args: [] });
    expect(missing.code).toContain("ENOENT");
    await processes.end();
  });
});
