import { DEFAULTS } from "../list/locationParts";
import type { SharedKeys } from "../list/locationSchema";
import type { RepositoryFacts } from "../repositories/repositoryApi";
import type { EntryData } from "./entryText";

/** What somebody wants on the list, as far as it was said; nothing of it is checked yet. */
export interface WantedEntry {
  readonly name: string;
  readonly repository?: string;
  readonly repositoryId?: number | string;
  readonly ownerId?: number | string;
  readonly provider?: string;
  readonly defaultBranch?: string;
  readonly directory?: string;
  /** Relative to the list. */
  readonly checkout?: string;
  readonly module?: string;
  readonly file?: string;
  readonly package?: string;
  readonly autoload?: string;
  readonly dbtProject?: string;
  readonly branches?: true;
  readonly refreshSchedule?: string;
}

/** The entry, with the keys in the order of the documentation; what `defaults` or the program says anyway is left out. */
export function newEntry(wanted: WantedEntry, defaults: SharedKeys): EntryData {
  const { dbtProject: project, branches, refreshSchedule: schedule } = wanted;
  const unless = (value: unknown, otherwise: unknown) => (value === otherwise ? undefined : value);
  const keys: EntryData = {
    name: wanted.name,
    repository: wanted.repository,
    repositoryId: wanted.repositoryId,
    ownerId: unless(wanted.ownerId, defaults.ownerId),
    provider: unless(wanted.provider, defaults.provider ?? DEFAULTS.provider),
    defaultBranch: unless(wanted.defaultBranch, defaults.defaultBranch ?? DEFAULTS.defaultBranch),
    directory: unless(wanted.directory, defaults.directory ?? DEFAULTS.directory),
    checkout: wanted.checkout,
    module: wanted.module,
    file: wanted.file,
    package: wanted.package,
    autoload: wanted.autoload,
    dbt: project === undefined ? undefined : { project },
    branches: branches === undefined ? undefined : { enabled: branches },
    refresh: schedule === undefined ? undefined : { schedule },
  };
  return Object.fromEntries(Object.entries(keys).filter(([, value]) => value !== undefined));
}

/** What was wanted, with what the repository's server says of what was not. */
export function withFacts(wanted: WantedEntry, facts: RepositoryFacts | undefined): WantedEntry {
  if (facts === undefined) return wanted;
  const { repositoryId, ownerId, defaultBranch } = facts;
  const branch = defaultBranch === "" ? {} : { defaultBranch };
  return { repositoryId, ownerId, ...branch, ...wanted };
}
