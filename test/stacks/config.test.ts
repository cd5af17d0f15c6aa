import { readFileSync } from "node:fs";

import { parse } from "yaml";

import { parseConfig } from "../../stacks/config";
import { InvalidInputError } from "../../stacks/invalidInputError";

interface ProjectFile {
  config: Record<string, { type: string; description: string; default: unknown }>;
}

const project = parse(readFileSync("Pulumi.yaml", "utf8")) as ProjectFile;
const defaults = Object.fromEntries(
  Object.entries(project.config).map(([key, declared]) => [key, declared.default]),
);

function refusal(given: Record<string, unknown>, keys: readonly string[] = []): string {
  try {
    parseConfig({ ...defaults, ...given }, keys, "dev");
  } catch (error) {
    if (error instanceof InvalidInputError) return error.message;
    throw error;
  }
  return "accepted";
}

describe("the stack's config", () => {
  it("is complete with the defaults of Pulumi.yaml alone", () => {
    const config = parseConfig(defaults, Object.keys(defaults), "dev");
    expect(config).toMatchObject({ namespace: "dagster", cloud: "none", region: undefined });
    expect(Object.isFrozen(config)).toBe(true);
  });

  it.each(Object.entries(project.config))("declares %s with type, text and default", (_k, key) => {
    expect(key.type).toMatch(/^(string|integer|boolean)$/);
    expect(key.description.length).toBeGreaterThan(10);
    expect(key.default).toBeDefined();
  });

  it.each(["dev", "prod"])("is valid in the committed Pulumi.%s.yaml", (stack) => {
    const file = parse(readFileSync(`Pulumi.${stack}.yaml`, "utf8")) as {
      config: Record<string, unknown>;
    };
    const own = Object.entries(file.config).map(([key, value]): [string, unknown] => [
      key.replace("dagster-platform:", ""),
      value,
    ]);
    const given = { ...defaults, ...Object.fromEntries(own) };
    expect(() => parseConfig(given, Object.keys(given), stack)).not.toThrow();
  });

  it.each<[string, Record<string, unknown>, string]>([
    ["a namespace that is no DNS label", { namespace: "Dagster" }, "namespace: must be a DNS"],
    [
      "a cloud that is not known",
      { cloud: "azure" },
      'cloud: must be none, aws or gcp, got "azure"',
    ],
    ["no runs at all", { maxConcurrentRuns: 0 }, "maxConcurrentRuns: must be at least 1, got 0"],
    ["a port that is none", { postgresPort: 70_000 }, "postgresPort: must be a port"],
    ["a cloud without region", { cloud: "aws" }, "region: needed with cloud aws"],
    ["a database without its Secret", { postgresHost: "db" }, "postgresSecret: needed with"],
    ["an own S3 without its Secret", { stateEndpointUrl: "http://s3" }, "stateSecret: needed with"],
  ])("refuses %s", (_case, given, text) => {
    expect(refusal(given)).toContain(`Pulumi.dev.yaml: dagster-platform:${text}`);
  });

  it("refuses a misspelt key and says which was meant", () => {
    expect(refusal({}, ["namespce"])).toBe(
      'Pulumi.dev.yaml: dagster-platform:namespce: unknown key, did you mean "namespace"?',
    );
  });

  it("refuses everything that is wrong at once, one on each line", () => {
    expect(refusal({ cloud: "x", maxConcurrentRuns: 0 }, ["oops"]).split("\n")).toHaveLength(3);
  });
});
