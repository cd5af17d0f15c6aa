import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { write } from "./project";
import { SCRIPTS, startPython, type Ended, type Started } from "./python";

/** Keeps its arguments and where it was told to install; `fails` is what it says before it fails. */
const UV = `#!/bin/sh
echo "$*" >> "$FAKE/calls"
echo "$UV_PROJECT_ENVIRONMENT $VIRTUAL_ENV" > "$FAKE/environment"
pwd > "$FAKE/cwd"
case "$*" in
  "sync --locked") [ ! -e "$FAKE/locked" ] || { cat "$FAKE/locked" >&2; exit 2; } ;;
  sync) [ -e uv.lock ] || echo made > uv.lock ;;
esac
if [ -e "$FAKE/fails" ]; then cat "$FAKE/fails" >&2; exit 1; fi
[ ! -e "$FAKE/slow" ] || { echo $$ > "$FAKE/pid"; exec sleep 60; }
`;

/** A pyproject.toml with a project. */
export const PYPROJECT = '[project]\nname = "tiny"\nversion = "1"\nrequires-python = ">=3.10"\n';

/** Runs install_project.py for a folder of a checkout, with a uv that only keeps what it is asked. */
export class Installs {
  public readonly root = mkdtempSync(join(tmpdir(), "install-project-"));
  public readonly checkout = join(this.root, "checkout");
  public readonly project = join(this.checkout, "packages", "tiny");
  public readonly environment = join(this.root, "environment");
  public readonly log = join(this.root, "logs", "install.log");

  public constructor() {
    mkdirSync(this.project, { recursive: true });
    this.write("fake/uv", UV);
    chmodSync(join(this.root, "fake", "uv"), 0o755);
  }

  public start(
    env: NodeJS.ProcessEnv = {},
    { project, environment } = { project: this.project, environment: this.environment },
  ): Started {
    const fake = join(this.root, "fake");
    const path = `${fake}:${process.env["PATH"] ?? ""}`;
    const folders = ["--project", project, "--environment", environment];
    return startPython([join(SCRIPTS, "install_project.py"), ...folders, "--log", this.log], {
      ...{ PATH: path, FAKE: fake, VIRTUAL_ENV: "/other" },
      ...env,
    });
  }

  public run(...args: Parameters<Installs["start"]>): Promise<Ended> {
    return this.start(...args).ended;
  }

  /** What uv was asked for. */
  public get calls(): readonly string[] {
    return this.read("fake/calls").split("\n").filter(Boolean);
  }

  public write(name: string, text: string): void {
    write(this.root, name, text);
  }

  /** "" when it is not there. */
  public read(name: string): string {
    const path = join(this.root, name);
    return existsSync(path) ? readFileSync(path, "utf8") : "";
  }

  public remove(): void {
    rmSync(this.root, { recursive: true });
  }
}

/** Whether there is a real uv. */
export function hasUv(): boolean {
  try {
    execFileSync("uv", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
