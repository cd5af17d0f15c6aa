import type { Answer } from "../repositories/answer";

/** What one check of the doctor found. */
export type Finding =
  | { readonly state: "ok"; readonly found: string }
  | { readonly state: "problem"; readonly found: string; readonly fix: string }
  /** It could not be asked, or means nothing here; `found` says why. */
  | { readonly state: "skipped"; readonly found: string };

export function ok(found: string): Finding {
  return { state: "ok", found };
}

/** @param fix - what to do, in one line */
export function problem(found: string, fix: string): Finding {
  return { state: "problem", found, fix };
}

export function skipped(why: string): Finding {
  return { state: "skipped", found: why };
}

/** A check of what somebody else was asked; without an answer it is skipped. */
export function findingOf<T>(answer: Answer<T>, check: (value: T) => Finding): Finding {
  return "unknown" in answer ? skipped(answer.unknown) : check(answer.value);
}
