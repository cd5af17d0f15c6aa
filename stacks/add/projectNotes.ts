import { join } from "node:path";

import { CODE_SOURCES } from "../list/locationKeys";
import type { WantedEntry } from "./newEntry";
import type { ProjectFolder } from "./projectFolder";

/** What was wanted, with the code that was found where none was named. */
export function withCode(wanted: WantedEntry, project: ProjectFolder | undefined): WantedEntry {
  const [found, ...others] = project?.code ?? [];
  const isNamed = CODE_SOURCES.some((kind) => wanted[kind] !== undefined);
  if (isNamed || found === undefined || others.length > 0) return wanted;
  return { ...wanted, [found.kind]: found.value };
}

/** What was found in a project's folder, and what it lacks, a line each. */
export function projectNotes(
  folder: string,
  wanted: WantedEntry,
  { code, dbt, hasDockerfile }: ProjectFolder,
): readonly string[] {
  const isNamed = CODE_SOURCES.some((kind) => wanted[kind] !== undefined);
  const flags = code.map(({ kind, value, from }) => `--${kind} ${value} (${from})`);
  const found = isNamed ? [] : flags.length === 1 ? "found" : "found more than one";
  return [
    ...(isNamed || flags.length === 0 ? [] : [`${String(found)}: ${flags.join(", ")}`]),
    ...(wanted.dbtProject === undefined
      ? dbt.map(
          (path) => `${join(folder, path, "dbt_project.yml")} is there: add --dbt-project ${path}`,
        )
      : []),
    ...(hasDockerfile
      ? []
      : [`no Dockerfile in ${folder}: write one (examples/finance has one to copy)`]),
  ];
}
