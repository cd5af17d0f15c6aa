import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

import * as pulumi from "@pulumi/pulumi";

import { allOf } from "./allOf";
import { chartArchive } from "./chartArchive";
import { copyCharts, type LocalCharts } from "./chartCopy";
import { cloudProgram } from "./cloud";
import { loadConfig, type PlatformConfig } from "./config";
import { connectionBudgetMistake } from "./connectionBudget";
import { InvalidInputError } from "./invalidInputError";
import { requireLocations } from "./locations";
import type { PlatformInput } from "./platform";
import { stackReleases } from "./stackReleases";

const ROLLOUT_FOLDER = join("components", "dagster", "rollout");

/**
 * Reads and checks everything that decides a platform: config, list, releases, charts, and what is there in the cloud. Nothing
 * is registered before, but the provider that asks the cloud.
 * @throws InvalidInputError with all mistakes, one on each line
 */
export async function readPlatformInput(): Promise<PlatformInput> {
  const stack = pulumi.getStack();
  const config = loadConfig();
  const locations = requireLocations(config.locationsFile, stack, config.cloud);
  requireConnections(config, locations.length, stack);
  const names = locations.map(({ name }) => name);
  const [charts, releases, rolloutScript] = await allOf([
    localCharts(config),
    stackReleases(config, stack, names),
    pythonFiles(ROLLOUT_FOLDER),
  ]);
  const input = { config, stack, locations, releases, charts, rolloutScript };
  const program = await cloudProgram(config);
  return program === undefined ? input : { ...input, makeCloud: await program(input) };
}

/** @throws InvalidInputError when Postgres has too few connections for that many locations and runs */
function requireConnections(config: PlatformConfig, locations: number, stack: string): void {
  const { maxConcurrentRuns, webserverReplicas, postgresMaxConnections } = config;
  const mistake = connectionBudgetMistake(stack, {
    ...{ maxConcurrentRuns, webserverReplicas, locations },
    maxConnections: postgresMaxConnections,
  });
  if (mistake !== undefined) throw new InvalidInputError(mistake);
}

async function localCharts({ chartPath, chartRepository }: PlatformConfig): Promise<LocalCharts> {
  return copyCharts(chartPath ?? (await chartArchive(chartRepository)));
}

async function pythonFiles(folder: string): Promise<Readonly<Record<string, string>>> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".py")).sort();
  const files = names.map(async (name) => [name, await readFile(join(folder, name), "utf8")]);
  return Object.fromEntries(await Promise.all(files)) as Record<string, string>;
}
