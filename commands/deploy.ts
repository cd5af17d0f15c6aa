import { appendFileSync } from "node:fs";

import { Command } from "commander";

import { presentCommit, thisRun } from "../stacks/deploy/ciRun";
import { deployNeeds } from "../stacks/deploy/deployNeeds";
import { Deployer } from "../stacks/deploy/deployer";
import { InvalidInputError } from "../stacks/invalidInputError";
import { ReachableStack } from "../stacks/reachableStack";
import { print, printError, processTerminal, runProgram } from "./commandLine";
import { deployMarkdown, deployTable } from "./deployTable";

interface DeployOptions {
  readonly stack: string;
  readonly ifNeeded?: true;
  readonly dryRun?: true;
}

const program = new Command("npm run deploy --")
  .description(
    "What CI does on the platform's branch: `pulumi up`, and a record of what became of each location.",
  )
  .requiredOption("--stack <name>", "stack on a cluster, as Pulumi.<name>.yaml says")
  .option("--if-needed", "do nothing when everything is deployed as it is wanted")
  .option("--dry-run", "only say why there is something to deploy")
  .action(async (options: DeployOptions) => {
    const stack = ReachableStack.read(options.stack);
    requireWaiting(stack);
    try {
      await deploy(stack, options);
    } finally {
      await stack.close();
    }
  });

/** Nobody else finds out whether a location is served. */
function requireWaiting({ stack, config }: ReachableStack): void {
  if (config.rolloutTimeoutSeconds > 0) return;
  throw new InvalidInputError(
    `Pulumi.${stack}.yaml: dagster-platform:rolloutTimeoutSeconds: must be at least 1 for \`npm run deploy\`, got 0, which waits for no location: remove it`,
  );
}

async function deploy(stack: ReachableStack, { ifNeeded, dryRun }: DeployOptions): Promise<void> {
  const deployer = new Deployer({
    ...{ stack, run: thisRun(), commit: await presentCommit(process.cwd()) },
    ...{ say: print, show: processTerminal.out },
  });
  const needs = deployNeeds(await deployer.look());
  if (ifNeeded && needs.length === 0) {
    print("nothing to deploy");
    return;
  }
  for (const need of needs) print(`to deploy: ${need}`);
  if (dryRun) {
    if (needs.length === 0) print("nothing to deploy");
    return;
  }
  const { locations, error } = await deployer.deploy();
  print(`\n${deployTable(locations)}`);
  if (error !== undefined) printError(`pulumi up failed: ${error}`);
  const summary = process.env["GITHUB_STEP_SUMMARY"];
  if (summary !== undefined && summary !== "")
    appendFileSync(summary, deployMarkdown(stack.stack, locations, error));
  const isFailed = error !== undefined || locations.some(({ status }) => status === "failed");
  if (isFailed) process.exitCode = 1;
}

void runProgram(program);
