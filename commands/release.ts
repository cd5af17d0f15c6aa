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

interface ReleaseOptions {
  readonly folder?: string;
}

const WAIT_MS = 120_000;

const program = new Command("npm run release --")
  .description("Does for one location what its CI job does: refresh, build, release record.")
  .argument("<location>")
  .option("--folder <folder>", "of a sandbox that was started with --folder")
  .action(async (name: string, options: ReleaseOptions) => {
    const folders = sandboxFolders(
      options.folder === undefined ? undefined : resolve(options.folder),
    );
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
  });

void runProgram(program);
