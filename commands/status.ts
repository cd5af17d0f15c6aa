import { Command } from "commander";

import { requireLocations } from "../stacks/locations";
import { platformStatus, type PlatformStatus } from "../stacks/status";
import {
  addPlatformOptions,
  withPlatform,
  type Platform,
  type PlatformOptions,
} from "./platformOf";
import { numberBetween, print, runProgram } from "./commandLine";
import { statusTable } from "./statusTable";

interface StatusOptions extends PlatformOptions {
  readonly json?: true;
  readonly maxStateAge: number;
}

const program = new Command("npm run status --")
  .description("Every location: loaded or why not, image, commit, pinned state, last runs.")
  .option("--json", "for machines")
  .option(
    "--max-state-age <hours>",
    "a pinned state older than this counts as behind",
    numberBetween(0, 1_000_000),
    48,
  )
  .action((options: StatusOptions) =>
    withPlatform(options, (platform) => showStatus(platform, options)),
  );

async function showStatus(platform: Platform, options: StatusOptions): Promise<void> {
  const locations = requireLocations(platform.listFile, platform.stack);
  const status = await platformStatus({
    ...platform,
    api: await platform.api(),
    locations: locations.map(({ name }) => name),
    now: new Date(),
    maxStateAgeHours: options.maxStateAge,
  });
  print(options.json ? JSON.stringify(status, null, 2) : statusTable(status));
  if (!options.json) print(footer(platform, status));
  if (!status.healthy) process.exitCode = 1;
}

/** Of a stack the address is a port-forward's, which ends with this command. */
function footer(platform: Platform, { dagsterUrl, stateStore }: PlatformStatus): string {
  return platform.deployedBy === undefined
    ? `\nDagster: ${dagsterUrl}`
    : `\nstack ${platform.stack}, release records in ${stateStore}`;
}

void runProgram(addPlatformOptions(program));
