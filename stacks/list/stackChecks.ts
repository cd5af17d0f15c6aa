import { checkCloud, type Cloud } from "./cloudEntryChecks";
import { CODE_SOURCES } from "./locationKeys";
import type { LocationList } from "./locationList";
import type { StackEntry } from "./stackEntries";
import { withoutKeys } from "./withoutKeys";

/**
 * Largest environment of a location: 64 KiB as JSON. Runs get it inside one variable of the code
 * server, the container context, and Linux starts no process with a variable of more than 128 KiB
 * (MAX_ARG_STRLEN in binfmts.h); half of it leaves room for the rest of the context. The 1 MiB of
 * a ConfigMap and of the Secret in which Helm keeps a release are far away then.
 */
const MAX_ENV_BYTES = 64 * 1024;

/**
 * Checks that need an entry as one stack sees it, and those between such entries.
 * @param cloud - of the stack
 */
export function checkStackEntries(
  list: LocationList,
  entries: readonly StackEntry[],
  cloud: Cloud = "none",
): void {
  for (const entry of entries) {
    checkCloud(list, entry, cloud);
    checkSourceOverride(list, entry);
    checkProvider(list, entry);
    checkDbt(list, entry);
    checkEnvironment(list, entry);
  }
  checkRepositoryIds(list, entries);
  checkTwins(list, entries);
}

function checkSourceOverride({ mistakes, lineOf }: LocationList, entry: StackEntry): void {
  const base = CODE_SOURCES.find((key) => entry.listed.keys.includes(key));
  if (base === undefined) return;
  const other = CODE_SOURCES.find((key) => key !== base && entry.merged[key] !== undefined);
  if (other === undefined || entry.listed.keys.includes(other)) return;
  const rule = `needs exactly one of module, file, package and autoload; the entry has ${base} (line ${lineOf([...entry.listed.path, base])})`;
  const fix = `override ${base}, or write ${other} in the entry instead of it`;
  mistakes.add(entry.originOf(other), { rule, fix }, entry.merged[other]);
}

function checkProvider({ mistakes }: LocationList, { merged, originOf }: StackEntry): void {
  if (merged.repository === undefined || merged.provider === "gitlab") return;
  if (merged.repository.split("/").length === 2) return;
  const rule = "has to be owner/name on GitHub, which has no nested groups";
  const fix = "write owner/name, or add `provider: gitlab`";
  mistakes.add(originOf("repository"), { rule, fix }, merged.repository);
}

function checkDbt({ mistakes }: LocationList, { merged, originOf }: StackEntry): void {
  if (merged.dbt === undefined || merged.dbt.project !== undefined) return;
  const fix = "add `project: <folder with dbt_project.yml>`";
  mistakes.add([...originOf("dbt"), "project"], { rule: "is required", fix }, undefined);
}

function checkEnvironment({ mistakes }: LocationList, { merged, originOf }: StackEntry): void {
  const bytes = Buffer.byteLength(JSON.stringify(merged.env ?? {}));
  if (bytes <= MAX_ENV_BYTES) return;
  const rule = `has to be at most ${MAX_ENV_BYTES} bytes in all: runs get it in one variable, which Linux limits to 128 KiB`;
  mistakes.add(originOf("env"), { rule, fix: "put large values into files of the image" }, bytes);
}

/** The trust of a CI identity is bound to the id: a wrong one opens it to another repository. */
function checkRepositoryIds(list: LocationList, entries: readonly StackEntry[]): void {
  const ids = new Map<string, StackEntry>();
  const repositories = new Map<string, StackEntry>();
  for (const entry of entries) {
    const { repository, repositoryId, provider = "github" } = entry.merged;
    if (repository === undefined || repositoryId === undefined) continue;
    const byName = first(ids, `${provider} ${repository.toLowerCase()}`, entry);
    const byId = first(repositories, `${provider} ${repositoryId}`, entry);
    const at = (other: StackEntry) => `line ${list.lineOf(other.originOf("repositoryId"))}`;
    if (byName.merged.repositoryId !== repositoryId) {
      const rule = `is not the id that ${at(byName)} gives for the same repository (${byName.merged.repositoryId ?? ""})`;
      list.mistakes.add(entry.originOf("repositoryId"), { rule, fix: idFix(entry) }, repositoryId);
    } else if (byId.merged.repository?.toLowerCase() !== repository.toLowerCase()) {
      const rule = `is already the id of ${byId.merged.repository ?? ""} (${at(byId)})`;
      list.mistakes.add(entry.originOf("repositoryId"), { rule, fix: idFix(entry) }, repositoryId);
    }
  }
}

function idFix({ merged }: StackEntry): string {
  return merged.provider === "gitlab"
    ? "write the project id that the project's page shows"
    : `write what \`gh api repos/${merged.repository ?? ""} --jq .id\` says`;
}

/** The first entry with this key; the given one if there is none yet. */
function first(seen: Map<string, StackEntry>, key: string, entry: StackEntry): StackEntry {
  const found = seen.get(key) ?? entry;
  seen.set(key, found);
  return found;
}

/**
 * Two entries that are the same but for their name run each schedule twice on the same data. The
 * same code with another environment, other secrets or another image is a legitimate pair.
 */
function checkTwins(list: LocationList, entries: readonly StackEntry[]): void {
  const seen = new Map<string, StackEntry>();
  for (const entry of entries) {
    if (!entry.listed.whole || entry.merged.name === undefined) continue;
    const { name } = entry.merged;
    const settings = withoutKeys(entry.merged, "name", "stacks", "overrides");
    const twin = first(seen, JSON.stringify(sortKeys(settings)), entry);
    if (twin === entry || twin.merged.name === name) continue;
    const at = [...twin.listed.path, "name"];
    const rule = `is the same as ${JSON.stringify(twin.merged.name)} (line ${list.lineOf(at)}) but for the name: every schedule would run twice`;
    const fix = "remove one of the two, or make them differ";
    list.mistakes.add([...entry.listed.path, "name"], { rule, fix }, name);
  }
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sortKeys(inner)]));
}
