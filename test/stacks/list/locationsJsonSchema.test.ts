import { readFileSync } from "node:fs";
import Ajv from "ajv";
import fc from "fast-check";
import { parse } from "yaml";
import {
  type JsonSchema,
  locationsJsonSchema,
  schemaAt,
} from "../../../stacks/list/locationsJsonSchema";
import { changedList } from "./listMutations";
import { mistakesIn } from "./listText";
import { anyList, textOf } from "./locationArbitraries";

// `oneOf: [{ required: ["module"] }, …]` names keys that are declared beside it, not in it.
const accepts = new Ajv({ strict: true, strictRequired: false, strictTypes: false }).compile(
  locationsJsonSchema(),
);

/** Every schema below one, with its path. */
function all(schema: JsonSchema, path: string): [string, JsonSchema][] {
  const { properties = {}, additionalProperties, items } = schema;
  return [
    [path, schema],
    ...Object.entries(properties).flatMap(([key, inner]) => all(inner, `${path}.${key}`)),
    ...(typeof additionalProperties === "object" ? all(additionalProperties, `${path}.*`) : []),
    ...(items === undefined ? [] : all(items, `${path}[]`)),
  ];
}

describe("the JSON Schema", () => {
  test("accepts the committed list", () => {
    accepts(parse(readFileSync("locations.yaml", "utf8")));
    expect(accepts.errors).toBeNull();
  });

  test("accepts every list that the loader accepts", () => {
    fc.assert(
      fc.property(anyList, (list) => {
        expect(mistakesIn(textOf(list))).toEqual([]);
        accepts(list);
        expect(accepts.errors).toBeNull();
      }),
    );
  });

  test("accepts a changed list whenever the loader still accepts it", () => {
    fc.assert(
      fc.property(changedList, (list) => {
        const text = textOf(list);
        fc.pre(mistakesIn(text).length === 0);
        accepts(parse(text));
        expect(accepts.errors).toBeNull();
      }),
      // Most changes are mistakes, and are left out: 40 lists are some 400 tries.
      { numRuns: 40 },
    );
  });

  const entry = { name: "crm", repository: "acme/crm", module: "crm" };
  test.each([
    ["a list at the top", [entry]],
    ["no locations", {}],
    ["an unknown key at the top", { locations: [], default: {} }],
    ["a text as entry", { locations: ["crm"] }],
    ["an unknown key of an entry", { locations: [{ ...entry, resource: {} }] }],
    ["an unknown key below", { locations: [{ ...entry, dbt: { project: "dbt", x: 1 } }] }],
    ["an unknown key in an override", { locations: [{ ...entry, overrides: { dev: { x: 1 } } }] }],
    ["a name in an override", { locations: [{ ...entry, overrides: { dev: { name: "a" } } }] }],
    ["a module in defaults", { defaults: { module: "crm" }, locations: [] }],
    ["no name", { locations: [{ repository: "acme/crm", module: "crm" }] }],
    ["no code", { locations: [{ name: "crm", repository: "acme/crm" }] }],
    ["two kinds of code", { locations: [{ ...entry, package: "crm" }] }],
    ["a wrong name", { locations: [{ ...entry, name: "Crm" }] }],
    ["a name that is too long", { locations: [{ ...entry, name: "a".repeat(32) }] }],
    ["a reserved name", { locations: [{ ...entry, name: "dagster" }] }],
    ["a number in env", { locations: [{ ...entry, env: { A: 1 } }] }],
    ["a reserved variable", { locations: [{ ...entry, env: { DAGSTER_HOME: "x" } }] }],
    ["a Secret twice", { locations: [{ ...entry, secrets: ["a", "a"] }] }],
    ["latest", { locations: [{ ...entry, image: "a:latest" }] }],
    ["no stack", { locations: [{ ...entry, stacks: [] }] }],
    ["a null", { locations: [{ ...entry, secrets: null }] }],
    ["0 days", { locations: [{ ...entry, branches: { ttlDays: 0 } }] }],
    ["@daily", { locations: [{ ...entry, refresh: { schedule: "@daily" } }] }],
  ])("refuses %s, as the loader does", (_what, list) => {
    expect(accepts(list)).toBe(false);
    expect(mistakesIn(textOf(list)).length).toBeGreaterThan(0);
  });

  test("is closed and has a description and an example at every key that people write", () => {
    const keys = all(locationsJsonSchema(), "").filter(([path]) => path !== "");
    for (const [path, schema] of keys) {
      if (schema.properties !== undefined)
        expect([path, schema.additionalProperties]).toEqual([path, false]);
      // Items of simple lists and values of free maps are described by the key above them.
      if (/(\[\]|\*)$/.test(path) && schema.properties === undefined) continue;
      expect([path, schema.description]).toEqual([path, expect.stringMatching(/^[A-Z].*\.$/)]);
      expect([path, schema.examples]).toEqual([path, expect.arrayContaining([expect.anything()])]);
    }
    expect(keys.length).toBeGreaterThan(100);
  });

  test("has examples and defaults that it accepts itself", () => {
    const parts = all(locationsJsonSchema(), "");
    const ajv = new Ajv({ strict: false });
    for (const [path, schema] of parts) {
      const validate = ajv.compile({ ...schema, $id: undefined });
      const given = [...(schema.examples ?? []), ...("default" in schema ? [schema.default] : [])];
      for (const value of given)
        expect([path, value, validate(value)]).toEqual([path, value, true]);
    }
  });

  test("is found part by part by the path of a value", () => {
    expect(schemaAt(["locations", 7, "dbt", "target"])?.default).toBe("prod");
    expect(schemaAt(["locations", 7, "overrides", "dev", "env"])?.type).toBe("object");
    expect(schemaAt(["locations", 7, "nothing"])).toBeUndefined();
    expect(schemaAt(["constructor"])).toBeUndefined();
  });
});
