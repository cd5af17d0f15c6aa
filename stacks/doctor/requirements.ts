import { parse } from "smol-toml";

import { isMap } from "../../components/dagster/mergeValues";

/** A package that a project asks for. */
export interface Requirement {
  /** Normalized: lower case, with hyphens. */
  readonly name: string;
  /** Its version specifiers, such as `>=1.13,<1.14`; empty: any version. */
  readonly versions: string;
}

/** The files of a Python project that say what it is made of; undefined: it has none. */
export interface ProjectTexts {
  readonly "pyproject.toml": string | undefined;
  readonly "uv.lock": string | undefined;
  readonly "requirements.txt": string | undefined;
  readonly "dg.toml": string | undefined;
}

/** What a project asks for by itself. */
export function requirementsOf(texts: ProjectTexts): readonly Requirement[] {
  const project = tableOf(tomlOf(texts["pyproject.toml"])["project"]);
  const dependencies = Array.isArray(project["dependencies"]) ? project["dependencies"] : [];
  const lines = (texts["requirements.txt"] ?? "").split(/\r?\n/);
  return [...dependencies.map(String), ...lines].flatMap(requirementOf);
}

/** Version of each package in uv.lock; undefined when there is none, or it cannot be read. */
export function lockedVersions({
  "uv.lock": text,
}: ProjectTexts): ReadonlyMap<string, string> | undefined {
  const { package: packages } = tomlOf(text);
  if (!Array.isArray(packages)) return undefined;
  return new Map(
    packages.map(tableOf).map(({ name, version }) => [normalized(String(name)), String(version)]),
  );
}

/** Whether the project is made with dg: only there components can be state-backed. */
export function isDgProject(texts: ProjectTexts): boolean {
  const { tool } = tomlOf(texts["pyproject.toml"]);
  return texts["dg.toml"] !== undefined || tableOf(tool)["dg"] !== undefined;
}

/** Module that a dg project is in. */
export function rootModule(texts: ProjectTexts): string | undefined {
  const dg = tableOf(tableOf(tomlOf(texts["pyproject.toml"])["tool"])["dg"]);
  const { project = tomlOf(texts["dg.toml"])["project"] } = dg;
  const { root_module: root } = tableOf(project);
  return typeof root === "string" ? root : undefined;
}

/** PEP 508, without what does not matter here: extras, markers, addresses. */
function requirementOf(line: string): readonly Requirement[] {
  const [, name, versions = ""] =
    /^\s*([A-Za-z0-9][\w.-]*)\s*(?:\[[^\]]*\])?\s*\(?([^;#@)]*)/.exec(line) ?? [];
  return name === undefined
    ? []
    : [{ name: normalized(name), versions: versions.replaceAll(/\s/g, "") }];
}

/** @see https://packaging.python.org/en/latest/specifications/name-normalization */
function normalized(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]+/g, "-");
}

function tableOf(value: unknown): Readonly<Record<string, unknown>> {
  return isMap(value) ? value : {};
}

/** What is no TOML asks for nothing: its team's tools say so better. */
function tomlOf(text: string | undefined): Readonly<Record<string, unknown>> {
  if (text === undefined) return {};
  try {
    return parse(text);
  } catch {
    return {};
  }
}
