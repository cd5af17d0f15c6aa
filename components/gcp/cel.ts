/**
 * Literals of the Common Expression Language, in which Google Cloud's conditions are.
 * @see https://github.com/google/cel-spec/blob/master/doc/langdef.md
 */

/** A string, in single quotes. */
export function celString(value: string): string {
  return `'${value.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}

/** A list of strings. */
export function celList(values: readonly string[]): string {
  return `[${values.map(celString).join(", ")}]`;
}

/** All of them. */
export function celAll(conditions: readonly string[]): string {
  return conditions.join(" && ");
}

/** One of them, in brackets. */
export function celAny(conditions: readonly string[]): string {
  return conditions.length === 1 ? conditions.join("") : `(${conditions.join(" || ")})`;
}
