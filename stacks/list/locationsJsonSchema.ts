import { z } from "zod";
import { listSchema } from "./locationSchema";
import type { Path } from "./mistake";

/** The part of JSON Schema (draft 7) that describes the list. */
export interface JsonSchema {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly items?: JsonSchema;
  readonly required?: readonly string[];
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
}

let made: JsonSchema | undefined;

/** The JSON Schema of `locations.yaml`, draft 7: the one that editors know best. Made once. */
export function locationsJsonSchema(): JsonSchema {
  made ??= {
    $id: "locations.schema.json",
    ...z.toJSONSchema(listSchema, { target: "draft-7", io: "input" }),
  } as JsonSchema;
  return made;
}

/** The part of the schema that describes the value at a path; undefined where anything may stand. */
export function schemaAt(path: Path): JsonSchema | undefined {
  let schema: JsonSchema | undefined = locationsJsonSchema();
  for (const step of path) {
    if (schema === undefined) return undefined;
    schema = typeof step === "number" ? schema.items : keySchema(schema, step);
  }
  return schema;
}

function keySchema(schema: JsonSchema, key: string): JsonSchema | undefined {
  const { properties = {}, additionalProperties } = schema;
  if (Object.hasOwn(properties, key)) return properties[key];
  return typeof additionalProperties === "object" ? additionalProperties : undefined;
}
