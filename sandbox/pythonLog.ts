/** Longest reason that is shown; the log has the rest. */
const MAX_LENGTH = 240;

const TRACEBACK = "Traceback (most recent call last):";

/** What Python writes between an exception and the one that came of it. */
const CAUSE = /The above exception was the direct cause|During handling of the above exception/;

/**
 * Why a Python process failed, from its log: the exception that started the last chain, its type and message in one
 * line of at most 240 characters.
 */
export function reasonIn(log: string): string {
  const parts = log.split(TRACEBACK);
  let last = parts.length - 1;
  while (last > 0 && CAUSE.test(parts[last - 1] ?? "")) last -= 1;
  const lines = (parts[last] ?? "").split("\n").map((line) => line.trim());
  const error = lines.find((line) => /^[\w.]+(Error|Exception|Exit|Interrupt)\b/.test(line));
  const reason = error ?? lines.filter((line) => line !== "").at(-1);
  if (reason === undefined) return "it ended without a word";
  return reason.length <= MAX_LENGTH ? reason : `${reason.slice(0, MAX_LENGTH - 1)}…`;
}
