import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { pythonPath, SCRIPTS, type Ended } from "./python";

/** How long clients wait for an answer of a store here: the scripts' own, and s3fs. */
export const READ_TIMEOUT_SECONDS = 0.75;

const MEMORY = "/dev/shm";

/** A run of one script. */
export interface Run {
  readonly script: "refresh" | "release";
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

/** `warmScripts.py`: runs of the scripts without the seconds that their imports take. */
export class WarmScripts {
  private readonly waiting = new Map<string, (code: number) => void>();
  private last = 0;

  private constructor(
    private readonly python: ChildProcessWithoutNullStreams,
    private readonly folder: string,
  ) {
    createInterface({ input: python.stdout }).on("line", (line) => {
      const { id, code } = JSON.parse(line) as { id: string; code: number };
      this.waiting.get(id)?.(code);
    });
  }

  /**
   * @param warming - a run that imports what the others will need, and succeeds
   */
  public static async start(warming: Run, python = pythonPath()): Promise<WarmScripts> {
    const folder = mkdtempSync(join(tmpdir(), "warm-scripts-"));
    const first = join(folder, "warming.json");
    writeFileSync(first, JSON.stringify({ ...warming, folder: join(folder, "warming") }));
    const env = {
      ...{ PATH: process.env["PATH"], HOME: process.env["HOME"] },
      // Where there is no disk to wait for: refresh.py makes three databases each time.
      ...(existsSync(MEMORY) ? { TMPDIR: MEMORY } : {}),
      READ_TIMEOUT_SECONDS: String(READ_TIMEOUT_SECONDS),
      FSSPEC_S3: JSON.stringify({ config_kwargs: { read_timeout: READ_TIMEOUT_SECONDS } }),
    };
    const child = spawn(python, [join(__dirname, "warmScripts.py"), SCRIPTS, first], { env });
    const scripts = new WarmScripts(child, folder);
    const isWarm = scripts.answer("warm");
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    const failed = once(child, "close").then(() => {
      throw new Error(`warmScripts.py ended: ${stderr}`);
    });
    failed.catch(() => undefined);
    await Promise.race([isWarm, failed]);
    return scripts;
  }

  public async stop(): Promise<void> {
    const closed = once(this.python, "close");
    this.python.stdin.end();
    await closed;
    rmSync(this.folder, { recursive: true });
  }

  /** Runs at the same time do not wait for each other. */
  public async run(run: Run): Promise<Ended> {
    const id = String(this.last++);
    const folder = join(this.folder, id);
    const ended = this.answer(id);
    this.python.stdin.write(`${JSON.stringify({ ...run, id, folder })}\n`);
    const code = await ended;
    const [stdout = "", stderr = ""] = ["stdout", "stderr"].map((name) =>
      readFileSync(join(folder, name), "utf8"),
    );
    rmSync(folder, { recursive: true });
    return { code, stdout, stderr };
  }

  private answer(id: string): Promise<number> {
    return new Promise((resolve) => this.waiting.set(id, resolve));
  }
}
