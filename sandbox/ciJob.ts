import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";

import type { Location } from "../stacks/list/locationSchema";
import { checkOut, digestOf, finishBuild, newBuildFolder, type Build } from "./builds";
import { BuildError, readPyproject, type Environments } from "./environments";
import { PROJECT, type Folders } from "./folders";
import { reasonIn } from "./pythonLog";
import type { Command, Processes } from "./processes";

const exec = promisify(execFile);

/** What a CI job of the sandbox works with. */
export interface CiJobArgs {
  readonly folders: Folders;
  readonly processes: Processes;
  readonly environments: Environments;
  /** `s3://bucket` */
  readonly stateStore: string;
  /** What the job's processes get: how to reach the store, and the location's own variables. */
  readonly environment: NodeJS.ProcessEnv;
  /** One short line for each thing that is done. */
  readonly report: (line: string) => void;
}

/**
 * What a push to the repository's main branch does in CI, run on this machine with the same scripts: checkout, refresh
 * of the defs state, build, release record.
 * @param checkout - the repository's folder
 * @throws BuildError with the reason, for the location's team; nothing is released then
 */
export async function runCiJob(
  location: Location,
  checkout: string,
  args: CiJobArgs,
): Promise<void> {
  const folder = newBuildFolder(args.folders.builds, location.name, new Date());
  const project = join(folder, "app");
  checkOut(checkout, project);
  const sourceDigest = digestOf(project);
  const base = await args.environments.forProject(location.name, project);
  const python = await args.environments.layered(join(folder, "venv"), base, project);
  if (hasBuildSystem(project))
    await args.environments.installProject(location.name, python, project);
  const build = {
    sourceDigest,
    folder,
    project,
    python,
    binaries: [dirname(python), dirname(base)],
  };
  const defsState = join(folder, "defs-state.json");
  await refresh(location, build, defsState, args);
  const image = `sandbox.local/${location.name}@${digestOf(folder, NOT_IN_IMAGE)}`;
  finishBuild({ ...build, image });
  await release(location, { ...build, image }, checkout, defsState, args);
}

/**
 * The folder of a location's code on this machine.
 * @param listFile - `checkout` is relative to it
 * @throws BuildError when there is none
 */
export function checkoutFolder(location: Location, listFile: string): string {
  const { checkout, directory } = location;
  if (checkout === undefined)
    throw new BuildError("no `checkout:` in the list: give the folder of its repository");
  const folder = resolve(dirname(listFile), checkout, directory);
  if (!existsSync(folder)) throw new BuildError(`its checkout ${folder} is not there`);
  return folder;
}

/** Fewer than in CI: somebody sits and waits. */
const ATTEMPTS = "3";

/** Of a build's folder, what its digest leaves out; local defs state counts. */
const NOT_IN_IMAGE: ReadonlySet<string> = new Set(["venv", "__pycache__", "defs-state.json"]);

async function refresh(
  location: Location,
  build: Omit<Build, "image">,
  output: string,
  args: CiJobArgs,
): Promise<void> {
  const command = script("refresh.py", location, build, args, [
    ...["--project", build.project],
    ...["--output", output, "--attempts", ATTEMPTS],
    ...["--log", join(args.folders.logs, `${location.name}-refresh.log`)],
  ]);
  await expectOk(command, args);
}

async function release(
  location: Location,
  build: Build,
  checkout: string,
  defsState: string,
  args: CiJobArgs,
): Promise<void> {
  const commit = await commitOf(checkout);
  const command = script("release.py", location, build, args, [
    ...["--image", build.image],
    ...["--repository", location.repository],
    ...["--defs-state", defsState],
    ...["--released-by", "sandbox"],
    ...(commit === undefined ? [] : ["--commit", commit]),
  ]);
  await expectOk(command, args);
}

/** The same script that the location's CI runs, in the location's own environment. */
function script(
  file: string,
  location: Location,
  build: Omit<Build, "image">,
  args: CiJobArgs,
  options: readonly string[],
): Command {
  return {
    name: `${location.name}-job`,
    command: build.python,
    args: [
      join(PROJECT, "components", "ci", file),
      ...["--location", location.name],
      ...["--state-store", args.stateStore],
      ...options,
    ],
    cwd: build.project,
    env: { ...args.environment, PATH: pathOf(build) },
  };
}

/** `PATH` with the build's own programs first. */
export function pathOf(build: Pick<Build, "binaries">): string {
  return [...build.binaries, process.env["PATH"] ?? ""].join(":");
}

async function expectOk(command: Command, args: CiJobArgs): Promise<void> {
  const ended = await args.processes.run(command, args.report);
  if (ended.code === 0) return;
  const said = ended.stderr.trim();
  if (said.includes("Traceback")) throw new BuildError(reasonIn(said));
  throw new BuildError(said === "" ? `${command.name} ended with ${ended.code}` : said);
}

/** The folder's last commit, or undefined outside git. */
async function commitOf(folder: string): Promise<string | undefined> {
  const answer = await exec("git", ["-C", folder, "rev-parse", "HEAD"]).catch(() => undefined);
  return answer?.stdout.trim();
}

function hasBuildSystem(project: string): boolean {
  return readPyproject(join(project, "pyproject.toml"))["build-system"] !== undefined;
}
