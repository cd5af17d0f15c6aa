import { existsSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";

import { Command } from "commander";

import type { FlagMistake } from "../stacks/add/entryMistakes";
import type { WantedEntry } from "../stacks/add/newEntry";
import { showValue } from "../stacks/list/mistake";

/** The flags of `npm run add`, as they were given. */
export interface AddFlags {
  readonly repository?: string;
  readonly module?: string;
  readonly file?: string;
  readonly package?: string;
  readonly autoload?: string;
  readonly provider?: string;
  readonly repositoryId?: number | string;
  readonly ownerId?: number | string;
  readonly directory?: string;
  readonly defaultBranch?: string;
  readonly checkout?: string;
  readonly dbtProject?: string;
  readonly refreshSchedule?: string;
  readonly branches?: true;
  readonly locations: string;
  readonly stack?: string;
  readonly write?: true;
  readonly dryRun?: true;
  readonly json?: true;
  /** True with --offline. */
  readonly offline?: true;
}

/** The command line of `npm run add`. */
export function addProgram(): Command {
  return new Command("npm run add --")
    .description("Adds a location to the list, and says what is to be done besides.")
    .argument("<name>", "of the location")
    .option("--repository <owner/name>", "its repository; on GitLab groups may be nested")
    .option("--module <name>", "Python module with the definitions")
    .option("--file <path>", "or: Python file with the definitions")
    .option("--package <name>", "or: Python package with the definitions")
    .option("--autoload <name>", "or: Python module that is searched for definitions")
    .option("--provider <name>", "github or gitlab (default: as `defaults` say, or github)")
    .option("--repository-id <number>", "of the repository (default: its server is asked)", number)
    .option("--owner-id <number>", "of its owner or group (default: its server is asked)", number)
    .option("--directory <folder>", "of the project in the repository")
    .option("--default-branch <name>", "that is released (default: its server is asked)")
    .option("--checkout <folder>", "working copy of the repository, which is looked at")
    .option("--dbt-project <folder>", "of a dbt project, relative to the directory")
    .option("--refresh-schedule <cron>", "when defs state is refreshed without a push, in UTC")
    .option("--branches", "pull requests get a branch deployment")
    .option("--locations <file>", "the list", "locations.yaml")
    .option("--stack <name>", "stack that CI deploys (default: the one on a cloud)")
    .option("--write", "write the CI file into the checkout")
    .option("--offline", "ask no server")
    .option("--dry-run", "change nothing, and print what would be")
    .option("--json", "print the result as JSON on standard output");
}

/** What the flags say of the entry. */
export function wantedEntry(name: string, flags: AddFlags): WantedEntry {
  const { checkout, locations } = flags;
  const folder =
    checkout === undefined ? undefined : relative(dirname(resolve(locations)), checkout);
  return {
    ...flags,
    name,
    ...(folder === undefined ? {} : { checkout: folder === "" ? "." : folder }),
  };
}

/** What is wrong with flags that do not become a part of the entry. */
export function flagMistakes({ checkout, write }: AddFlags): readonly FlagMistake[] {
  const fix = "give the folder of a working copy of the repository";
  if (checkout === undefined)
    return write
      ? [{ flag: "--checkout", rule: "is needed with --write", got: "nothing", fix }]
      : [];
  return existsSync(checkout)
    ? []
    : [{ flag: "--checkout", rule: "has to be a folder here", got: showValue(checkout), fix }];
}

/** What is no number stays as it is: the list's check says what it should be. */
function number(text: string): number | string {
  return /^\d{1,15}$/.test(text) ? Number(text) : text;
}
