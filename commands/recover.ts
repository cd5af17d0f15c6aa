import { execFile } from "node:child_process";
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

import { Command } from "commander";
import { z } from "zod";

import { InvalidInputError } from "../stacks/invalidInputError";
import { exportedStack, type ExportedStack, interruptedUpdate } from "../stacks/interruptedUpdate";
import { Kubectl } from "../stacks/kubectl";
import { readStackConfig } from "../stacks/stackConfig";
import { counted, print, runProgram } from "./commandLine";

const PROJECT_NAME = "dagster-platform";

const backend = z.looseObject({ url: z.string() });

const MAX_STATE_BYTES = 512 * 1024 * 1024;

const program = new Command("npm run recover --")
  .description("After a `pulumi up` that was killed: clears what would stop the next one.")
  .requiredOption("--stack <name>", "stack on a cluster, as Pulumi.<name>.yaml says")
  .option("--dry-run", "only say what would be cleared")
  .action(async ({ stack, dryRun }: { stack: string; dryRun?: true }) => {
    const config = readStackConfig(stack);
    const kubectl = new Kubectl(config.kubeContext);
    for (const file of await halfWritten(stack)) {
      print(`half written: ${file}`);
      if (!dryRun) await rm(file);
    }
    const exported = exportedStack.parse(
      JSON.parse(await pulumi("stack", "export", "--stack", stack)),
    );
    const { operations, secrets, repaired } = interruptedUpdate(
      exported,
      await kubectl.helmSecrets(config.namespace),
    );
    for (const operation of operations) print(`unfinished: ${operation}`);
    for (const secret of secrets) print(`unfinished revision of Helm: ${secret}`);
    if (operations.length === 0 && secrets.length === 0) {
      print("nothing was interrupted");
      return;
    }
    if (dryRun) return;
    // First: it is refused while another update runs.
    await importState(stack, repaired);
    await kubectl.deleteSecrets(config.namespace, secrets);
    print(
      `cleared: ${counted(operations.length, "operation")}, ${counted(secrets.length, "revision")}`,
    );
    // What was made and is not in the state is taken over instead of refused, this one time.
    print(`run: PULUMI_K8S_UPSERT_EXISTING_OBJECTS=true pulumi up -s ${stack}`);
  });

/**
 * A backend in a folder writes a file with attributes beside the state, and not at once: killed between, it leaves an empty one,
 * and every command ends with "failed to load checkpoint: EOF". The state itself is whole, and needs no attributes.
 */
async function halfWritten(stack: string): Promise<readonly string[]> {
  const { url } = backend.parse(JSON.parse(await pulumi("whoami", "--json")));
  if (!url.startsWith("file://")) return [];
  const folder = resolve(url.slice("file://".length).replace(/^~/, homedir()));
  const file = join(folder, ".pulumi", "stacks", PROJECT_NAME, `${stack}.json.attrs`);
  const size = await stat(file).then(
    ({ size }) => size,
    () => undefined,
  );
  return size === 0 ? [file] : [];
}

async function importState(stack: string, state: ExportedStack): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "recover-"));
  try {
    const file = join(folder, "state.json");
    await writeFile(file, JSON.stringify(state), { mode: 0o600 });
    await pulumi("stack", "import", "--stack", stack, "--file", file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** @returns standard output */
async function pulumi(...args: readonly string[]): Promise<string> {
  try {
    const options = { maxBuffer: MAX_STATE_BYTES };
    return (await promisify(execFile)("pulumi", [...args, "--non-interactive"], options)).stdout;
  } catch (error) {
    const { code, stderr } = error as { code?: unknown; stderr?: string };
    if (code === "ENOENT")
      throw new InvalidInputError("pulumi is not on the PATH: install its CLI");
    const line = stderr?.trim().split("\n").at(-1) ?? String(error);
    const advice = stderr?.includes("locked") ? ": `pulumi cancel` first, when no update runs" : "";
    throw new InvalidInputError(`pulumi ${args.slice(0, 2).join(" ")}: ${line}${advice}`);
  }
}

void runProgram(program);
