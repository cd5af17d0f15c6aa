import { distance } from "fastest-levenshtein";

/** Shortest text that counts as a part of a longer one; two letters are in too many words. */
const MIN_PART_LENGTH = 3;

/**
 * The candidate that was probably meant by a misspelt word, if there is one.
 *
 * Case, `_` and `-` do not count (`ttl_days` means `ttlDays`); one letter in three may be wrong; a
 * word that is the beginning or a part of a candidate, or the other way round, means it too
 * (`memory` means `memoryMiB`, `module_name` means `module`).
 */
export function didYouMean(word: string, candidates: readonly string[]): string | undefined {
  const plain = plainForm(word);
  const ranked = candidates
    .map((candidate) => ({ candidate, score: score(plain, plainForm(candidate)) }))
    .filter(({ score }) => score < Infinity)
    .sort((one, other) => one.score - other.score);
  return ranked[0]?.candidate;
}

/** Lower is closer; Infinity is not close at all. */
function score(word: string, candidate: string): number {
  const edits = distance(word, candidate);
  if (sorted(word) === sorted(candidate)) return 1;
  if (edits <= Math.max(1, Math.floor(candidate.length / 3))) return edits;
  const [short, long] = word.length < candidate.length ? [word, candidate] : [candidate, word];
  return short.length >= MIN_PART_LENGTH && long.includes(short) ? edits : Infinity;
}

/** Letters in the wrong order are one slip, not two edits. */
function sorted(word: string): string {
  return Array.from(word).sort().join("");
}

function plainForm(word: string): string {
  return word.toLowerCase().replace(/[-_ ]/g, "");
}
