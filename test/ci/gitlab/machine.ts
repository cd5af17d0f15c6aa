import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { write } from "../../components/ci/project";
import { pythonPath } from "../../components/ci/python";
import { WarmPython } from "../github/warmPython";

const PROGRAMS = join(__dirname, "..", "github", "programs");

/** The scripts that stand for programs, with their first arguments. */
const SCRIPTS = {
  docker: ["docker.py"],
  uv: ["uv.py"],
  npm: ["npm.py"],
  aws: ["cloud_cli.py", "aws"],
  gcloud: ["cloud_cli.py", "gcloud"],
  kubectl: ["cloud_cli.py", "kubectl"],
} as const;

export type Program = keyof typeof SCRIPTS;

/** One call of a program. */
export interface Call {
  /** Job that called it. */
  readonly job: string;
  readonly name: string;
  readonly arguments?: readonly string[];
  /** Of the CI's scripts that uv ran. */
  readonly script?: string;
  readonly [more: string]: unknown;
}

/** What one pipeline has of a machine. */
export interface Place {
  /** Of the runner. */
  readonly environment: NodeJS.ProcessEnv;
  /** Nothing of a pipeline is left elsewhere. */
  readonly folder: string;
  /** What was called so far. */
  readonly calls: () => readonly Call[];
}

/** A runner with programs on its PATH that stand for those of the jobs' images. */
export class Machine {
  private runs = 0;

  private constructor(
    private readonly root: string,
    private readonly python: WarmPython,
  ) {}

  /** @param programs - what is on the PATH beside the machine's own */
  public static async start(...programs: readonly Program[]): Promise<Machine> {
    // A short path: a code server's socket is in it.
    const root = mkdtempSync(join(tmpdir(), "ci-"));
    const machine = new Machine(root, await WarmPython.start(root));
    for (const program of programs) machine.install(program, ...SCRIPTS[program]);
    machine.install("python3");
    return machine;
  }

  public async stop(): Promise<void> {
    await this.python.stop();
    rmSync(this.root, { recursive: true, force: true });
  }

  /** A place of its own for one pipeline. */
  public prepare(): Place {
    const folder = join(this.root, String(this.runs++));
    const calls = join(folder, "calls");
    for (const name of ["home", "tmp", "registry"])
      mkdirSync(join(folder, name), { recursive: true });
    return {
      folder,
      environment: {
        PATH: `${join(this.root, "bin")}:${process.env["PATH"] ?? ""}`,
        ...{ HOME: join(folder, "home"), TMPDIR: join(folder, "tmp"), WARM: this.python.socket },
        ...{ CALLS: calls, REGISTRY: join(folder, "registry"), PROGRAM: folder },
      },
      calls: () => (existsSync(calls) ? readCalls(calls) : []),
    };
  }

  private install(program: string, script?: string, ...args: readonly string[]): void {
    const path = join("bin", program);
    const words = [
      pythonPath(),
      ...(script === undefined ? [] : [join(PROGRAMS, script)]),
      ...args,
    ];
    const command = words.map((word) => `"${word}"`).join(" ");
    write(this.root, path, `#!/bin/sh\nexec ${command} "$@"\n`);
    chmodSync(join(this.root, path), 0o755);
  }
}

/** What each job called, in its order: `build: docker push`. */
export function steps(calls: readonly Call[]): readonly string[] {
  return calls.map(({ job, name, script, arguments: [command = ""] = [] }) => {
    const [, called = job] = job.split(":");
    return `${called}: ${script ?? `${name} ${command}`}`;
  });
}

function readCalls(file: string): readonly Call[] {
  const lines = readFileSync(file, "utf8").trim().split("\n");
  return lines.map((line) => JSON.parse(line) as Call);
}
