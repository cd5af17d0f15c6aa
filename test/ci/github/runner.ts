import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { write } from "../../components/ci/project";
import { pythonPath } from "../../components/ci/python";
import { act } from "./act";
import type { Event } from "./events";
import type { Repository } from "./repository";
import { onPath } from "./tools";
import { WorkflowRun } from "./workflowRun";

const PROGRAMS = join(__dirname, "programs");

/** What the machine has of this one. */
const SYSTEM = [
  ...["bash", "sh", "env", "git", "cat", "chmod", "cp", "mkdir", "mv", "rm", "touch", "sleep"],
  ...["basename", "dirname", "date", "od", "tr", "uname"],
];

/** What stands for programs, by the folder that an action puts on the PATH; what is in `bin` is there from the beginning. */
const INSTALLED = {
  bin: { docker: ["-S", "-E", script("docker")], aws: ["-S", "-E", script("cloud_cli"), "aws"] },
  uv: { uv: [script("uv")] },
  node: { npm: ["-S", "-E", script("npm")] },
  pulumi: { pulumi: ["-S", "-E", script("cloud_cli"), "pulumi"] },
};

function script(name: string): string {
  return `"${join(PROGRAMS, `${name}.py`)}"`;
}

/** A run of a workflow. */
export interface RunInput {
  readonly event: Event;
  readonly repository: Repository;
  /** Below the repository's folder. */
  readonly workflow: string;
  /** Folders by `owner/name@ref` that have workflows which are called. */
  readonly called?: Readonly<Record<string, string>>;
  readonly secrets?: Readonly<Record<string, string>>;
  /** Address of what stands for GitHub's API. */
  readonly api: string;
  /** Of all jobs. */
  readonly env: NodeJS.ProcessEnv;
}

/** A machine that runs workflows, with programs that stand for the ones of GitHub's. */
export class Runner {
  /** All repositories, each at `owner/name`. */
  public readonly repositories: string;

  private last = 0;

  private constructor(public readonly root: string) {
    this.repositories = join(root, "repositories");
  }

  public static make(): Runner {
    // A short path: a code server's socket is in it.
    const runner = new Runner(mkdtempSync(join(tmpdir(), "ci-")));
    for (const [folder, programs] of Object.entries(INSTALLED))
      for (const [program, command] of Object.entries(programs))
        runner.install(join(folder, program), pythonPath(), ...command);
    for (const program of SYSTEM)
      symlinkSync(onPath(program), join(runner.root, "tools", "bin", program));
    // Without the packages that the tests' own Python has.
    runner.install(join("bin", "python3"), realpathSync(pythonPath()));
    return runner;
  }

  public remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  public async run(input: RunInput): Promise<WorkflowRun> {
    const { event, repository, workflow, called = {}, secrets = {}, api, env } = input;
    const id = ++this.last;
    const folder = join(this.root, "runs", String(id));
    mkdirSync(join(folder, "artifacts"), { recursive: true });
    const calls = join(folder, "calls");
    const ended = await act({
      ...{ folder, workflow, repositories: called, actor: "ada" },
      ...{ event: event.name, payload: event.payload, checkout: repository.folder },
      secrets: { GITHUB_TOKEN: "token-of-the-job", ...secrets },
      github: {
        GITHUB_REPOSITORY: repository.name,
        GITHUB_RUN_ID: String(1000 + id),
        GITHUB_API_URL: api,
      },
      env: { ...this.environment, CALLS: calls, ARTIFACTS: join(folder, "artifacts"), ...env },
    });
    return WorkflowRun.of(ended, existsSync(calls) ? readFileSync(calls, "utf8") : "");
  }

  private get environment(): NodeJS.ProcessEnv {
    const tools = join(this.root, "tools");
    return {
      PATH: join(tools, "bin"),
      REPOSITORIES: this.repositories,
      RUNNER_STUBS: PROGRAMS,
      RUNNER_TOOLS: tools,
    };
  }

  private install(program: string, ...command: readonly string[]): void {
    const path = join("tools", program);
    write(this.root, path, `#!/bin/sh\nexec ${command.join(" ")} "$@"\n`);
    chmodSync(join(this.root, path), 0o755);
  }
}
