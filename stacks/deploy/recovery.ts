import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { exportedStack, type InterruptedUpdate, interruptedUpdate } from "./interruptedUpdate";
import type { Pulumi } from "./pulumiCli";
import type { ReachableStack } from "../reachableStack";

const PROJECT_NAME = "dagster-platform";

/** What Helm remembers. */
export type HelmRevisions = Pick<ReachableStack, "helmSecrets" | "deleteHelmSecrets">;

/**
 * Files that stop every command and may go. A backend in a folder writes a file with attributes beside the state, and not at once:
 * killed between, it leaves an empty one, and every command ends with "failed to load checkpoint: EOF". The state itself is
 * whole, and needs no attributes.
 */
export async function halfWritten(pulumi: Pulumi): Promise<readonly string[]> {
  const folder = await pulumi.backendFolder();
  if (folder === undefined) return [];
  const file = join(folder, ".pulumi", "stacks", PROJECT_NAME, `${pulumi.stack}.json.attrs`);
  const size = await stat(file).then(
    ({ size }) => size,
    () => undefined,
  );
  return size === 0 ? [file] : [];
}

/** What an update that was killed has left. */
export async function findInterrupted(
  pulumi: Pulumi,
  stack: HelmRevisions,
): Promise<InterruptedUpdate> {
  const secrets = await stack.helmSecrets();
  // Last: it is to be what `clearInterrupted` replaces.
  const text = await pulumi.run("stack", "export", "--stack", pulumi.stack);
  return interruptedUpdate(exportedStack.parse(JSON.parse(text)), secrets);
}

/** @throws PulumiCliError while another update runs; then nothing is changed */
export async function clearInterrupted(
  { repaired, secrets }: InterruptedUpdate,
  pulumi: Pulumi,
  stack: HelmRevisions,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "recover-"));
  try {
    const file = join(folder, "state.json");
    await writeFile(file, JSON.stringify(repaired), { mode: 0o600 });
    // First: it is refused while another update runs.
    await pulumi.run("stack", "import", "--stack", pulumi.stack, "--file", file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  await stack.deleteHelmSecrets(secrets);
}
