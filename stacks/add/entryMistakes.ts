import { showValue } from "../list/mistake";
import type { ListText } from "../list/listFile";
import { checkListText } from "../locations";
import type { RepositoryFacts } from "../repositories/repositoryApi";
import type { EntryData } from "./entryText";
import { insertEntry } from "./insertEntry";
import type { WantedEntry } from "./newEntry";

/** A mistake in a flag. */
export interface FlagMistake {
  readonly flag: string;
  readonly rule: string;
  /** As it is shown. */
  readonly got: string;
  readonly fix: string;
}

/** Which flag a key of the entry comes from. */
const FLAGS: Readonly<Record<string, string>> = {
  name: "<name>",
  repositoryId: "--repository-id",
  ownerId: "--owner-id",
  defaultBranch: "--default-branch",
  dbt: "--dbt-project",
  refresh: "--refresh-schedule",
};

/** What the checks of the list say of a new entry. It is checked below all others, so that lines of the list are those of the file. */
export function entryMistakes(
  read: ListText,
  file: string,
  entry: EntryData,
): readonly FlagMistake[] {
  const { text, index } = insertEntry(read.text, entry, "end");
  return checkListText({ ...read, text }, file).mistakes.map(({ path, rule, got, fix }) => {
    const [, key] = new RegExp(`^locations\\[${index}\\]\\.?(\\w*)`).exec(path) ?? [];
    if (key === "") return { flag: "--module", rule, got, fix: "give one of the four flags" };
    const flag = key === undefined ? path : (FLAGS[key] ?? `--${key}`);
    const isMissing = key === "repository" && got === "nothing";
    // A flag has the value alone.
    const value = fix.replace(/`\w+: ([^`]+)`/, "$1");
    return { flag, rule, got, fix: isMissing ? "give --repository owner/name" : value };
  });
}

/** What the repository's server knows better. */
export function factMistakes(
  { repository, repositoryId, ownerId }: WantedEntry,
  facts: RepositoryFacts | undefined,
): readonly FlagMistake[] {
  if (facts === undefined) return [];
  const mistakes: FlagMistake[] = [];
  const expect = (flag: string, rule: string, got: unknown, right: unknown) => {
    if (got === undefined || got === right) return;
    mistakes.push({ flag, rule, got: showValue(got), fix: `write ${showValue(right)}` });
  };
  expect("--repository", "is not what it is called now", repository, facts.repository);
  expect("--repository-id", "is not its id", repositoryId, facts.repositoryId);
  expect("--owner-id", "is not the id of its owner", ownerId, facts.ownerId);
  return mistakes;
}

/** `--flag: rule, got value, do this`. */
export function formatFlagMistake({ flag, rule, got, fix }: FlagMistake): string {
  return `${flag}: ${rule}, got ${got}, ${fix}`;
}
