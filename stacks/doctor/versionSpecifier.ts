/** A version of numbers alone, as Dagster's are. */
const PLAIN = /^\d+(\.\d+)*$/;

const CLAUSE = /^(===|==|~=|!=|<=|>=|<|>)(\d+(?:\.\d+)*)(\.\*)?$/;

/**
 * Whether a version fits the specifiers of PEP 440 (`>=1.13,<1.14`).
 * @returns undefined for specifiers that this does not read: pre-releases, epochs, local versions
 */
export function fits(version: string, specifiers: string): boolean | undefined {
  if (!PLAIN.test(version)) return undefined;
  const clauses = specifiers.split(",").filter((clause) => clause !== "");
  const answers = clauses.map((clause) => fitsClause(version, clause));
  return answers.includes(undefined) ? undefined : answers.every(Boolean);
}

function fitsClause(version: string, clause: string): boolean | undefined {
  const [, operator = "", wanted = "", star] = CLAUSE.exec(clause) ?? [];
  const order = compare(version, wanted);
  const isBelow = version === wanted || version.startsWith(`${wanted}.`);
  switch (operator) {
    case "":
      return undefined;
    case "===":
    case "==":
      return star === undefined ? order === 0 : isBelow;
    case "!=":
      return star === undefined ? order !== 0 : !isBelow;
    case "~=": {
      const upper = wanted.split(".").slice(0, -1).join(".");
      return order >= 0 && version.startsWith(`${upper}.`);
    }
    default:
      return star === undefined ? ORDERS[operator]?.(order) : undefined;
  }
}

const ORDERS: Readonly<Record<string, (order: number) => boolean>> = {
  "<": (order) => order < 0,
  "<=": (order) => order <= 0,
  ">": (order) => order > 0,
  ">=": (order) => order >= 0,
};

/** Negative when the first is older; a part that is missing is 0. */
function compare(one: string, other: string): number {
  const [left, right] = [one, other].map((version) => version.split(".").map(Number));
  const length = Math.max(left?.length ?? 0, right?.length ?? 0);
  for (let index = 0; index < length; index += 1) {
    const difference = (left?.[index] ?? 0) - (right?.[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
