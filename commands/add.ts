import { existsSync } from "node:fs";
import { join } from "node:path";

import { sync as writeFileAtomic } from "write-file-atomic";

import { askIds, type AskedIds } from "../stacks/add/askIds";
import { callerOf, type TextFile, writeCaller } from "../stacks/add/callerFiles";
import {
  entryMistakes,
  factMistakes,
  type FlagMistake,
  formatFlagMistake,
} from "../stacks/add/entryMistakes";
import { insertEntry } from "../stacks/add/insertEntry";
import { newEntry, type WantedEntry, withFacts } from "../stacks/add/newEntry";
import { lookAtProject } from "../stacks/add/projectFolder";
import { projectNotes, withCode } from "../stacks/add/projectNotes";
import { remaining } from "../stacks/add/remaining";
import { InvalidInputError } from "../stacks/invalidInputError";
import { type ListText, readListFile } from "../stacks/list/listFile";
import { readList } from "../stacks/list/locationList";
import { DEFAULTS } from "../stacks/list/locationParts";
import type { Mistake } from "../stacks/list/mistake";
import { checkListText } from "../stacks/locations";
import type { Answer } from "../stacks/repositories/answer";
import type { RepositoryEnvironment } from "../stacks/repositories/repositoryOf";
import { type CiOfStack, ciOfStack } from "./addCi";
import { type AddFlags, addProgram, flagMistakes, wantedEntry } from "./addFlags";
import { additionJson, reportAddition } from "./addReport";
import { counted, printMistakes, runAsProgram, runLongCommand, type Terminal } from "./commandLine";

/** What `add` asks besides the list. */
export interface AddWorld {
  readonly environment: RepositoryEnvironment;
  readonly ci: (listFile: string, stack: string | undefined) => Promise<Answer<CiOfStack>>;
}

const GITLAB = "https://gitlab.com";

/**
 * `npm run add -- <name>`: adds a location to the list.
 * @returns 0, or 1 with all mistakes and without any change
 */
export function add(
  flags: readonly string[],
  terminal: Terminal,
  world: AddWorld = { environment: process.env, ci: ciOfStack },
): Promise<number> {
  const program = addProgram();
  const action = () => addLocation(program.args[0] ?? "", program.opts(), terminal, world);
  return runLongCommand(program, flags, action, terminal);
}

async function addLocation(
  name: string,
  flags: AddFlags,
  terminal: Terminal,
  world: AddWorld,
): Promise<number> {
  const { locations: file } = flags;
  const read = readListFile(file);
  if ("mistakes" in read) return refuseList(read.mistakes, flags, terminal);
  const before = checkListText(read, file).mistakes;
  if (before.length > 0) return refuseList(before, flags, terminal);
  const ci = await world.ci(file, flags.stack);
  const { wanted, asked, notes } = await complete(name, flags, read, ci, world);
  const entry = newEntry(wanted, readList(read.text, file).defaults);
  const mistakes = [
    ...flagMistakes(flags),
    ...entryMistakes(read, file, entry),
    ...factMistakes(wanted, asked.facts),
  ];
  if (mistakes.length > 0) return refuseFlags(mistakes, notes, flags, terminal);
  const inserted = insertEntry(read.text, entry, "sorted");
  const files = "value" in ci ? ci.value.filesOf({ ...read, text: inserted.text }) : [];
  const caller = "value" in ci ? callerOf(name, files, ci.value.callers) : [];
  if (!flags.dryRun) replace(file, read, inserted.text);
  const addition = {
    ...{ name, file, isDryRun: flags.dryRun === true, inserted },
    notes: "value" in ci ? notes : [...notes, `no CI file: ${ci.unknown}`],
    caller: caller.map((each) => ({ ...each, ...written(each, flags) })),
    remaining: remaining(wanted, platformOf(ci, file), caller),
  };
  if (flags.json) terminal.out(`${additionJson(addition)}\n`);
  else reportAddition(addition, terminal);
  return 0;
}

/** What the flags, the checkout and the repository's server say together. */
async function complete(
  name: string,
  flags: AddFlags,
  { text }: ListText,
  ci: Answer<CiOfStack>,
  { environment }: AddWorld,
): Promise<{
  readonly wanted: WantedEntry & { readonly provider: string };
  readonly asked: AskedIds;
  readonly notes: readonly string[];
}> {
  const { defaults } = readList(text, flags.locations);
  const given = wantedEntry(name, flags);
  const provider = given.provider ?? defaults.provider ?? DEFAULTS.provider;
  const gitlabUrl = "value" in ci ? ci.value.gitlabUrl : GITLAB;
  const known = { ownerId: defaults.ownerId, ...given, provider };
  const asked: AskedIds = flags.offline
    ? { facts: undefined, notes: [] }
    : await askIds(known, gitlabUrl, environment);
  const folder = join(flags.checkout ?? "", given.directory ?? defaults.directory ?? ".");
  const project =
    flags.checkout !== undefined && existsSync(folder) ? lookAtProject(folder) : undefined;
  return {
    wanted: { ...withFacts(withCode(given, project), asked.facts), provider },
    asked,
    notes: [...(project === undefined ? [] : projectNotes(folder, given, project)), ...asked.notes],
  };
}

/** The list was read some seconds ago: somebody may have saved it since. */
function replace(file: string, read: ListText, text: string): void {
  const now = readListFile(file);
  if ("mistakes" in now || now.text !== read.text)
    throw new InvalidInputError(`${file} was changed in the meantime: run this again`);
  writeFileAtomic(file, text);
}

function written(file: TextFile, { checkout, write, dryRun }: AddFlags) {
  return write && !dryRun && checkout !== undefined ? { written: writeCaller(checkout, file) } : {};
}

function platformOf(ci: Answer<CiOfStack>, listFile: string) {
  return { platformRepository: "value" in ci ? ci.value.repository : undefined, listFile };
}

/** A list that is wrong already is not touched. */
function refuseList(mistakes: readonly Mistake[], flags: AddFlags, terminal: Terminal): number {
  if (flags.json) terminal.out(`${JSON.stringify({ ok: false, mistakes }, null, 2)}\n`);
  else {
    printMistakes(mistakes, flags.locations, terminal);
    terminal.err("nothing was added: mend the list first\n");
  }
  return 1;
}

function refuseFlags(
  mistakes: readonly FlagMistake[],
  notes: readonly string[],
  flags: AddFlags,
  terminal: Terminal,
): number {
  if (flags.json) terminal.out(`${JSON.stringify({ ok: false, mistakes, notes }, null, 2)}\n`);
  else {
    for (const mistake of mistakes) terminal.err(`${formatFlagMistake(mistake)}\n`);
    for (const note of notes) terminal.err(`${note}\n`);
    terminal.err(`nothing was added: ${counted(mistakes.length, "mistake")}\n`);
  }
  return 1;
}

if (require.main === module) void runAsProgram(add);
