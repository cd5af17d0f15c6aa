import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { once } from "node:events";
import { spawn, type ChildProcess } from "node:child_process";

import { pythonPath } from "../components/ci/python";
import type { RegisteredRole } from "./registered";
import { ACCOUNT } from "./world";

/** What moto decided about one request. */
export interface LoggedRequest {
  /** Name of the role that asked. */
  readonly role: string;
  readonly action: string;
  readonly resource: string;
  readonly prefix: string | null;
  readonly allowed: boolean;
}

type Credentials = Readonly<Record<string, string>>;

/** What the server prints when it is ready. */
interface Ready {
  readonly port: number;
  readonly credentials: Readonly<Record<string, Credentials>>;
}

/** moto with the roles as they are registered, and nothing allowed but by them. See enforcingServer.py. */
export class EnforcingServer {
  private constructor(
    private readonly child: ChildProcess,
    private readonly ready: Ready,
    private readonly folder: string,
  ) {}

  /** @param keys - of objects that the bucket, which is versioned, has from the beginning */
  public static async start(
    bucket: string,
    roles: readonly RegisteredRole[],
    keys: readonly string[] = [],
  ): Promise<EnforcingServer> {
    const folder = mkdtempSync(join(tmpdir(), "enforcing-server-"));
    const args = [join(__dirname, "enforcingServer.py"), "--log", join(folder, "requests.jsonl")];
    const env = { PATH: process.env["PATH"], HOME: process.env["HOME"] };
    const child = spawn(pythonPath(), args, { env, stdio: ["pipe", "pipe", "pipe"] });
    let said = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => (said += text));
    const setup = { region: ACCOUNT.region, bucket, roles, keys };
    child.stdin.write(`${JSON.stringify(setup)}\n`);
    for await (const line of createInterface(child.stdout))
      return new EnforcingServer(child, JSON.parse(line) as Ready, folder);
    throw new Error(`the server ended: ${said}`);
  }

  /** By its own process id; it also ends when this process does. */
  public async stop(): Promise<void> {
    this.child.kill();
    if (this.child.exitCode === null && this.child.signalCode === null)
      await once(this.child, "exit");
    rmSync(this.folder, { recursive: true });
  }

  /** For processes: how to reach it, as this role. */
  public environment(role: string): Credentials {
    const { [role]: credentials } = this.ready.credentials;
    if (credentials === undefined) throw new Error(`no role ${role}`);
    return { ...this.address, ...credentials };
  }

  /** How to reach it, as nobody. */
  public get address(): Credentials {
    return {
      AWS_ENDPOINT_URL: `http://127.0.0.1:${this.ready.port}`,
      AWS_DEFAULT_REGION: ACCOUNT.region,
      AWS_EC2_METADATA_DISABLED: "true",
    };
  }

  /** All requests so far. */
  public get requests(): readonly LoggedRequest[] {
    const roles = new Map(
      Object.entries(this.ready.credentials).map(([role, given]) => [
        given["AWS_ACCESS_KEY_ID"],
        role,
      ]),
    );
    const lines = readFileSync(join(this.folder, "requests.jsonl"), "utf8").trim().split("\n");
    return lines.map((line) => {
      const { key, ...request } = JSON.parse(line) as LoggedRequest & { readonly key: string };
      return { ...request, role: roles.get(key) ?? key };
    });
  }
}
