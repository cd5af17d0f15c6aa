import { InvalidInputError } from "./invalidInputError";

/**
 * As `Promise.all`, but with the mistakes of all.
 * @throws InvalidInputError with every mistake, one on each line
 */
export async function allOf<T extends readonly Promise<unknown>[] | []>(
  promises: T,
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  const results = await Promise.allSettled(promises);
  const mistakes = results.flatMap((result) =>
    result.status === "rejected" && result.reason instanceof InvalidInputError
      ? [result.reason.message]
      : [],
  );
  if (mistakes.length > 1) throw new InvalidInputError(mistakes.join("\n"));
  // One mistake, or something else: as it is.
  return Promise.all(promises);
}
