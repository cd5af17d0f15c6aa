import { parse } from "yaml";

import { markdownTable } from "./markdownTable";

interface ProjectFile {
  readonly config: Readonly<
    Record<
      string,
      { readonly type: string; readonly description: string; readonly default: unknown }
    >
  >;
}

/** The stack's config as a Markdown table, made from Pulumi.yaml. */
export function configTable(project: string): string {
  const { config } = parse(project) as ProjectFile;
  const rows = Object.entries(config).map(([key, declared]) => {
    const value = declared.default === "" ? "" : `\`${String(declared.default)}\``;
    return [`\`${key}\``, declared.type, value, declared.description];
  });
  return markdownTable(["key", "type", "default", "what it means"], rows);
}
