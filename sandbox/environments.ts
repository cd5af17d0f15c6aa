import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { parse } from "smol-toml";

import { PROJECT, type Folders } from "./folders";
import type { Processes } from "./processes";
import type { PythonTools } from "./python";
import { InvalidInputError } from "../stacks/invalidInputError";

/** One exact version of everything; what a location asks for itself comes first. */
const CONSTRAINTS = join(PROJECT, "sandbox", "constraints.txt");

const REQUIREMENTS = join(PROJECT, "sandbox", "requirements.in");

const GCS_REQUIREMENTS = join(PROJECT, "sandbox", "requirements-gcs.in");

/** The last file that is written into an environment: one without it is half made. */
const COMPLETE = ".complete";

/** A location whose environment or build cannot be made; the message is for its team. */
export class BuildError extends InvalidInputError {}

/** Makes Python environments, each once for what is in it, and keeps them between starts. */
export class Environments {
  private readonly making = new Map<string, Promise<string>>();

  public constructor(
    private readonly tools: PythonTools,
    private readonly processes: Processes,
    private readonly folders: Folders,
    /** Told before something that takes long. */
    private readonly report: (line: string) => void,
  ) {}

  /** The sandbox's own: webserver, daemon, S3 server. @returns its Python */
  public platform(): Promise<string> {
    return this.environment("platform", [REQUIREMENTS], () => ["-r", REQUIREMENTS]);
  }

  /** A small one that reaches Google Cloud Storage. @returns its Python */
  public googleStorage(): Promise<string> {
    return this.environment("gcs", [GCS_REQUIREMENTS], () => ["-r", GCS_REQUIREMENTS]);
  }

  /**
   * What a repository asks for, and for a dg project `dg`, which refreshes its defs state.
   * @param project - folder with `pyproject.toml`
   * @returns its Python
   * @throws BuildError
   */
  public forProject(name: string, project: string): Promise<string> {
    const pyproject = join(project, "pyproject.toml");
    if (!existsSync(pyproject))
      throw new BuildError(`no pyproject.toml in ${project}: add one with [project] dependencies`);
    const files = ["pyproject.toml", "uv.lock", "dg.toml"].map((file) => join(project, file));
    return this.environment(name, files.filter(existsSync), async (folder) => [
      ...(await this.requirementsOf(name, project, folder)),
      ...(isDgProject(project) ? ["dagster-dg-cli"] : []),
    ]);
  }

  /** A thin environment of its own for one build: another one's packages, and the build's code. */
  public async layered(folder: string, basePython: string, project: string): Promise<string> {
    const python = await this.create(folder);
    const base = sitePackages(join(basePython, "..", ".."));
    const code = [join(project, "src"), project].filter((path) => existsSync(path));
    const lines = [`import site; site.addsitedir(${JSON.stringify(base)})`, ...code];
    writeFileSync(join(sitePackages(folder), "_build.pth"), `${lines.join("\n")}\n`);
    return python;
  }

  /** Installs a project itself, editable, so that its entry points are known. */
  public async installProject(name: string, python: string, project: string): Promise<void> {
    await this.install(name, python, ["--no-deps", "--editable", project]);
  }

  private environment(
    name: string,
    files: readonly string[],
    packages: (folder: string) => readonly string[] | Promise<readonly string[]>,
  ): Promise<string> {
    const key = this.key(files);
    const made =
      this.making.get(key) ?? this.make(name, join(this.folders.environments, key), packages);
    this.making.set(key, made);
    made.catch(() => this.making.delete(key));
    return made;
  }

  private async make(
    name: string,
    folder: string,
    packages: (folder: string) => readonly string[] | Promise<readonly string[]>,
  ): Promise<string> {
    const python = join(folder, "bin", "python");
    if (existsSync(join(folder, COMPLETE))) return python;
    this.report(`${name}: installing packages`);
    await this.create(folder);
    const wanted = await packages(folder);
    try {
      await this.install(name, python, ["-c", CONSTRAINTS, ...wanted]);
    } catch (error) {
      if (name === "platform") throw error;
      // A repository may need other versions than ours: then its own demands alone decide.
      await this.install(name, python, wanted);
    }
    writeFileSync(join(folder, COMPLETE), name);
    return python;
  }

  private async create(folder: string): Promise<string> {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(join(folder, ".."), { recursive: true });
    const { python, uv } = this.tools;
    const [command, args] =
      uv === undefined
        ? [python, ["-m", "venv", folder]]
        : [uv, ["venv", "--quiet", "--python", python, folder]];
    await this.expect("environment", command, args);
    return join(folder, "bin", "python");
  }

  private async install(name: string, python: string, args: readonly string[]): Promise<void> {
    const { uv } = this.tools;
    if (uv === undefined)
      await this.expect(name, python, ["-m", "pip", "install", "--quiet", ...args]);
    else await this.expect(name, uv, ["pip", "install", "--quiet", "--python", python, ...args]);
  }

  /** `uv.lock` decides when it is there and uv too; else `[project] dependencies`. */
  private async requirementsOf(
    name: string,
    project: string,
    folder: string,
  ): Promise<readonly string[]> {
    const { uv } = this.tools;
    if (uv === undefined) return dependencies(join(project, "pyproject.toml"));
    if (!existsSync(join(project, "uv.lock"))) return ["-r", join(project, "pyproject.toml")];
    const file = join(folder, "locked.txt");
    const options = ["--frozen", "--no-dev", "--no-emit-project", "--no-hashes", "--quiet"];
    await this.expect(name, uv, ["export", "--project", project, ...options, "-o", file]);
    return ["-r", file];
  }

  private async expect(name: string, command: string, args: readonly string[]): Promise<void> {
    const ended = await this.processes.run({ name, command, args });
    if (ended.code === 0) return;
    throw new BuildError(`packages could not be installed: ${lastSentence(ended.stderr)}`);
  }

  private key(files: readonly string[]): string {
    const hash = createHash("sha256").update(`${this.tools.version} ${this.tools.python}`);
    for (const file of [...files, CONSTRAINTS]) hash.update(readFileSync(file)).update("\0");
    return hash.digest("hex").slice(0, 16);
  }
}

/** An installer explains at length and comes to its point at the end. */
function lastSentence(text: string): string {
  const plain = text.trim().replaceAll(/\s+/g, " ");
  return plain.split(/(?<=\.) /).at(-1) ?? plain;
}

/** @throws BuildError when the file is not a Python project's */
function dependencies(pyproject: string): readonly string[] {
  const data = readPyproject(pyproject);
  if (data.project === undefined)
    throw new BuildError(`${pyproject} has no [project] table: list the dependencies there`);
  return data.project.dependencies ?? [];
}

/** Only there can components be state-backed. */
function isDgProject(project: string): boolean {
  if (existsSync(join(project, "dg.toml"))) return true;
  return readPyproject(join(project, "pyproject.toml")).tool?.dg !== undefined;
}

interface Pyproject {
  readonly project?: { readonly dependencies?: readonly string[] };
  readonly tool?: { readonly dg?: unknown };
  readonly "build-system"?: unknown;
}

/** @throws BuildError when it is not TOML */
export function readPyproject(file: string): Pyproject {
  try {
    return parse(readFileSync(file, "utf8"));
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
    throw new BuildError(`${file}: ${reason}`);
  }
}

function sitePackages(environment: string): string {
  const lib = join(environment, "lib");
  const python = readdirSync(lib).find((entry) => entry.startsWith("python"));
  return join(lib, python ?? "python3", "site-packages");
}
