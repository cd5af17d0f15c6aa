import { copyFileSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { userInfo } from "node:os";
import { dirname, join } from "node:path";

import { checkOut, newBuildFolder, tidyBuilds, type Build } from "../sandbox/builds";
import { pathOf } from "../sandbox/ciJob";
import { Environments, readPyproject } from "../sandbox/environments";
import { PROJECT, sandboxFolders, type Folders } from "../sandbox/folders";
import { shellEnvironment } from "../sandbox/processEnvironment";
import { FolderInUseError, Processes } from "../sandbox/processes";
import { findPythonTools, type PythonTools } from "../sandbox/python";
import { reasonIn } from "../sandbox/pythonLog";
import { InvalidInputError } from "../stacks/invalidInputError";
import { ReachableStack, type ReachableState } from "../stacks/reachableStack";
import { readRelease } from "../stacks/releases";
import { print } from "./commandLine";
import { findBuilder, locationsFile } from "./releaseImage";
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
  /** docker or buildah; undefined: no image is built. */
  readonly builder: string | undefined;
  readonly tools: PythonTools;
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
  const folders = sandboxFolders(join(PROJECT, ".sandbox", "releases", name));
  const tools = await findPythonTools(folders.environments);
  try {
    const builder = plan.isBuilt ? await findBuilder(options.builder, tools.python) : undefined;
    const state = await stack.state();
    await work({ plan, stack, state, builder, tools, folders });
  } finally {
    await stack.close();
  }
  print(`run: pulumi up -s ${stackName}`);
}

async function work(given: Omit<Work, "environments" | "processes" | "folder">): Promise<void> {
  const { tools, folders } = given;
  const { name } = given.plan.location;
  const processes = await startProcesses(name, tools, folders);
  try {
    tidyBuilds(folders.builds, name, undefined);
    const folder = newBuildFolder(folders.builds, name, new Date());
    const environments = new Environments(tools, processes, folders, print);
    await steps({ ...given, environments, processes, folder });
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

/** @returns the pushed image by its digest */
async function build(builder: string, script: Script, pin: string, work: Work): Promise<string> {
  const { plan, stack, folder, folders } = work;
  const state = join(folder, "state");
  const locations = join(folder, "locations.json");
  const output = join(folder, "image.txt");
  if (plan.isChecked)
    await runScript("download_state.py", script, work, ["--defs-state", pin, "--output", state]);
  writeFileSync(locations, locationsFile(plan.location, stack));
  // Nothing of the store in its environment: docker logs in to registries with keys of its own.
  await runProgram("build_image.py", script, work, shellEnvironment([]), [
    ...["--locations", locations, "--project", script.project, "--image", plan.image],
    ...["--defs-state", pin, "--state-store", `file://${state}`, "--output", output],
    ...["--builder", builder, ...(plan.isChecked ? [] : ["--no-check"])],
    ...["--attempts", ATTEMPTS, "--log", join(folders.logs, "image.log")],
  ]);
  return readFileSync(output, "utf8").trim();
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

/** A script that reaches the state store. */
async function runScript(
  file: string,
  script: Script,
  work: Work,
  options: readonly string[],
): Promise<void> {
  const { plan, stack, state } = work;
  const environment = {
    ...shellEnvironment(["DAGSTER_HOME"]),
    ...plan.location.env,
    ...state.environment,
  };
  const store = ["--state-store", stack.stateUrl];
  await runProgram(file, script, work, environment, [...store, ...options]);
}

/** The same script that the location's CI runs. */
async function runProgram(
  file: string,
  { python, project, binaries }: Script,
  { plan, processes }: Work,
  environment: NodeJS.ProcessEnv,
  options: readonly string[],
): Promise<void> {
  const { name } = plan.location;
  const ended = await processes.run(
    {
      ...{ name, command: python, cwd: project },
      args: [join(PROJECT, "components", "ci", file), "--location", name, ...options],
      env: { ...environment, PATH: pathOf({ binaries }), PYTHONUNBUFFERED: "1" },
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
