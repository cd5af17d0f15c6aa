/** Longest reason that is shown; the log has the rest. */
const MAX_LENGTH = 240;

/** The last exception of a Python log: its type and message in one line, at most 240 characters. */
export function reasonIn(log: string): string {
  const lines = log.split("\n").map((line) => line.trim());
  const errors = lines.filter((line) => /^[\w.]+(Error|Exception|Exit)\b.*/.test(line));
  const reason = errors.at(-1) ?? lines.filter((line) => line !== "").at(-1);
  if (reason === undefined) return "it ended without a word";
  return reason.length <= MAX_LENGTH ? reason : `${reason.slice(0, MAX_LENGTH - 1)}…`;
}
