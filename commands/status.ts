import { Command } from "commander";

import { requireLocations } from "../stacks/locations";
import { platformStatus } from "../stacks/status";
import { addPlatformOptions, platformOf, type PlatformOptions } from "./platformOf";
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
  .action(async (options: StatusOptions) => {
    const platform = platformOf(options);
    const locations = requireLocations(platform.listFile, platform.stack);
    const status = await platformStatus({
      ...platform,
      locations: locations.map(({ name }) => name),
      now: new Date(),
      maxStateAgeHours: options.maxStateAge,
    });
    print(options.json ? JSON.stringify(status, null, 2) : statusTable(status));
    if (!options.json) print(`\nDagster: ${status.dagsterUrl}`);
    if (!status.healthy) process.exitCode = 1;
  });

void runProgram(addPlatformOptions(program));
