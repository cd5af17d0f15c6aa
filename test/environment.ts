import { join } from "node:path";

import { Environments } from "../sandbox/environments";
import { PROJECT, sandboxFolders } from "../sandbox/folders";
import { Processes } from "../sandbox/processes";
import { findPythonTools } from "../sandbox/python";

/** Once before all tests: the sandbox's Python environments, for those that run real Dagster or moto, or reach Google's storage. */
export default async function prepareEnvironment(): Promise<void> {
  const folders = sandboxFolders(join(PROJECT, ".sandbox", "test"));
  const tools = await findPythonTools(folders.environments);
  const processes = await Processes.start(tools.python, folders);
  try {
    const report = (line: string): boolean => process.stderr.write(`${line}\n`);
    const environments = new Environments(tools, processes, folders, report);
    process.env["SANDBOX_PYTHON"] = await environments.platform();
    process.env["SANDBOX_GCS_PYTHON"] = await environments.googleStorage();
  } finally {
    await processes.end();
  }
}
