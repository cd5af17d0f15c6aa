import { join, resolve } from "node:path";

import { Command } from "commander";

import { checkoutFolder, runCiJob } from "../sandbox/ciJob";
import { Environments } from "../sandbox/environments";
import { sandboxFolders } from "../sandbox/folders";
import { locationEnvironment } from "../sandbox/processEnvironment";
import { Processes } from "../sandbox/processes";
import { findPythonTools } from "../sandbox/python";
import { findRunningSandbox, problemOf } from "../sandbox/runningSandbox";
import { DagsterApi } from "../stacks/dagsterApi";
import { InvalidInputError } from "../stacks/invalidInputError";
import { requireLocations } from "../stacks/locations";
import { readRelease } from "../stacks/releases";
import { waitForRelease } from "../stacks/waitForRelease";
import { sandboxStore } from "../sandbox/stateServer";
import { print, runProgram } from "./commandLine";
import { SANDBOX_STACK } from "./platformOf";
import type { StackReleaseOptions } from "./releasePlan";

interface ReleaseOptions extends StackReleaseOptions {
  readonly stack?: string;
  readonly folder?: string;
}

const WAIT_MS = 120_000;

const program = new Command("npm run release --")
  .description("Does for one location what its CI job does: refresh, build, release record.")
  .argument("<location>")
  .option("--stack <name>", "stack on a cluster, as Pulumi.<name>.yaml says (default: sandbox)")
  .option("--folder <folder>", "of a sandbox that was started with --folder")
  .option("--locations <file>", "the list (default: the stack's)")
  .option(
    "--checkout <folder>",
    "working copy of its repository (default: `checkout:` on the list)",
  )
  .option("--image <reference>", "an image that is pushed already, with tag or digest: no build")
  .option("--no-refresh", "with --image: keep the defs state that its record pins")
  .option("--no-check", "do not try whether the image loads its code")
  .option("--builder <name>", "docker or buildah (default: the one that answers)")
  .option("--dry-run", "only print the steps")
  .action(async (name: string, options: ReleaseOptions) => {
    const { stack = SANDBOX_STACK } = options;
    if (stack === SANDBOX_STACK) {
      refuseStackOptions(options);
      await releaseInSandbox(name, options.folder);
      return;
    }
    if (options.folder !== undefined)
      throw new InvalidInputError(
        `--folder is of a sandbox, --stack ${stack} is a cluster: give one of them`,
      );
    // Here and not above: the stack's config brings all of Pulumi, and the sandbox does without.
    const { releaseToStack } = await import("./stackRelease");
    await releaseToStack(name, stack, options);
  });

/** In the sandbox a folder stands for the image. */
function refuseStackOptions(options: ReleaseOptions): void {
  const given = Object.entries({
    "--locations": options.locations,
    "--checkout": options.checkout,
    "--image": options.image,
    "--no-refresh": options.refresh ? undefined : true,
    "--no-check": options.check ? undefined : true,
    "--builder": options.builder,
    "--dry-run": options.dryRun,
  }).find(([, value]) => value !== undefined);
  if (given !== undefined)
    throw new InvalidInputError(`${given[0]} is for a cluster: name its stack with --stack`);
}

async function releaseInSandbox(name: string, folder: string | undefined): Promise<void> {
  const folders = sandboxFolders(folder === undefined ? undefined : resolve(folder));
  const running = findRunningSandbox(folders);
  if (running === undefined)
    throw new InvalidInputError("no sandbox is running: start it with `npm start`");
  const location = requireLocations(running.listFile, "sandbox").find(
    (entry) => entry.name === name,
  );
  if (location === undefined)
    throw new InvalidInputError(`${name} is not on the list ${running.listFile}: add it there`);
  const tools = await findPythonTools(folders.environments);
  // A lock of its own: one release by hand at a time, beside the running sandbox.
  const own = { ...folders, lock: join(folders.root, "release.lock") };
  const processes = await Processes.start(tools.python, own);
  const store = sandboxStore(running.endpointUrl);
  try {
    await runCiJob(location, checkoutFolder(location, running.listFile), {
      folders,
      processes,
      environments: new Environments(tools, processes, folders, print),
      stateStore: store.url,
      environment: locationEnvironment(location, running),
      report: print,
    });
  } finally {
    await processes.end();
  }
  const released = await readRelease(store, name);
  if (released === undefined) throw new Error(`no record of ${name} in ${store.url}`);
  const { record } = released;
  const api = new DagsterApi(running.dagsterUrl);
  const problem = await waitForRelease(api, record, WAIT_MS, () => problemOf(folders, record));
  if (problem !== undefined) throw new InvalidInputError(`${name}: ${problem}`);
  print(`${name}: loaded`);
}

void runProgram(program);
