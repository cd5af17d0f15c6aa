/** A change of a text: what stands from `at` to `until` goes, and `text` comes. */
export interface Edit {
  readonly at: number;
  /** @defaultValue - `at`: nothing goes */
  readonly until?: number;
  readonly text: string;
}

/** The text with the edits; they do not overlap. */
export function withEdits(text: string, edits: readonly Edit[]): string {
  const sorted = [...edits].sort((one, other) => one.at - other.at);
  let result = "";
  let from = 0;
  for (const { at, until = at, text: added } of sorted) {
    result += text.slice(from, at) + added;
    from = until;
  }
  return result + text.slice(from);
}

/** Beginning of the line that an offset is in. */
export function lineStart(text: string, offset: number): number {
  const start = text.lastIndexOf("\n", offset - 1) + 1;
  // A byte order mark is no column.
  return start === 0 && text.startsWith("\ufeff") ? 1 : start;
}

/** Beginning of the line below; the end of the text when there is none. */
export function nextLine(text: string, offset: number): number {
  const end = text.indexOf("\n", offset);
  return end === -1 ? text.length : end + 1;
}

/** How the text ends its lines. */
export function lineEndOf(text: string): string {
  return /\r?\n/.exec(text)?.[0] ?? "\n";
}

/** Blank or comment lines between two things of a file. */
export interface GapLine {
  readonly start: number;
  readonly isBlank: boolean;
  /** Column of what stands there. */
  readonly column: number;
}

/** The blank lines and comments from the beginning of a line on, up to the next thing; and where that begins. */
export function gapFrom(text: string, offset: number): { lines: readonly GapLine[]; end: number } {
  const lines: GapLine[] = [];
  let start = offset;
  while (start < text.length) {
    const next = nextLine(text, start);
    const line = text.slice(start, next);
    const column = line.search(/\S/);
    if (column !== -1 && line[column] !== "#") break;
    lines.push({ start, isBlank: column === -1, column });
    start = next;
  }
  return { lines, end: start };
}
