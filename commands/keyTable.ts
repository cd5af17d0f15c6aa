import type { JsonSchema } from "../stacks/list/locationsJsonSchema";
import { markdownTable } from "./markdownTable";

interface Row {
  readonly key: string;
  readonly value: string;
  readonly otherwise: string;
  readonly alsoIn: string;
  readonly what: string;
}

const HEAD = ["key", "value", "default", "also in", "what it means"];

/** The keys of an entry as a Markdown table, made from the JSON Schema of the list. */
export function keyTable(schema: JsonSchema): string {
  const entry = schema.properties?.["locations"]?.items ?? {};
  const defaults = schema.properties?.["defaults"] ?? {};
  const overrides = entry.properties?.["overrides"]?.additionalProperties;
  const alsoIn = (key: string) =>
    [
      ...(hasKey(defaults, key) ? ["`defaults`"] : []),
      ...(typeof overrides === "object" && hasKey(overrides, key) ? ["`overrides`"] : []),
    ].join(", ");
  const rows = Object.keys(entry.properties ?? {}).flatMap((key) =>
    rowsOf(entry, key, "", alsoIn(key)),
  );
  return markdownTable(HEAD, rows.map(cells));
}

function rowsOf(parent: JsonSchema, key: string, prefix: string, alsoIn: string): Row[] {
  const schema = parent.properties?.[key] ?? {};
  const row = {
    key: code(`${prefix}${key}`),
    value: valueText(schema),
    otherwise: defaultText(parent, key),
    alsoIn,
    what: schema.description ?? "",
  };
  const inner = Object.keys(schema.properties ?? {});
  return [row, ...inner.flatMap((name) => rowsOf(schema, name, `${prefix}${key}.`, alsoIn))];
}

function valueText({ type, enum: choices, anyOf, items, examples }: JsonSchema): string {
  if (choices !== undefined) return choices.map((choice) => code(String(choice))).join(" or ");
  const name = anyOf === undefined ? TYPE_NAMES[type ?? ""] : "text or number";
  const example = items === undefined ? examples?.[0] : (examples?.[0] as unknown[] | undefined);
  const shown = type === "object" ? undefined : example;
  return shown === undefined ? (name ?? "") : `${name ?? ""}, ${code(inYaml(shown))}`;
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: "text",
  integer: "whole number",
  boolean: "true or false",
  array: "list",
  object: "map",
};

function defaultText(parent: JsonSchema, key: string): string {
  if (parent.required?.includes(key) ?? false) return "required";
  const given = parent.properties?.[key]?.default;
  return given === undefined || parent.properties?.[key]?.properties ? "" : code(inYaml(given));
}

function inYaml(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value).replace(/"/g, "");
}

function code(text: string): string {
  return `\`${text}\``;
}

function hasKey(schema: JsonSchema, key: string): boolean {
  return Object.hasOwn(schema.properties ?? {}, key);
}

function cells({ key, value, otherwise, alsoIn, what }: Row): readonly string[] {
  return [key, value, otherwise, alsoIn, what];
}
