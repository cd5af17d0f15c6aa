import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { writeProject, type ComponentSpec } from "./project";
import { SCRIPTS, startPython, type Ended, type Started } from "./python";
import { Source, type Behaviour } from "./source";
import { StateServer } from "./stateServer";

/** How one refresh ended. */
export interface Refreshed extends Ended {
  /** The pin; undefined: no file was written. */
  readonly pin: unknown;
}

/** One component for each behaviour of its source. */
export type Components = Readonly<Record<string, Behaviour>>;

/** What refresh.py needs around it: a source, a state store, projects. */
export class RefreshRuns {
  private constructor(
    public readonly source: Source,
    private readonly port: number,
    public readonly store: StateServer,
    private readonly root: string,
  ) {}

  public static async start(): Promise<RefreshRuns> {
    const [{ source, port }, store] = await Promise.all([Source.start(), StateServer.start()]);
    return new RefreshRuns(source, port, store, mkdtempSync(join(tmpdir(), "refresh-test-")));
  }

  public async stop(): Promise<void> {
    this.source.stop();
    await this.store.stop();
    rmSync(this.root, { recursive: true, force: true });
  }

  /** A folder of its own for one case, which is also the name of its bucket and its location. */
  public folder(name: string): string {
    const folder = join(this.root, name);
    mkdirSync(folder, { recursive: true });
    return folder;
  }

  /** Makes bucket and project; each component reads `/<case>/<component>`. */
  public async project(
    name: string,
    components: Components,
    change: (spec: ComponentSpec) => ComponentSpec = (spec) => spec,
  ): Promise<string> {
    await this.store.createBucket(name);
    const specs = Object.entries(components).map(([component, behaviour]) => {
      this.source.on(`/${name}/${component}`, behaviour);
      const url = `http://127.0.0.1:${this.port}/${name}/${component}`;
      return change({ name: component, url });
    });
    return writeProject(join(this.folder(name), "project"), specs);
  }

  public start(
    name: string,
    options: readonly string[] = [],
    env: NodeJS.ProcessEnv = {},
  ): Started {
    const args = [
      join(SCRIPTS, "refresh.py"),
      ...["--location", name, "--state-store", `s3://${name}`, "--base-delay", "0.05"],
      ...["--project", join(this.folder(name), "project"), "--output", this.output(name)],
      ...options,
    ];
    return startPython(args, { ...this.store.environment, ...env });
  }

  public async run(
    name: string,
    options: readonly string[] = [],
    env: NodeJS.ProcessEnv = {},
  ): Promise<Refreshed> {
    const ended = await this.start(name, options, env).ended;
    if (/Traceback|^ {2}File "/m.test(ended.stderr)) throw new Error(`a trace: ${ended.stderr}`);
    return { ...ended, pin: this.pin(name) };
  }

  public output(name: string): string {
    return join(this.folder(name), "defs-state.json");
  }

  /** What was written for a code server; undefined: nothing. */
  public pin(name: string): unknown {
    const output = this.output(name);
    return existsSync(output) ? (JSON.parse(readFileSync(output, "utf8")) as unknown) : undefined;
  }

  public fetches(name: string, component: string): number {
    return this.source.fetches(`/${name}/${component}`);
  }
}

/** The versions of a pin by key. */
export function versionsOf(pin: unknown): Readonly<Record<string, string>> {
  const { info_mapping: mapping } = pin as { info_mapping: Record<string, { version: string }> };
  return Object.fromEntries(Object.entries(mapping).map(([key, info]) => [key, info.version]));
}

/** True while somebody keeps writing to the file. */
export async function grows(file: string): Promise<boolean> {
  const before = statSync(file).size;
  await new Promise((resolve) => setTimeout(resolve, 400));
  return statSync(file).size > before;
}
