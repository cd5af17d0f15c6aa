import { userInfo } from "node:os";

import { Command } from "commander";

import { InvalidInputError } from "../stacks/invalidInputError";
import { pinnedStates, shortImage, type ReleaseRecord } from "../stacks/releaseRecord";
import { releaseHistory, rollBack, type PastRelease } from "../stacks/releases";
import { waitForRelease } from "../stacks/waitForRelease";
import {
  addPlatformOptions,
  withPlatform,
  type Platform,
  type PlatformOptions,
} from "./platformOf";
import { print, runProgram } from "./commandLine";

interface RollbackOptions extends PlatformOptions {
  readonly list?: true;
  readonly to?: string;
}

const WAIT_MS = 120_000;

const program = new Command("npm run rollback --")
  .description(
    "Makes an older release of a location the current one: image and defs state together.",
  )
  .argument("<location>")
  .option("--list", "only show the releases, newest first")
  .option(
    "--to <number>",
    "which one of --list (default: the newest that differs from the current)",
  )
  .action((location: string, options: RollbackOptions) =>
    withPlatform(options, (platform) => goBack(platform, location, options)),
  );

async function goBack(
  platform: Platform,
  location: string,
  options: RollbackOptions,
): Promise<void> {
  const { store, deployedBy } = platform;
  const history = await releaseHistory(store, location);
  if (history.length === 0)
    throw new InvalidInputError(`${location} was never released: see \`npm run status\``);
  if (options.list) {
    history.forEach(({ record }, number) => {
      print(`${number}  ${describe(record)}`);
    });
    return;
  }
  const past = choose(history, options.to);
  const record = await rollBack(store, past.record, userInfo().username, new Date());
  print(`${location}: released again: ${describe(past.record)}`);
  if (deployedBy === undefined) await untilServed(platform, record);
  else print(`run: ${deployedBy}`);
}

async function untilServed(platform: Platform, record: ReleaseRecord): Promise<void> {
  const api = await platform.api();
  const problem = await waitForRelease(api, record, WAIT_MS, () => platform.problemOf(record));
  if (problem !== undefined) throw new InvalidInputError(`${record.location}: ${problem}`);
  print(`${record.location}: loaded`);
}

function choose(history: readonly PastRelease[], wanted: string | undefined): PastRelease {
  const [current] = history;
  const found =
    wanted === undefined
      ? history.find(
          ({ record }) => current !== undefined && content(record) !== content(current.record),
        )
      : history[Number(wanted)];
  if (found !== undefined) return found;
  throw new InvalidInputError(
    wanted === undefined
      ? "there is no older release that differs: --list shows all"
      : `--to must be a number of --list, 0 to ${history.length - 1}, got ${wanted}`,
  );
}

/** What a release runs, without when and by whom. */
function content(record: ReleaseRecord): string {
  return JSON.stringify([record.image, record.defsState]);
}

function describe(record: ReleaseRecord): string {
  const states = pinnedStates(record).map(({ key, version }) => `${key} ${version.slice(0, 8)}`);
  const commit = record.commit?.slice(0, 7) ?? "no commit";
  return [record.releasedAt, shortImage(record.image), commit, ...states].join("  ");
}

void runProgram(addPlatformOptions(program));
