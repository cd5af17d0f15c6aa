import { completeLocation } from "./list/completeLocation";
import { InvalidInputError } from "./invalidInputError";
import { checkList, type ListSurroundings } from "./list/listChecks";
import type { Cloud } from "./list/cloudEntryChecks";
import { addFolderMistakes } from "./list/locationFolders";
import { type LocationList, readList } from "./list/locationList";
import type { Entry, Location } from "./list/locationSchema";
import { type ListText, readListFile } from "./list/listFile";
import { formatReport, type Mistake } from "./list/mistake";
import { checkStackEntries } from "./list/stackChecks";
import { entriesOfStack, type StackEntry } from "./list/stackEntries";
import { stackCloud } from "./list/stackCloud";
import { STANDARD_STACKS } from "./list/stackName";

/** Which list is read, and for which stack. */
export interface ParseOptions extends ListSurroundings {
  /** The file as the user named it; it stands in each mistake. */
  readonly file: string;
  readonly stack: string;
  /** Of the stack: what an entry needs depends on it. @defaultValue "none" */
  readonly cloud?: Cloud;
}

/** A list as one stack sees it. */
export interface LoadedLocations {
  /** In the order of the list; empty when there is a mistake: half a list is never used. */
  readonly locations: readonly Location[];
  /** Sorted by line, none twice. */
  readonly mistakes: readonly Mistake[];
}

/** A list as all its stacks see it. */
export interface CheckedList {
  /** Entries of the list. */
  readonly entries: number;
  /** Stacks that were checked. */
  readonly stacks: readonly string[];
  readonly mistakes: readonly Mistake[];
}

/** Reads the text of a list for one stack. Pure: looks at no file. */
export function parseLocations(text: string, options: ParseOptions): LoadedLocations {
  const list = readList(text, options.file);
  checkList(list, options);
  return result(list, checkedEntries(list, options.stack, options.cloud));
}

/**
 * Reads a list for one stack. For the stack `sandbox`, each `checkout` has to be a folder.
 * @param file - path of the list, relative to the working directory
 */
export function loadLocations(file: string, stack: string, cloud?: Cloud): LoadedLocations {
  const read = readListFile(file);
  if ("mistakes" in read) return { locations: [], mistakes: read.mistakes };
  const list = readList(read.text, file);
  checkList(list, read);
  const entries = checkedEntries(list, stack, cloud);
  if (stack === "sandbox") addFolderMistakes(list, entries, file);
  return result(list, entries);
}

/**
 * Reads a list for one stack.
 * @param cloud - of the stack
 * @throws InvalidInputError with the whole report
 */
export function requireLocations(file: string, stack: string, cloud?: Cloud): readonly Location[] {
  const { locations, mistakes } = loadLocations(file, stack, cloud);
  if (mistakes.length > 0) throw new InvalidInputError(formatReport(mistakes));
  return locations;
}

/** Checks a list for dev, prod, sandbox and all stacks that it mentions. */
export function checkAllStacks(file: string): CheckedList {
  const read = readListFile(file);
  return "mistakes" in read
    ? { entries: 0, stacks: [], mistakes: read.mistakes }
    : checkListText(read, file);
}

/**
 * As {@link checkAllStacks}, for a text that is not in the file yet.
 * @param file - where it will be; it stands in each mistake, and its stacks are beside it
 */
export function checkListText(read: ListText, file: string): CheckedList {
  const list = readList(read.text, file);
  checkList(list, read);
  const stacks = mentionedStacks(list);
  for (const stack of stacks) checkedEntries(list, stack, stackCloud(file, stack));
  return { entries: list.entries.length, stacks, mistakes: list.mistakes.sorted() };
}

function mentionedStacks({ entries }: LocationList): string[] {
  const mentioned = entries.flatMap(({ entry }) => [
    ...(entry.stacks ?? []),
    ...Object.keys(entry.overrides ?? {}),
  ]);
  return [...new Set([...STANDARD_STACKS, ...mentioned])].sort();
}

function checkedEntries(list: LocationList, stack: string, cloud?: Cloud): StackEntry[] {
  const entries = entriesOfStack(list, stack);
  checkStackEntries(list, entries, cloud);
  return entries;
}

function result(list: LocationList, entries: readonly StackEntry[]): LoadedLocations {
  const mistakes = list.mistakes.sorted();
  if (mistakes.length > 0) return { locations: [], mistakes };
  // Without a mistake, an entry has all required keys.
  const locations = entries.map(({ merged }) => completeLocation(merged as Entry));
  return { locations: Object.freeze(locations), mistakes };
}
