import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { parse } from "smol-toml";

import { isMap } from "../../components/dagster/mergeValues";
import type { CodeSourceKind } from "../list/locationKeys";

/** Where a project's code is, and what says so. */
export interface FoundCode {
  readonly kind: CodeSourceKind;
  readonly value: string;
  /** Such as `[tool.dagster] of pyproject.toml`. */
  readonly from: string;
}

/** What a project's folder tells of the entry that it needs. */
export interface ProjectFolder {
  /** More than one: nobody but its team can say. */
  readonly code: readonly FoundCode[];
  /** Folders of dbt projects, relative to the project's. */
  readonly dbt: readonly string[];
  readonly hasDockerfile: boolean;
}

/** Where Python packages are in a project, the newer layout first. */
const PACKAGE_ROOTS = ["src", "."];

/** Folders that are not the project's own. */
const FOREIGN = new Set(["node_modules", "dbt_packages", "site-packages", "target"]);

/** How deep below the project's folder a dbt project is looked for. */
const DBT_DEPTH = 3;

/**
 * Looks at a project's folder, in the order in which Dagster does: what pyproject.toml says, then `definitions.py`.
 * @param folder - it is there
 */
export function lookAtProject(folder: string): ProjectFolder {
  const configured = [...fromPyproject(folder), ...fromDgToml(folder)];
  return {
    code: configured.length > 0 ? configured.slice(0, 1) : definitionsFiles(folder),
    dbt: dbtProjects(folder, ".", DBT_DEPTH),
    hasDockerfile: existsSync(join(folder, "Dockerfile")),
  };
}

/** @see dagster/_core/workspace/load_target.py 1.13, `get_target_from_toml_data` */
function fromPyproject(folder: string): readonly FoundCode[] {
  const tool = tableIn(tomlIn(folder, "pyproject.toml"), "tool");
  const name = tableIn(tool, "dagster")["module_name"];
  const from = "of pyproject.toml";
  if (typeof name === "string")
    return [{ kind: "module", value: name, from: `[tool.dagster] ${from}` }];
  return dgProject(folder, tableIn(tableIn(tool, "dg"), "project"), `[tool.dg.project] ${from}`);
}

function fromDgToml(folder: string): readonly FoundCode[] {
  const project = tableIn(tomlIn(folder, "dg.toml"), "project");
  return dgProject(folder, project, "[project] of dg.toml");
}

/** A dg project names its root module; without a `definitions.py` there, Dagster searches `defs` itself. */
function dgProject(
  folder: string,
  project: Readonly<Record<string, unknown>>,
  from: string,
): readonly FoundCode[] {
  const { root_module: root, code_location_target_module: target, defs_module: defs } = project;
  if (typeof root !== "string") return [];
  if (typeof target === "string") return [{ kind: "module", value: target, from }];
  const path = root.replaceAll(".", "/");
  const hasDefinitions = PACKAGE_ROOTS.some((base) =>
    existsSync(join(folder, base, path, "definitions.py")),
  );
  if (hasDefinitions && project["autoload_defs"] !== true)
    return [{ kind: "module", value: `${root}.definitions`, from }];
  return [{ kind: "autoload", value: typeof defs === "string" ? defs : `${root}.defs`, from }];
}

function definitionsFiles(folder: string): readonly FoundCode[] {
  const found = PACKAGE_ROOTS.flatMap((base) =>
    foldersIn(join(folder, base))
      .filter((name) => /^[A-Za-z_]\w*$/.test(name))
      .filter((name) => existsSync(join(folder, base, name, "definitions.py")))
      .map((name): FoundCode => {
        const from = join(base, name, "definitions.py");
        return { kind: "module", value: `${name}.definitions`, from };
      }),
  );
  if (found.length > 0 || !existsSync(join(folder, "definitions.py"))) return found;
  return [{ kind: "file", value: "definitions.py", from: "definitions.py" }];
}

function dbtProjects(folder: string, path: string, depth: number): readonly string[] {
  if (existsSync(join(folder, path, "dbt_project.yml"))) return [path];
  if (depth === 0) return [];
  return foldersIn(join(folder, path)).flatMap((name) =>
    dbtProjects(folder, join(path, name), depth - 1),
  );
}

/** Sorted; without hidden ones and those of others. */
function foldersIn(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter(
      (entry) => entry.isDirectory() && !entry.name.startsWith(".") && !FOREIGN.has(entry.name),
    )
    .map(({ name }) => name)
    .sort();
}

function tableIn(table: unknown, key: string): Readonly<Record<string, unknown>> {
  const found = isMap(table) ? table[key] : undefined;
  return isMap(found) ? found : {};
}

/** A file that is not there or not TOML says nothing: its team's tools say so better. */
function tomlIn(folder: string, name: string): unknown {
  try {
    return parse(readFileSync(join(folder, name), "utf8"));
  } catch {
    return {};
  }
}
