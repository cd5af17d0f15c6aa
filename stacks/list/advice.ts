/** What a check says about a value it refuses. */
export interface Advice {
  /** What has to be true. */
  readonly rule: string;
  /** What to do about it. */
  readonly fix: string;
}

/**
 * Rule and fix as one message. A zod issue carries one text only and forgets the schema it came
 * from, so the two travel together, a line each, until `readAdvice` takes them apart.
 */
export function advice(rule: string, fix: string): string {
  return `${rule}\n${fix}`;
}

/** The rule and the fix of a message made by `advice`. */
export function readAdvice(message: string): Advice {
  const [rule = message, fix = "see docs/locations.md"] = message.split("\n");
  return { rule, fix };
}
