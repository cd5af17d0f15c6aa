/** What somebody else was asked: the answer, or why there is none. */
export type Answer<T> = { readonly value: T } | { readonly unknown: string };

/** The answer to a question that is asked with the answer to another one. */
export function andThen<T, U>(answer: Answer<T>, next: (value: T) => Answer<U>): Answer<U> {
  return "unknown" in answer ? answer : next(answer.value);
}
