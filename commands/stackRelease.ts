import { copyFileSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { userInfo } from "node:os";
import { dirname, join } from "node:path";

import {
  pinnedDefsState,
  type SerializedDefsStateInfo,
} from "../components/dagster/defsStateEnvironment";
import { checkOut, newBuildFolder, tidyBuilds, type Build } from "../sandbox/builds";
import { pathOf } from "../sandbox/ciJob";
import { Environments, readPyproject } from "../sandbox/environments";
import { PROJECT, sandboxFolders, type Folders } from "../sandbox/folders";
import { shellEnvironment } from "../sandbox/processEnvironment";
import { FolderInUseError, Processes } from "../sandbox/processes";
import { findPythonTools, type PythonTools } from "../sandbox/python";
import { reasonIn } from "../sandbox/pythonLog";
import type { BuilderName } from "../stacks/imageBuilder";
import { InvalidInputError } from "../stacks/invalidInputError";
import { ReachableStack, type ReachableState } from "../stacks/reachableStack";
import { readRelease } from "../stacks/releases";
import { print } from "./commandLine";
import { buildImage, findBuilder } from "./imageBuild";
import { prepareImageCheck, STATE } from "./imageCheck";
import { planLines, planRelease, type ReleasePlan, type StackReleaseOptions } from "./releasePlan";

/** The same versions in the image as in the environment that refreshes; the examples' Dockerfiles take them. */
const CONSTRAINTS = "constraints.txt";

/** Fewer than in CI: somebody sits and waits. */
const ATTEMPTS = "3";

/** What all steps of one release share. */
interface Work {
  readonly plan: ReleasePlan;
  readonly stack: ReachableStack;
  readonly state: ReachableState;
  readonly builder: BuilderName | undefined;
  readonly folders: Folders;
  readonly environments: Environments;
  readonly processes: Processes;
  /** Of this release alone; removed at its end. */
  readonly folder: string;
}

/** A Python with what the scripts of CI need, and where they run. */
type Script = Pick<Build, "python" | "project" | "binaries">;

/**
 * Does from here what the location's CI job does: refresh, build, push, release record. The stack runs it with the next
 * `pulumi up`.
 * @throws InvalidInputError, KubectlError in one line; nothing is recorded then
 */
export async function releaseToStack(
  name: string,
  stackName: string,
  options: StackReleaseOptions,
): Promise<void> {
  const stack = ReachableStack.read(stackName);
  const plan = await planRelease(name, options, stack, new Date());
  if (options.dryRun) {
    planLines(plan, stack).forEach((line, index) => {
      print(`${index + 1}. ${line}`);
    });
    print(`then: pulumi up -s ${stackName}`);
    return;
  }
  try {
    const builder = plan.isBuilt ? await findBuilder(options.builder) : undefined;
    const state = await stack.state();
    await work({ plan, stack, state, builder });
  } finally {
    await stack.close();
  }
  print(`run: pulumi up -s ${stackName}`);
}

async function work(given: Pick<Work, "plan" | "stack" | "state" | "builder">): Promise<void> {
  const { name } = given.plan.location;
  const folders = sandboxFolders(join(PROJECT, ".sandbox", "releases", name));
  const tools = await findPythonTools(folders.environments);
  const processes = await startProcesses(name, tools, folders);
  try {
    tidyBuilds(folders.builds, name, undefined);
    const folder = newBuildFolder(folders.builds, name, new Date());
    const environments = new Environments(tools, processes, folders, print);
    await steps({ ...given, folders, environments, processes, folder });
    rmSync(folder, { recursive: true });
  } finally {
    await processes.end();
  }
}

async function startProcesses(
  name: string,
  { python }: PythonTools,
  folders: Folders,
): Promise<Processes> {
  try {
    return await Processes.start(python, folders);
  } catch (error) {
    if (!(error instanceof FolderInUseError)) throw error;
    throw new InvalidInputError(
      `${name} is being released from here at the moment: wait for its end`,
    );
  }
}

async function steps(work: Work): Promise<void> {
  const { plan, builder, folder } = work;
  const script = await prepareScript(work);
  const pin = join(folder, "defs-state.json");
  if (plan.isRefreshed) await refresh(script, pin, work);
  else await keepPin(pin, work);
  const image = builder === undefined ? plan.image : await build(builder, script, pin, work);
  await record(image, script, pin, work);
}

async function build(
  builder: BuilderName,
  script: Script,
  pin: string,
  work: Work,
): Promise<string> {
  const { plan, folder, processes } = work;
  const { location, image, isChecked } = plan;
  const state = JSON.parse(readFileSync(pin, "utf8")) as SerializedDefsStateInfo | null;
  const check = prepareImageCheck(location, join(folder, "check"), pinnedDefsState(state));
  if (isChecked)
    await runScript("download_state.py", script, work, [
      ...["--defs-state", pin, "--output", join(check.folder, STATE)],
    ]);
  return buildImage({
    ...{ builder, image, check, isChecked, processes },
    context: script.project,
    digestFile: join(folder, "digest"),
    logFile: join(work.folders.logs, "image.log"),
    report: (line) => {
      say(location.name, line);
    },
  });
}

/** The checkout with its Python environment, made as the sandbox makes it; without a checkout what reaches the store. */
async function prepareScript({ plan, stack, environments, folder }: Work): Promise<Script> {
  const { location, checkout } = plan;
  if (checkout === undefined) {
    const isGoogle = stack.stateUrl.startsWith("gs:");
    const python = await (isGoogle ? environments.googleStorage() : environments.platform());
    return { python, project: folder, binaries: [dirname(python)] };
  }
  const project = join(folder, "app");
  checkOut(checkout, project);
  const base = await environments.forProject(location.name, project);
  const python = await environments.layered(join(folder, "venv"), base, project);
  if (readPyproject(join(project, "pyproject.toml"))["build-system"] !== undefined)
    await environments.installProject(location.name, python, project);
  if (!existsSync(join(project, CONSTRAINTS)))
    copyFileSync(join(PROJECT, "sandbox", CONSTRAINTS), join(project, CONSTRAINTS));
  return { python, project, binaries: [dirname(python), dirname(base)] };
}

async function refresh(script: Script, output: string, work: Work): Promise<void> {
  await runScript("refresh.py", script, work, [
    ...["--project", script.project, "--output", output, "--attempts", ATTEMPTS],
    ...["--log", join(work.folders.logs, "refresh.log")],
  ]);
}

/** The pinned state of the record that is there; none: none. */
async function keepPin(output: string, { plan, stack }: Work): Promise<void> {
  const found = await readRelease(await stack.records(), plan.location.name);
  writeFileSync(output, JSON.stringify(found?.record.defsState ?? null));
}

async function record(image: string, script: Script, pin: string, work: Work): Promise<void> {
  const { plan, stack } = work;
  const { recordsFolder } = stack;
  await runScript("release.py", script, work, [
    ...["--image", image, "--repository", plan.location.repository],
    ...["--defs-state", pin, "--released-by", userInfo().username],
    ...(plan.commit === undefined ? [] : ["--commit", plan.commit]),
    ...(recordsFolder === undefined ? [] : ["--records", `file://${recordsFolder}`]),
  ]);
}

/** The same script that the location's CI runs. */
async function runScript(
  file: string,
  { python, project, binaries }: Script,
  { plan, stack, state, processes }: Work,
  options: readonly string[],
): Promise<void> {
  const { name, env } = plan.location;
  const ended = await processes.run(
    {
      ...{ name, command: python, cwd: project },
      args: [
        join(PROJECT, "components", "ci", file),
        ...["--location", name, "--state-store", stack.stateUrl, ...options],
      ],
      env: {
        ...shellEnvironment(["DAGSTER_HOME"]),
        ...env,
        ...state.environment,
        PATH: pathOf({ binaries }),
        PYTHONUNBUFFERED: "1",
      },
    },
    (line) => {
      say(name, line);
    },
  );
  if (ended.code === 0) return;
  const said = ended.stderr.trim();
  const reason = said.includes("Traceback") ? reasonIn(said) : said;
  throw new InvalidInputError(reason === "" ? `${file} ended with ${ended.code}` : reason);
}

function say(name: string, line: string): void {
  const short = line.replaceAll(/(sha256:[0-9a-f]{12})[0-9a-f]{52}/g, "$1");
  print(`${name}: ${short.replace(`${name}: `, "")}`);
}
