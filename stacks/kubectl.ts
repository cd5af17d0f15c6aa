import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

import type { HelmSecret } from "./deploy/interruptedUpdate";
import { kubectlProblem } from "./kubectlProblem";
import { untilParentEnds } from "./untilParentEnds";

/** A way from this machine to a Service of the cluster. */
export interface PortForward {
  /** On 127.0.0.1. */
  readonly url: string;
  /** Ends it, and waits until it is gone. */
  close(): Promise<void>;
}

const TIMEOUT_SECONDS = 20;

/** The program `kubectl`: it brings every login plugin and reads the same kubeconfig as Pulumi. */
export class Kubectl {
  /** @param context - of the kubeconfig; undefined: the current one */
  public constructor(private readonly context?: string) {}

  /** The context that is used. */
  public async currentContext(): Promise<string> {
    return this.context ?? (await this.run(["config", "current-context"])).trim();
  }

  /** The decoded values of a Secret. */
  public async readSecret(
    namespace: string,
    name: string,
  ): Promise<Readonly<Record<string, string>>> {
    const text = await this.run(["get", "secret", name, "-n", namespace, "-o", "json"]);
    const { data = {} } = JSON.parse(text) as { data?: Record<string, string> };
    return Object.fromEntries(
      Object.entries(data).map(([key, value]) => [
        key,
        Buffer.from(value, "base64").toString("utf8"),
      ]),
    );
  }

  /** The Secrets in which Helm keeps the revisions of its releases. */
  public async helmSecrets(namespace: string): Promise<readonly HelmSecret[]> {
    const columns = "custom-columns=:metadata.name,:metadata.labels.name,:metadata.labels.status";
    const options = ["-n", namespace, "-l", "owner=helm", "-o", columns, "--no-headers"];
    const text = await this.run(["get", "secrets", ...options]);
    return text
      .split("\n")
      .filter((line) => line.trim() !== "")
      .map((line) => {
        const [name = "", release = "", status = ""] = line.trim().split(/\s+/);
        return { name, release, status };
      });
  }

  /** Names of the Jobs with a label. */
  public async jobs(namespace: string, label: string): Promise<readonly string[]> {
    const options = ["-n", namespace, "-l", label, "-o", "custom-columns=:metadata.name"];
    const text = await this.run(["get", "jobs", ...options, "--no-headers"]);
    return text
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== "");
  }

  /** What the pod of a Job has said. */
  public jobLog(namespace: string, job: string): Promise<string> {
    return this.run(["logs", `job/${job}`, "-n", namespace]);
  }

  public async deleteSecrets(namespace: string, names: readonly string[]): Promise<void> {
    if (names.length > 0) await this.run(["delete", "secrets", "-n", namespace, ...names]);
  }

  /**
   * Forwards a free port of 127.0.0.1.
   * @param target - `svc/<name>`
   * @param port - of the Service
   */
  public async portForward(namespace: string, target: string, port: number): Promise<PortForward> {
    const options = ["--address", "127.0.0.1", `--pod-running-timeout=${TIMEOUT_SECONDS}s`];
    const args = this.arguments(["port-forward", "-n", namespace, ...options, target, `:${port}`]);
    const child = spawn("sh", untilParentEnds("TERM", ["kubectl", ...args]), {
      stdio: ["ignore", "pipe", "pipe", "pipe"],
    });
    const { stdout, stderr } = child;
    if (stdout === null || stderr === null) throw new Error("kubectl has no pipes");
    let said = "";
    stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
    const exited = once(child, "exit");
    const close = async (): Promise<void> => {
      if (child.exitCode === null && child.signalCode === null) child.kill();
      child.stdio[3]?.destroy();
      await exited;
    };
    const lines = createInterface({ input: stdout });
    const first = await Promise.race([once(lines, "line"), exited.then(() => undefined)]);
    const found = /127\.0\.0\.1:(\d+)/.exec(String(first?.[0]));
    if (found === null) {
      await close();
      throw await this.problem(said);
    }
    // It says a line for each connection: nobody reads them.
    lines.resume();
    return { url: `http://127.0.0.1:${found[1] ?? ""}`, close };
  }

  /** @returns standard output */
  private run(args: readonly string[]): Promise<string> {
    const all = [`--request-timeout=${TIMEOUT_SECONDS}s`, ...this.arguments(args)];
    return new Promise((resolve, reject) => {
      execFile("kubectl", all, { maxBuffer: 16 * 1024 * 1024 }, (error, stdout, stderr) => {
        if (error === null) {
          resolve(stdout);
          return;
        }
        const reason = error.code === "ENOENT" ? "kubectl: not found" : stderr;
        this.problem(reason, args[0] === "config").then(reject, reject);
      });
    });
  }

  private arguments(args: readonly string[]): readonly string[] {
    return this.context === undefined ? args : ["--context", this.context, ...args];
  }

  /** Names the context in the message, unless finding its name is what failed. */
  private async problem(said: string, withoutContext = false): Promise<Error> {
    const context = withoutContext
      ? this.context
      : await this.currentContext().catch(() => undefined);
    return kubectlProblem(said, context ?? "(none)");
  }
}
