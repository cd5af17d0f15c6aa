import type { z } from "zod";
import { isMap } from "../../components/dagster/mergeValues";
import { type Advice, readAdvice } from "./advice";
import { didYouMean } from "../didYouMean";
import { schemaAt } from "./locationsJsonSchema";
import type { MistakeList } from "./mistakeList";
import { type Path, showValue } from "./mistake";
import { meantKey, unknownKeyAdvice } from "./unknownKey";
import type { YamlSource } from "./yamlSource";

type Issue = z.core.$ZodIssue;

/** What the issues say about a list beyond the mistakes. */
export interface SchemaFindings {
  /** Paths of the values that cannot be used. */
  readonly wrong: readonly Path[];
  /** Paths of the keys that misspelt ones probably mean: they are not missing. */
  readonly meant: readonly Path[];
}

/** Adds what zod found, in the words of a report. */
export function addSchemaMistakes(
  issues: readonly Issue[],
  source: YamlSource,
  mistakes: MistakeList,
): SchemaFindings {
  const unknown = issues.flatMap((issue) =>
    issue.code === "unrecognized_keys"
      ? issue.keys.map((key) => ({ path: issue.path as Path, key }))
      : [],
  );
  for (const { path, key } of unknown) {
    mistakes.add([...path, key], unknownKeyAdvice(path, key), key);
  }
  const meant = unknown.map(({ path, key }) => [...path, meantKey(path, key) ?? key]);
  const excused = new Set(meant.map((path) => path.join("\n")));
  const others = issues.filter(({ code }) => code !== "unrecognized_keys");
  for (const issue of others) {
    const path = issue.path as Path;
    const got = issue.code === "invalid_key" ? path.at(-1) : valueAt(source.value, path);
    if (got === undefined && excused.has(path.join("\n"))) continue;
    mistakes.add(path, adviceFor(issue, path, got, source.writtenAs(path)), got);
  }
  const wrong = [
    ...others.map((issue) => issue.path as Path),
    ...unknown.map(({ path, key }) => [...path, key]),
  ];
  return { wrong, meant };
}

function valueAt(value: unknown, path: Path): unknown {
  let found = value;
  for (const step of path) {
    if (Array.isArray(found)) found = found[Number(step)];
    else found = isMap(found) && Object.hasOwn(found, step) ? found[step] : undefined;
  }
  return found;
}

function adviceFor(issue: Issue, path: Path, got: unknown, written: string | undefined): Advice {
  if (got === undefined) return { rule: "is required", fix: `add ${exampleLine(path)}` };
  if (got === null) return nullAdvice(path);
  switch (issue.code) {
    case "invalid_type":
      return typeAdvice(issue.expected, path, got, written);
    case "invalid_value":
      return choiceAdvice(issue.values.map(String), got);
    case "invalid_key":
      return readAdvice(issue.issues[0]?.message ?? issue.message);
    default:
      return readAdvice(issue.message);
  }
}

function nullAdvice(path: Path): Advice {
  if (path.length === 1 && path[0] === "locations") {
    return { rule: "has no value", fix: "write `locations: []` for a platform without locations" };
  }
  const key = path.at(-1) ?? "";
  if (typeof key === "number") return { rule: "has no value", fix: "remove the dash" };
  const isRequired = schemaAt(path.slice(0, -1))?.required?.includes(key) ?? false;
  const removal = isRequired ? "" : "remove the key, or ";
  return { rule: "has no value", fix: `${removal}write ${exampleLine(path)}` };
}

function choiceAdvice(values: readonly string[], got: unknown): Advice {
  const meant = typeof got === "string" ? didYouMean(got, values) : undefined;
  const fix = meant === undefined ? "write one of them" : `did you mean ${JSON.stringify(meant)}?`;
  return { rule: `has to be ${values.join(" or ")}`, fix };
}

/** zod's name of a type, as it is said to people. */
const TYPES: Readonly<Record<string, string>> = {
  string: "a text",
  int: "a whole number",
  number: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "a map",
  record: "a map",
};

function typeAdvice(
  expected: string,
  path: Path,
  got: unknown,
  written: string | undefined,
): Advice {
  const rule = path.length === 0 ? "has to be a map with the key `locations`" : typeRule(expected);
  return { rule, fix: typeFix(expected, path, got, written) };
}

function typeRule(expected: string): string {
  return `has to be ${TYPES[expected] ?? expected}`;
}

function typeFix(expected: string, path: Path, got: unknown, written: string | undefined): string {
  if (path.length === 0) return "write `locations:` above the entries and indent them";
  if (expected === "string" && written !== undefined) return `put it in quotes: "${written}"`;
  if (expected === "array" && isMap(got)) return "put `- ` (a dash and a space) before each item";
  if (expected === "array") return `write it in brackets: [${String(got)}]`;
  if (typeof got === "string" && isWritten(expected, got)) return `remove the quotes: ${got}`;
  return `write it like ${exampleLine(path)}`;
}

/** Whether a text is what was expected, put in quotes. */
function isWritten(expected: string, got: string): boolean {
  if (expected === "boolean") return got === "true" || got === "false";
  return ["int", "number"].includes(expected) && /^[0-9]+$/.test(got);
}

/** `key: value` with the example of the schema, or the value alone for an item of a list. */
function exampleLine(path: Path): string {
  const key = path.at(-1);
  if (path[0] === "locations" && path.length === 2) return "`- name: crm`, more keys below it";
  const list = typeof key === "number" ? schemaAt(path.slice(0, -1)) : undefined;
  const example = (list?.examples?.flat() ?? schemaAt(path)?.examples)?.[0] ?? "some text";
  const value = typeof example === "string" ? example : showValue(example);
  return typeof key === "string" ? `\`${key}: ${value}\`` : `\`${value}\``;
}
