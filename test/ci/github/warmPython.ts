import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

import { pythonPath } from "../../components/ci/python";

/** A Python that has imported Dagster already: see programs/warm_server.py. */
export class WarmPython {
  private constructor(
    private readonly server: ChildProcess,
    /** Where programs find it. */
    public readonly socket: string,
  ) {}

  /** @param folder - for its socket */
  public static async start(folder: string): Promise<WarmPython> {
    const socket = join(folder, "warm");
    const script = join(__dirname, "programs", "warm_server.py");
    const server = spawn(pythonPath(), [script, socket], { stdio: ["pipe", "pipe", "inherit"] });
    const ended = once(server, "exit").then(([code]) => {
      throw new Error(`warm_server.py ended with ${String(code)}`);
    });
    ended.catch(() => undefined);
    await Promise.race([once(server.stdout, "data"), ended]);
    return new WarmPython(server, socket);
  }

  public async stop(): Promise<void> {
    const exited = once(this.server, "exit");
    this.server.stdin?.end();
    await exited;
  }
}
