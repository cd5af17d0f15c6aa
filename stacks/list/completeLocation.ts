import { NEVER } from "./cronFormat";
import { freezeDeep } from "./freezeDeep";
import { DEFAULTS } from "./locationParts";
import type { Branches, Entry, Location, Resources } from "./locationSchema";
import { withoutKeys } from "./withoutKeys";

/**
 * The location that a merged and checked entry means: what nobody gave is filled in, `cpu` is a
 * text, and parts that are switched off are gone.
 */
export function completeLocation(merged: Entry): Location {
  const entry = withoutKeys(merged, "stacks", "overrides");
  const { dbt, branches, refresh, ...rest } = entry;
  const resources = completeResources(entry.resources, DEFAULTS.resources);
  const branch = completeBranches(branches);
  const schedule = refresh?.schedule;
  return freezeDeep({
    ...rest,
    provider: entry.provider ?? DEFAULTS.provider,
    defaultBranch: entry.defaultBranch ?? DEFAULTS.defaultBranch,
    directory: entry.directory ?? DEFAULTS.directory,
    secrets: entry.secrets ?? [],
    env: entry.env ?? {},
    resources,
    runResources: completeResources(entry.runResources, resources),
    access: { ...entry.access, aws: entry.access?.aws ?? [], gcp: entry.access?.gcp ?? [] },
    ...(dbt?.project === undefined
      ? {}
      : { dbt: { project: dbt.project, target: dbt.target ?? DEFAULTS.dbtTarget } }),
    ...(branch === undefined ? {} : { branches: branch }),
    ...(schedule === undefined || schedule === NEVER ? {} : { refresh: { schedule } }),
    extraValues: entry.extraValues ?? {},
  });
}

function completeResources(given: Entry["resources"], otherwise: Resources): Resources {
  return {
    cpu: given?.cpu === undefined ? otherwise.cpu : String(given.cpu),
    memoryMiB: given?.memoryMiB ?? otherwise.memoryMiB,
  };
}

function completeBranches(given: Entry["branches"]): Branches | undefined {
  if (given === undefined) return undefined;
  const { enabled, ...branches } = { ...DEFAULTS.branches, ...given };
  return enabled ? branches : undefined;
}
