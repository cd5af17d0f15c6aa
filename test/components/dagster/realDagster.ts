import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";

import { codeServerProbes } from "../../../components/dagster/codeServer";

/** A Python with Dagster and its integrations; set by the tests' environment. */
const PYTHON = process.env["SANDBOX_PYTHON"];

/** What is missing for asking real Dagster, or undefined. */
export const MISSING_DAGSTER =
  PYTHON === undefined ? "SANDBOX_PYTHON is not set (a Python with Dagster)" : undefined;

/** Asks real Dagster; see dagsterProbe.py. */
export function askDagster(request: unknown, env: Readonly<Record<string, string>> = {}): unknown {
  const text = execFileSync(PYTHON ?? "", [join(__dirname, "dagsterProbe.py")], {
    input: JSON.stringify(request),
    encoding: "utf8",
    env: { ...process.env, ...env },
    stdio: ["pipe", "pipe", "pipe"],
  });
  return JSON.parse(text);
}

/** A port that is free now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (typeof address !== "object" || address === null) throw new Error("no port");
  return address.port;
}

/** How a command ended. */
export interface Ended {
  readonly code: number | null;
  readonly stderr: string;
}

/** The probe of the code servers, on another port than theirs. */
export function probe(port: number, home: string): Ended {
  const [, ...args] = codeServerProbes(300).readinessProbe.exec.command;
  const script = args.pop() ?? "";
  const ended = spawnSync(PYTHON ?? "", [...args, script.replace(" 3030)", ` ${port})`)], {
    encoding: "utf8",
    env: { ...process.env, DAGSTER_HOME: home },
  });
  return { code: ended.status, stderr: ended.stderr };
}

/** A code server as its pod starts it, with the chart's arguments. */
export function startCodeServer(
  port: number,
  codeArguments: readonly string[],
  folder: string,
  env: Readonly<Record<string, string>>,
): ChildProcess {
  const args = ["-m", "dagster", "api", "grpc", "-h", "127.0.0.1", "-p", String(port)];
  return spawn(PYTHON ?? "", [...args, ...codeArguments], {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: "ignore",
  });
}

/** Waits until the probe succeeds. */
export async function untilReady(port: number, home: string): Promise<void> {
  for (let attempt = 0; attempt < 60; attempt += 1) {
    if (probe(port, home).code === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new Error(`no code server on port ${port}`);
}

/** Ends a process and waits until it is gone. */
export async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGKILL");
  await once(child, "exit");
}
