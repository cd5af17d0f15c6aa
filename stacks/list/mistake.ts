/** Keys and list indices from the top of a file down to one value. */
export type Path = readonly (string | number)[];

/** One mistake in a file that a person wrote. */
export interface Mistake {
  /** The file as the user named it. */
  readonly file: string;
  /** Line of the mistake, from 1. */
  readonly line: number;
  /** Where in the file, such as `locations[2].env.REGION`; `file` or `yaml` for the file as a whole. */
  readonly path: string;
  /** What has to be true, lower case, no full stop. */
  readonly rule: string;
  /** The offending value as it is shown: JSON on one line, shortened; `nothing` when it is missing. */
  readonly got: string;
  /** What to do about it. */
  readonly fix: string;
}

/** Longest value that a report shows, in characters; the rest is cut. */
const MAX_SHOWN_LENGTH = 60;

/** Characters that JSON leaves as they are and that move or hide text on a terminal. */
const UNSAFE = /[\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

const PLAIN_KEY = /^[A-Za-z_$][\w$-]*$/;

/** A value as a report shows it: JSON on one line, at most 60 characters, safe for a terminal. */
export function showValue(value: unknown): string {
  if (value === undefined) return "nothing";
  // JSON has no NaN and no Infinity; YAML has.
  const json = typeof value === "number" ? String(value) : JSON.stringify(value);
  const text = shorten(json);
  return text.replace(UNSAFE, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

function shorten(text: string): string {
  return text.length <= MAX_SHOWN_LENGTH ? text : `${text.slice(0, MAX_SHOWN_LENGTH - 1)}…`;
}

/** A path as a report shows it: `locations[2].env.REGION`; odd keys are quoted, the top is `file`. */
export function showPath(path: Path): string {
  let shown = "";
  for (const step of path) {
    if (typeof step === "number") shown += `[${step}]`;
    else if (!PLAIN_KEY.test(step)) shown += `[${showValue(step)}]`;
    else shown += shown === "" ? step : `.${step}`;
  }
  return shown === "" ? "file" : shown;
}

/** `file:line: path: rule, got value, do this`. */
export function formatMistake(mistake: Mistake): string {
  const { file, line, path, rule, got, fix } = mistake;
  return `${file}:${line}: ${path}: ${rule}, got ${got}, ${fix}`;
}

/** All mistakes, one on each line. */
export function formatReport(mistakes: readonly Mistake[]): string {
  return mistakes.map(formatMistake).join("\n");
}

/** The mistakes in the order of their lines, none twice. */
export function sortMistakes(mistakes: readonly Mistake[]): Mistake[] {
  const once = new Map(mistakes.map((mistake) => [formatMistake(mistake), mistake]));
  return [...once.values()].sort((one, other) => one.line - other.line);
}
