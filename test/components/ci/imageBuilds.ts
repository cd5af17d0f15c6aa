import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { writeProject } from "./project";
import { pythonPath, SCRIPTS, startPython, type Ended, type Started } from "./python";

/** What docker or buildah does instead of what is usual. */
export interface Answer {
  readonly code?: number;
  readonly stdout?: string;
  readonly stderr?: string;
  /** How long it takes before that. */
  readonly seconds?: number;
}

/** Digest of everything that is pushed. */
export const DIGEST = `sha256:${"a".repeat(64)}`;

export const IMAGE = "registry.test/acme/tiny";

/** A pin of two components: the state of one is in the store, that of the other in the image. */
export const PIN = {
  __class__: "DefsStateInfo",
  info_mapping: {
    "Source[api]": { __class__: "DefsKeyStateInfo", create_timestamp: 1, version: "v-1" },
    "Source[dbt]": { __class__: "DefsKeyStateInfo", create_timestamp: 1, version: "__local__" },
  },
};

const LOCAL_STATE = "tiny/defs/.local_defs_state/Source__dbt__/state";

/** Runs build_image.py for a small real project, with a docker and a buildah that are builderProgram.py. */
export class ImageBuilds {
  public readonly folder = mkdtempSync(join(tmpdir(), "image-builds-"));
  public readonly project = join(this.folder, "project");
  public readonly log = join(this.folder, "logs", "image.log");

  public constructor() {
    const programs = join(this.folder, "bin");
    mkdirSync(programs);
    for (const name of ["docker", "buildah"]) {
      const script = join(__dirname, "builderProgram.py");
      const line = `exec '${pythonPath()}' '${script}' ${name} "$@"`;
      writeFileSync(join(programs, name), `#!/bin/sh\n${line}\n`);
      chmodSync(join(programs, name), 0o755);
    }
  }

  /** As it was before the first build. */
  public reset(): void {
    for (const entry of readdirSync(this.folder))
      if (entry !== "bin") rmSync(join(this.folder, entry), { recursive: true });
    writeProject(this.project, [
      { name: "api", url: "http://127.0.0.1:1" },
      { name: "dbt", url: "http://127.0.0.1:1", local: true },
    ]);
    this.write("project/Dockerfile", "FROM scratch\n");
    this.write(`project/${LOCAL_STATE}`, '["local"]');
    this.write("store/defs-state/tiny/Source__api__/v-1", '["stored"]');
    this.write("defs-state.json", JSON.stringify(PIN));
    const codeServer = ["--autoload-defs-module-name", "tiny.defs"];
    this.write("locations.json", JSON.stringify({ tiny: { codeServer, env: { A: "b c=d" } } }));
    this.write("image.txt", "of an older build");
  }

  /** Says what the next calls that begin with these words do, one after the other. */
  public answer(words: string, ...answers: readonly Answer[]): void {
    const all = JSON.parse(this.read("answers.json") ?? "{}") as Record<string, unknown>;
    this.write("answers.json", JSON.stringify({ ...all, [words]: answers }));
  }

  public start(options: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Started {
    const file = (name: string): string => join(this.folder, name);
    const args = [
      join(SCRIPTS, "build_image.py"),
      ...["--location", "tiny", "--locations", file("locations.json"), "--project", this.project],
      ...["--image", `${IMAGE}:release-1`, "--defs-state", file("defs-state.json")],
      ...["--state-store", `file://${file("store")}`, "--output", file("image.txt")],
      ...["--log", this.log, "--base-delay", "0.01", "--attempts", "3"],
      ...options,
    ];
    return startPython(args, this.environment(env));
  }

  public async run(options: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
    const ended = await this.start(options, env).ended;
    if (/Traceback|unexpected \w+Error/.test(ended.stderr))
      throw new Error(`a trace: ${ended.stderr}`);
    return ended;
  }

  /** With the two programs on the PATH. */
  public environment(env: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
    const path = `${join(this.folder, "bin")}:${process.env["PATH"] ?? ""}`;
    return { PATH: path, FAKE: this.folder, ...env };
  }

  /** All calls, with what differs each time replaced. */
  public get calls(): readonly (readonly string[])[] {
    const lines = (this.read("calls") ?? "").split("\n").filter(Boolean);
    const plain = lines.map((line) =>
      line
        .replaceAll(/image-check-[0-9a-f]{12}/g, "CONTAINER")
        .replaceAll(/[^"=]*\/image-(check|push)-\w+/g, "TEMPORARY"),
    );
    return plain.map((line) => JSON.parse(line) as string[]);
  }

  /** `docker build`, `docker push`: what was called, in its order. */
  public get verbs(): readonly string[] {
    return this.calls.map(([program = "", verb = ""]) => `${program} ${verb}`);
  }

  /** What was pushed, as the next job reads it; undefined: no file. */
  public get output(): string | undefined {
    return this.read("image.txt");
  }

  /** Calls that have not ended. */
  public get running(): readonly number[] {
    const pids = (this.read("pids") ?? "").split("\n").filter(Boolean).map(Number);
    return pids.filter((pid) => existsSync(`/proc/${pid}`));
  }

  public get containers(): readonly string[] {
    const folder = join(this.folder, "containers");
    return existsSync(folder) ? readdirSync(folder) : [];
  }

  public read(name: string): string | undefined {
    const path = join(this.folder, name);
    return existsSync(path) ? readFileSync(path, "utf8") : undefined;
  }

  public write(name: string, text: string): void {
    const path = join(this.folder, name);
    mkdirSync(join(path, ".."), { recursive: true });
    writeFileSync(path, text);
  }

  public remove(name = "."): void {
    rmSync(join(this.folder, name), { recursive: true });
  }
}
