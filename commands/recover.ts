import { rm } from "node:fs/promises";

import { Command } from "commander";

import { PulumiCli } from "../stacks/deploy/pulumiCli";
import { ReachableStack } from "../stacks/reachableStack";
import { clearInterrupted, findInterrupted, halfWritten } from "../stacks/deploy/recovery";
import { counted, print, runProgram } from "./commandLine";

const program = new Command("npm run recover --")
  .description("After a `pulumi up` that was killed: clears what would stop the next one.")
  .requiredOption("--stack <name>", "stack on a cluster, as Pulumi.<name>.yaml says")
  .option("--dry-run", "only say what would be cleared")
  .action(async ({ stack: name, dryRun }: { stack: string; dryRun?: true }) => {
    const stack = ReachableStack.read(name);
    const pulumi = new PulumiCli(name);
    for (const file of await halfWritten(pulumi)) {
      print(`half written: ${file}`);
      if (!dryRun) await rm(file);
    }
    const found = await findInterrupted(pulumi, stack);
    const { operations, secrets } = found;
    for (const operation of operations) print(`unfinished: ${operation}`);
    for (const secret of secrets) print(`unfinished revision of Helm: ${secret}`);
    if (operations.length === 0 && secrets.length === 0) {
      print("nothing was interrupted");
      return;
    }
    if (dryRun) return;
    await clearInterrupted(found, pulumi, stack);
    print(
      `cleared: ${counted(operations.length, "operation")}, ${counted(secrets.length, "revision")}`,
    );
    // What was made and is not in the state is taken over instead of refused, this one time.
    print(`run: PULUMI_K8S_UPSERT_EXISTING_OBJECTS=true pulumi up -s ${name}`);
  });

void runProgram(program);
