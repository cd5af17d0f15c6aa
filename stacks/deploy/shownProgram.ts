import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, readFileSync, readSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { untilParentEnds } from "../untilParentEnds";

export interface ShownOptions {
  readonly env: NodeJS.ProcessEnv;
  /** Gets what the program says, as it comes. */
  readonly show: (text: string) => void;
  /** Told once, when a signal to this process has been passed on. */
  readonly stopping: () => void;
}

/** How a program ended. */
export interface Shown {
  /** Not 0 after a signal, either. */
  readonly code: number;
  /** Standard output and error, in their order. */
  readonly said: string;
  /** The signal that was passed on. */
  readonly stoppedBy: NodeJS.Signals | undefined;
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

const EVERY_MS = 100;

/**
 * Runs a program that must not be broken off, and waits for its end. It has a session of its own: Ctrl-C reaches it only from here,
 * and once, as a second one would make it leave everything as it is. When this process is killed it gets an interrupt, too;
 * and as its output goes to a file, it can end in order then.
 */
export async function showProgram(
  program: readonly string[],
  { env, show, stopping }: ShownOptions,
): Promise<Shown> {
  const folder = mkdtempSync(join(tmpdir(), "shown-program-"));
  const file = join(folder, "output");
  const output = openSync(file, "w", 0o600);
  const reader = new Follower(file, show);
  const child = spawn("sh", untilParentEnds("INT", program), {
    ...{ env, detached: true, stdio: ["ignore", output, output, "pipe"] },
  });
  closeSync(output);
  const stopped: { by?: NodeJS.Signals } = {};
  const stop = (signal: NodeJS.Signals): void => {
    if (stopped.by !== undefined) return;
    stopped.by = signal;
    stopping();
    child.kill(signal);
  };
  for (const signal of SIGNALS) process.on(signal, stop);
  const timer = setInterval(() => {
    reader.follow();
  }, EVERY_MS);
  try {
    const [code] = (await once(child, "exit")) as [number | null];
    return { code: code ?? 1, said: reader.all(), stoppedBy: stopped.by };
  } finally {
    // Who stops a job signals more than once; what came of it is still to be written down.
    if (stopped.by === undefined) for (const signal of SIGNALS) process.off(signal, stop);
    clearInterval(timer);
    child.stdio[3]?.destroy();
    reader.close();
    rmSync(folder, { recursive: true });
  }
}

/** Shows what is added to a file. */
class Follower {
  private readonly descriptor: number;
  private readonly chunk = Buffer.alloc(64 * 1024);
  private readonly decoder = new TextDecoder();

  public constructor(
    private readonly file: string,
    private readonly show: (text: string) => void,
  ) {
    this.descriptor = openSync(file, "r");
  }

  public follow(): void {
    for (;;) {
      const length = readSync(this.descriptor, this.chunk);
      if (length === 0) return;
      // A character may be in two chunks.
      this.show(this.decoder.decode(this.chunk.subarray(0, length), { stream: true }));
    }
  }

  /** The whole of it, of which the rest is shown. */
  public all(): string {
    this.follow();
    return readFileSync(this.file, "utf8");
  }

  public close(): void {
    closeSync(this.descriptor);
  }
}
