import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { parse, YAMLParseError } from "yaml";

import { parseConfig, type PlatformConfig } from "./config";
import { InvalidInputError } from "./invalidInputError";

interface Declared {
  readonly type: string;
  readonly default?: unknown;
}

/** A part of a project's or a stack's file. */
export interface ConfigFile {
  readonly name?: string;
  readonly config?: Readonly<Record<string, unknown>>;
}

/**
 * The config of a stack as `pulumi up` would see it, read from its files, without Pulumi's engine and its state.
 * @param folder - of Pulumi.yaml
 * @throws InvalidInputError with every mistake, one on each line
 */
export function readStackConfig(stack: string, folder = process.cwd()): PlatformConfig {
  const project = readYaml(folder, "Pulumi.yaml");
  const file = `Pulumi.${stack}.yaml`;
  if (!existsSync(join(folder, file))) throw noSuchStack(stack, folder);
  return stackConfigOf(project, readYaml(folder, file), stack);
}

/**
 * The config that two files make.
 * @param project - Pulumi.yaml
 * @param own - Pulumi.<stack>.yaml
 * @throws InvalidInputError with every mistake, one on each line
 */
export function stackConfigOf(project: ConfigFile, own: ConfigFile, stack: string): PlatformConfig {
  const prefix = `${project.name ?? ""}:`;
  const given = new Map(
    Object.entries(own.config ?? {})
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, value]) => [key.slice(prefix.length), value]),
  );
  const declared = Object.entries(project.config ?? {}) as [string, Declared][];
  const values = declared.map(([key, { type, default: otherwise }]): [string, unknown] => [
    key,
    given.has(key) ? typed(given.get(key), type) : otherwise,
  ]);
  return parseConfig(Object.fromEntries(values), [...given.keys()], stack);
}

/** `pulumi config set` writes every value as text. What is not of the type stays, and the check names it. */
function typed(value: unknown, type: string): unknown {
  if (type === "string" && (typeof value === "number" || typeof value === "boolean"))
    return String(value);
  if (typeof value !== "string") return value;
  if (type === "boolean" && /^(true|false)$/.test(value)) return value === "true";
  if (type === "integer" && /^-?\d+$/.test(value)) return Number(value);
  return value;
}

function noSuchStack(stack: string, folder: string): InvalidInputError {
  const stacks = readdirSync(folder).flatMap(
    (name) => /^Pulumi\.(.+)\.yaml$/.exec(name)?.[1] ?? [],
  );
  const there = stacks.length === 0 ? "there is none" : `there are ${stacks.sort().join(", ")}`;
  return new InvalidInputError(
    `--stack: no Pulumi.${stack}.yaml in ${folder}, ${there}: name one of them, or run \`pulumi stack init ${stack}\``,
  );
}

function readYaml(folder: string, file: string): ConfigFile {
  const path = join(folder, file);
  if (!existsSync(path))
    throw new InvalidInputError(`no ${file} in ${folder}: run this in the project's folder`);
  try {
    return (parse(readFileSync(path, "utf8")) ?? {}) as ConfigFile;
  } catch (error) {
    if (!(error instanceof YAMLParseError)) throw error;
    throw new InvalidInputError(`${file}: ${error.message.split("\n")[0] ?? "is not YAML"}`);
  }
}
