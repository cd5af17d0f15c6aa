import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { evaluate, runScript, type Ended } from "./python";
import { StateServer } from "./stateServer";

/** Any digest. */
export const DIGEST = `sha256:${"0".repeat(64)}`;

/** Two commits. */
export const COMMIT = "a".repeat(40);
export const OTHER = "b".repeat(40);

/** A pinned defs state: one key in the store, one in the image. */
export const STATE = {
  __class__: "DefsStateInfo",
  info_mapping: {
    "Api[x]": { __class__: "DefsKeyStateInfo", create_timestamp: 1000.5, version: "v-1" },
    "Dbt[y]": { __class__: "DefsKeyStateInfo", create_timestamp: 900, version: "__local__" },
  },
};

/** Runs release.py against folders, each a store of its own, and against S3. */
export class ReleaseRuns {
  private constructor(
    public readonly server: StateServer,
    public readonly folder: string,
  ) {}

  public static async start(): Promise<ReleaseRuns> {
    const server = await StateServer.start();
    return new ReleaseRuns(server, mkdtempSync(join(tmpdir(), "release-test-")));
  }

  public async stop(): Promise<void> {
    await this.server.stop();
    rmSync(this.folder, { recursive: true });
  }

  /** The URL of a store: the name of a folder, or a URL already. */
  public url(store: string): string {
    return store.includes("://") ? store : `file://${this.folder}/${store}`;
  }

  /** Releases `finance`, unless the options say otherwise. */
  public async release(
    store: string,
    options: Readonly<Record<string, string>>,
    ...flags: readonly string[]
  ): Promise<Ended> {
    const all: Record<string, string> = {
      location: "finance",
      repository: "acme/finance-pipelines",
      image: `registry/finance@${DIGEST}`,
      "state-store": this.url(store),
      ...options,
    };
    const args = Object.entries(all).flatMap(([name, value]) => [`--${name}`, value]);
    const ended = await runScript("release.py", [...args, ...flags], this.server.environment);
    if (/Traceback|unexpected/.test(ended.stderr)) throw new Error(`a trace: ${ended.stderr}`);
    return ended;
  }

  /** The record in a folder's store. */
  public stored(store: string): { commit: string; releasedAt: string; image: string } {
    const path = join(this.folder, store, "releases", "finance.json");
    return JSON.parse(readFileSync(path, "utf8")) as ReturnType<ReleaseRuns["stored"]>;
  }

  /** Writes a file for an option. */
  public file(name: string, content: unknown): string {
    const path = join(this.folder, name);
    writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
    return path;
  }

  /** Puts an object, as another script would. */
  public async put(store: string, key: string, body: string): Promise<void> {
    const code =
      "from object_store import open_store; open_store(given[0]).put(given[1], given[2].encode(), None)";
    await evaluate(code, [this.url(store), key, body], this.server.environment);
  }
}
