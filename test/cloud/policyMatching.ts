/**
 * How IAM compares: patterns, ARNs, and the operators of conditions.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */

/** Values of one request by the condition key; keys are not case-sensitive. */
export type RequestContext = Readonly<Record<string, string | readonly string[]>>;

/** `*` is any text, `?` any one character; upper and lower case differ. */
export function matchesPattern(pattern: string, text: string): boolean {
  const source = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&").replace(/\*/g, ".*");
  return new RegExp(`^${source.replace(/\?/g, ".")}$`, "s").test(text);
}

/** Part by part: a wildcard does not reach over one of the first five colons. */
export function matchesArn(pattern: string, arn: string): boolean {
  const [patterns, parts] = [arnParts(pattern), arnParts(arn)];
  return (
    patterns.length === parts.length && patterns.every((part, n) => matchesPart(part, parts[n]))
  );
}

function matchesPart(pattern: string, part: string | undefined): boolean {
  return part !== undefined && matchesPattern(pattern, part);
}

function arnParts(arn: string): readonly string[] {
  const parts = arn.split(":");
  return [...parts.slice(0, 5), ...(parts.length > 5 ? [parts.slice(5).join(":")] : [])];
}

type Comparison = (wanted: string, given: string) => boolean;

const COMPARISONS: Readonly<Record<string, Comparison>> = {
  StringEquals: (wanted, given) => wanted === given,
  StringLike: matchesPattern,
  // AWS: the two do the same.
  ArnEquals: matchesArn,
  ArnLike: matchesArn,
  Bool: (wanted, given) => wanted.toLowerCase() === given.toLowerCase(),
  NumericLessThan: (wanted, given) => numberOf(given) < numberOf(wanted),
};

function numberOf(text: string): number {
  const number = Number(text);
  if (text.trim() === "" || Number.isNaN(number)) throw new Error(`no number: ${text}`);
  return number;
}

/** What is compared with what: the statement's values of a key, and the request's. */
interface Compared {
  readonly wanted: readonly string[];
  /** Undefined: the request does not have the key. */
  readonly given: readonly string[] | undefined;
}

/**
 * Whether a condition block holds: every key of every operator.
 * @throws Error for an operator that is not known here: nothing is allowed by mistake
 */
export function conditionsHold(conditions: unknown, context: RequestContext): boolean {
  const values = new Map(
    Object.entries(context).map(([key, value]) => [key.toLowerCase(), listOf(value)]),
  );
  return Object.entries(record(conditions)).every(([operator, keys]) =>
    Object.entries(record(keys)).every(([key, wanted]) =>
      operatorHolds(operator, { wanted: strings(wanted), given: values.get(key.toLowerCase()) }),
    ),
  );
}

function operatorHolds(operator: string, compared: Compared): boolean {
  if (operator === "Null")
    return compared.wanted.some((wanted) => (wanted === "true") === (compared.given === undefined));
  const found = /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(operator);
  const comparison = COMPARISONS[found?.[2] ?? ""];
  if (comparison === undefined) throw new Error(`unknown operator ${operator}`);
  const { wanted, given } = compared;
  const matches = (value: string) => wanted.some((each) => comparison(each, value));
  if (found?.[1] === "ForAllValues") return (given ?? []).every(matches);
  if (given === undefined) return found?.[3] === "IfExists";
  if (found?.[1] === undefined && given.length > 1)
    throw new Error(`${operator} compares one value, the request has ${given.join(", ")}`);
  return given.some(matches);
}

/** Something that is a text or a list of texts, as a list. */
export function strings(value: unknown): readonly string[] {
  const list = Array.isArray(value) ? (value as readonly unknown[]) : [value];
  return list.map((each) => {
    if (typeof each !== "string") throw new Error(`not a text: ${JSON.stringify(each)}`);
    if (each.includes("${")) throw new Error(`policy variables are not known here: ${each}`);
    return each;
  });
}

export function record(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new Error(`not an object: ${JSON.stringify(value)}`);
  return value as Readonly<Record<string, unknown>>;
}

function listOf(value: string | readonly string[]): readonly string[] {
  return typeof value === "string" ? [value] : value;
}
