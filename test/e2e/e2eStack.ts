import { execFile, spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { FileServer } from "../../sandbox/fileServer";
import { PROJECT } from "../../sandbox/folders";
import { Kubectl, type PortForward } from "../../stacks/kubectl";
import { DagsterApi } from "../../stacks/dagsterApi";

/** How a program ended. */
export interface Ended {
  readonly code: number;
  /** Standard output and error, in their order. */
  readonly said: string;
  readonly seconds: number;
}

/** One entry of the list, as far as these tests write it. */
export interface Entry {
  readonly name: string;
  readonly module?: string;
  readonly autoload?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly secrets?: readonly string[];
  /** Pins it: no release is needed. */
  readonly image?: string;
}

export const STACK = "e2e";
export const NAMESPACE = "dagster-e2e";
export const DATA_NAMESPACE = `${NAMESPACE}-data`;

/** Of the project, what the program is. */
const PROGRAM = [
  ...["components", "stacks", "commands", "sandbox", "examples", "node_modules"],
  ...["index.ts", "package.json", "tsconfig.json"],
];

/** A copy of the program with a stack, a list and release records of its own. */
export class E2eStack {
  public readonly folder: string;
  private forwarded: PortForward | undefined;
  private files: FileServer | undefined;
  private readonly config = new Map<string, string | number | boolean>();

  public constructor() {
    this.folder = mkdtempSync(join(tmpdir(), "e2e-"));
    for (const part of PROGRAM) symlinkSync(join(PROJECT, part), join(this.folder, part));
    cpSync(join(PROJECT, "Pulumi.yaml"), join(this.folder, "Pulumi.yaml"));
    mkdirSync(join(this.folder, "state"));
    this.list([]);
    const { E2E_CHART: chart, E2E_STORAGE_CLASS: storageClass } = process.env;
    this.configure({
      namespace: NAMESPACE,
      releasesFolder: "releases",
      maxConcurrentRuns: 5,
      postgresMaxConnections: 400,
      postgresSizeGiB: 1,
      stateStoreSizeGiB: 1,
      rolloutTimeoutSeconds: 300,
      ...(chart === "published" || chart === undefined ? {} : { chartPath: chart }),
      ...(storageClass === undefined ? {} : { storageClass }),
    });
  }

  /** Writes the list. */
  public list(entries: readonly Entry[]): void {
    const locations = entries.map((entry) => ({
      repository: `acme/${entry.name}`,
      checkout: join("examples", entry.autoload === undefined ? "finance" : "crm"),
      resources: { cpu: "50m", memoryMiB: 384 },
      ...(entry.autoload === undefined ? { module: "e2e_code" } : {}),
      ...entry,
    }));
    // JSON is YAML.
    writeFileSync(join(this.folder, "locations.yaml"), JSON.stringify({ locations }, null, 2));
  }

  /** Sets keys of the stack's config. */
  public configure(values: Readonly<Record<string, string | number | boolean>>): void {
    for (const [key, value] of Object.entries(values)) this.config.set(key, value);
    const lines = [...this.config].map(
      ([key, value]) => `  dagster-platform:${key}: ${String(value)}`,
    );
    writeFileSync(join(this.folder, `Pulumi.${STACK}.yaml`), `config:\n${lines.join("\n")}\n`);
  }

  /** `npm run release` for a location, with a given image. */
  public async release(location: string, image: string): Promise<void> {
    const ended = await this.command("release", location, "--image", image);
    if (ended.code !== 0) throw new Error(`release of ${location}: ${ended.said}`);
  }

  /** A command of the project, such as `status`. */
  public command(name: string, ...args: readonly string[]): Promise<Ended> {
    const script = ["--import", "tsx", `commands/${name}.ts`, "--stack", STACK];
    return this.run("node", [...script, ...args]);
  }

  public pulumi(...args: readonly string[]): Promise<Ended> {
    return this.run("pulumi", [...args, "--non-interactive", "--stack", STACK]);
  }

  /** `pulumi up`; what it says goes into the failure when it fails. */
  public async up(...args: readonly string[]): Promise<Ended> {
    const ended = await this.pulumi("up", "--yes", ...args);
    if (ended.code !== 0) throw new Error(ended.said);
    return ended;
  }

  /** `pulumi up`, of which the engine is killed when Helm has got so many new releases. */
  public async killedUp(newReleases: number): Promise<void> {
    const before = (await this.releases()).length;
    const child = spawn("pulumi", ["up", "--yes", "--non-interactive", "--stack", STACK], {
      ...{ cwd: this.folder, env: this.environment({}), stdio: "ignore" },
      // A group of its own: plugins and the program are killed with it.
      detached: true,
    });
    const ended = new Promise((resolve) => child.on("close", resolve));
    while (child.exitCode === null && (await this.releases()).length < before + newReleases)
      await new Promise((resolve) => setTimeout(resolve, 50));
    if (child.exitCode !== null) throw new Error("the update ended before it could be killed");
    process.kill(-(child.pid ?? 0), "SIGKILL");
    await ended;
  }

  /** The update after `npm run recover`. */
  public async upAfterRecovery(): Promise<void> {
    const args = ["up", "--yes", "--non-interactive", "--stack", STACK];
    const ended = await this.run("pulumi", args, { PULUMI_K8S_UPSERT_EXISTING_OBJECTS: "true" });
    if (ended.code !== 0) throw new Error(ended.said);
  }

  /** Names of the Secrets in which Helm keeps its releases. */
  private async releases(): Promise<readonly string[]> {
    const text = await this.kubectl(
      "get",
      "secrets",
      "-n",
      NAMESPACE,
      "-l",
      "owner=helm",
      "-o",
      "name",
    );
    return text.split("\n").filter((line) => line !== "");
  }

  /** Serves the API of the CRM of `examples/crm` from its file. */
  public async serveCrm(): Promise<string> {
    this.files ??= await FileServer.start();
    this.files.add("crm", join(PROJECT, "examples", "crm"));
    return `${this.files.url}/crm/api`;
  }

  public async init(): Promise<void> {
    const ended = await this.run("pulumi", ["stack", "init", STACK, "--non-interactive"]);
    if (ended.code !== 0) throw new Error(ended.said);
    // `stack init` has written its salt into the stack's file.
    this.configure({});
  }

  public async kubectl(...args: readonly string[]): Promise<string> {
    const ended = await this.run("kubectl", args);
    if (ended.code !== 0) throw new Error(ended.said);
    return ended.said;
  }

  /** Objects of one kind. */
  public async objects<T>(kind: string, ...args: readonly string[]): Promise<readonly T[]> {
    const text = await this.kubectl("get", kind, "--namespace", NAMESPACE, "-o", "json", ...args);
    return (JSON.parse(text) as { items: T[] }).items;
  }

  /** The webserver's API; one forward for all tests, made anew when its pod is gone. */
  public async api(): Promise<DagsterApi> {
    if (this.forwarded !== undefined) {
      const api = new DagsterApi(this.forwarded.url);
      if (
        await api.platform().then(
          () => true,
          () => false,
        )
      )
        return api;
      await this.forwarded.close();
    }
    const target = "service/dagster-dagster-webserver";
    this.forwarded = await new Kubectl().portForward(NAMESPACE, target, 3000);
    return new DagsterApi(this.forwarded.url);
  }

  /** Ends what was opened, and removes the platform with its data. */
  public async remove(): Promise<void> {
    await this.forwarded?.close();
    this.files?.close();
    await this.pulumi("cancel", "--yes");
    await this.pulumi("destroy", "--yes");
    await this.kubectl("delete", "namespace", NAMESPACE, DATA_NAMESPACE, "--ignore-not-found");
  }

  private run(
    program: string,
    args: readonly string[],
    env: NodeJS.ProcessEnv = {},
  ): Promise<Ended> {
    const begun = Date.now();
    return new Promise((resolve) => {
      const options = { cwd: this.folder, env: this.environment(env), maxBuffer: 2 ** 26 };
      const child = execFile(program, args, options, () => undefined);
      let said = "";
      for (const stream of [child.stdout, child.stderr])
        stream?.on("data", (chunk: string) => (said += chunk));
      child.on("close", (code) => {
        resolve({ code: code ?? 1, said, seconds: (Date.now() - begun) / 1000 });
      });
      child.on("error", (error) => {
        resolve({ code: 127, said: error.message, seconds: 0 });
      });
    });
  }

  /** State, passphrase and plugins of its own, unless the caller has set where they are. */
  public environment(more: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
    return {
      ...process.env,
      PULUMI_BACKEND_URL: `file://${join(this.folder, "state")}`,
      PULUMI_CONFIG_PASSPHRASE: "e2e",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      NO_COLOR: "1",
      ...more,
    };
  }
}
