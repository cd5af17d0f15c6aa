import { advice, readAdvice } from "./advice";
import { didYouMean } from "../didYouMean";
import { CODE_SOURCES } from "./locationKeys";
import type { ListedEntry, LocationList } from "./locationList";
import type { Path } from "./mistake";
import { STANDARD_STACKS } from "./stackName";

/** What a list is checked against that does not stand in it. */
export interface ListSurroundings {
  /**
   * Names of the stacks that exist, besides dev, prod and sandbox.
   * @defaultValue - any name is taken
   */
  readonly knownStacks?: readonly string[];
}

/** Checks between entries and between the keys of one entry, the same in all stacks. */
export function checkList(list: LocationList, surroundings: ListSurroundings): void {
  checkNames(list);
  for (const listed of list.entries) {
    checkCodeSource(list, listed);
    checkStacks(list, listed, surroundings.knownStacks);
  }
}

function checkNames({ entries, lineOf, mistakes }: LocationList): void {
  const first = new Map<string, number>();
  for (const { entry, path } of entries) {
    if (entry.name === undefined) continue;
    const at = [...path, "name"];
    const line = first.get(entry.name);
    if (line === undefined) first.set(entry.name, lineOf(at));
    else {
      const rule = `is already the name of the location on line ${line}`;
      mistakes.add(at, { rule, fix: "give each location its own name" }, entry.name);
    }
  }
}

function checkCodeSource({ mistakes }: LocationList, { path, keys }: ListedEntry): void {
  // An entry that is no map has no keys, and its mistake already.
  if (keys.length === 0) return;
  const given = CODE_SOURCES.filter((key) => keys.includes(key));
  const rule = "needs exactly one of module, file, package and autoload";
  if (given.length === 0) {
    mistakes.add(
      path,
      { rule, fix: "add `module: <python module with the definitions>`" },
      undefined,
    );
  }
  for (const key of given.slice(1)) {
    mistakes.add([...path, key], { rule, fix: `keep ${given[0]} or ${key}` }, given);
  }
}

function checkStacks(
  list: LocationList,
  { entry, path }: ListedEntry,
  knownStacks: readonly string[] | undefined,
): void {
  entry.stacks?.forEach((stack, index) => {
    checkKnown(list, [...path, "stacks", index], stack, knownStacks);
  });
  for (const stack of Object.keys(entry.overrides ?? {})) {
    const at = [...path, "overrides", stack];
    checkKnown(list, at, stack, knownStacks);
    if (entry.stacks === undefined || entry.stacks.includes(stack)) continue;
    const rule = `is a stack that \`stacks\` of this entry leaves out (it has ${entry.stacks.join(", ")})`;
    list.mistakes.add(at, { rule, fix: "remove the override, or add the stack" }, stack);
  }
}

function checkKnown(
  { mistakes }: LocationList,
  path: Path,
  stack: string,
  knownStacks: readonly string[] | undefined,
): void {
  const problem = unknownStack(stack, knownStacks);
  if (problem !== undefined) mistakes.add(path, readAdvice(problem), stack);
}

/** Why a stack does not exist, as `advice` says it; undefined when it does, or nobody knows. */
export function unknownStack(
  stack: string,
  knownStacks: readonly string[] | undefined,
): string | undefined {
  if (knownStacks === undefined) return undefined;
  const all = [...new Set([...STANDARD_STACKS, ...knownStacks])];
  // Stacks of branch deployments are made for a pull request and have no file.
  if (all.includes(stack) || stack.startsWith("branch-")) return undefined;
  const meant = didYouMean(stack, all);
  const rule = `has to be a stack that exists (${all.join(", ")})`;
  return advice(
    rule,
    meant === undefined
      ? `make it first (Pulumi.${stack}.yaml), or remove it`
      : `did you mean ${JSON.stringify(meant)}?`,
  );
}
