import { InvalidInputError } from "./invalidInputError";

/**
 * Looks up what is there already, in preview too; nothing of it is changed.
 * @param what - key of the config or the list, with the name that it gives
 * @param lookup - of the cloud's SDK; fails when there is no such thing
 * @param fix - what to do when there is none
 * @throws InvalidInputError
 */
export async function adopted<T>(what: string, lookup: Promise<T>, fix: string): Promise<T> {
  try {
    return await lookup;
  } catch (cause) {
    throw new InvalidInputError(`${what}: ${reasonOf(cause)}, ${fix}`, { cause });
  }
}

/** The cloud's own words, in one line. Providers put the error itself last. */
function reasonOf(cause: unknown): string {
  const said = cause instanceof Error ? cause.message : String(cause);
  const line = said.replaceAll(/\s+/g, " ").replace(/^.*?\boccurred:( \*)? /, "");
  return `cannot be looked up (${line.slice(0, 300).trim()})`;
}
