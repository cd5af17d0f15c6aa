import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { parse } from "yaml";

import { isMap } from "../../components/dagster/mergeValues";
import type { Cloud } from "./cloudEntryChecks";

/**
 * The cloud that a stack's file beside the list names: what an entry needs depends on it.
 * @returns `none` also for a stack without a file, and for one whose file has a mistake, which `pulumi preview` tells
 */
export function stackCloud(listFile: string, stack: string): Cloud {
  const file = join(dirname(listFile), `Pulumi.${stack}.yaml`);
  if (!existsSync(file)) return "none";
  const cloud = configOf(readFileSync(file, "utf8"))["dagster-platform:cloud"];
  return cloud === "aws" || cloud === "gcp" ? cloud : "none";
}

function configOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const file: unknown = parse(text);
    const config = isMap(file) ? file["config"] : undefined;
    return isMap(config) ? config : {};
  } catch {
    // Not YAML.
    return {};
  }
}
