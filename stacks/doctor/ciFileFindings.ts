import { isDeepStrictEqual } from "node:util";

import { parseDocument } from "yaml";

import { isMap } from "../../components/dagster/mergeValues";
import type { TextFile } from "../add/callerFiles";
import { type Finding, ok, problem } from "./finding";

/** How many names a line shows. */
const SHOWN = 3;

/** Whether the platform's own CI files are what `npm run render` makes. */
export function renderedFinding(
  files: readonly TextFile[],
  read: (path: string) => string | undefined,
): Finding {
  const stale = files.filter(({ path, text }) => read(path) !== text).map(({ path }) => path);
  if (stale.length === 0) return ok(`${files.length} files are fresh`);
  const more = stale.length > SHOWN ? ` and ${stale.length - SHOWN} more` : "";
  return problem(
    `stale: ${stale.slice(0, SHOWN).join(", ")}${more}`,
    "run `npm run render` and commit the result",
  );
}

/** Where a file of a location's repository was looked for. */
export interface CallerPlace {
  readonly branch: string;
  readonly repository: string;
  /** Where the platform's repository has it. */
  readonly copy: string;
  /** In words: a checkout, or a branch. */
  readonly source: string;
}

/** Whether a location's repository has the CI file that the list makes. */
export function callerFinding(
  { path, text }: TextFile,
  found: string | undefined,
  { branch, repository, copy, source }: CallerPlace,
): Finding {
  const fix = `commit ${copy} as ${path} to ${branch} of ${repository}`;
  const isPipeline = path.endsWith(".gitlab-ci.yml");
  if (found === undefined) return problem(`no ${path} in ${source}`, fix);
  if (sameText(found, text)) return ok(`${path} in ${source}`);
  if (isPipeline && hasPipeline(found, text))
    return ok(`${path} in ${source} has it among its own`);
  const others = isPipeline ? ", or add what is in it to the one that is there" : "";
  return problem(`${path} in ${source} is another one`, `${fix}${others}`);
}

/** Git may have changed the line ends. */
function sameText(one: string, other: string): boolean {
  const plain = (text: string) => text.replaceAll("\r\n", "\n").trimEnd();
  return plain(one) === plain(other);
}

/** Whether a pipeline has all of another one: what it includes, and its jobs. */
function hasPipeline(pipeline: string, wanted: string): boolean {
  const found = pipelineOf(pipeline);
  return Object.entries(pipelineOf(wanted)).every(([key, value]) =>
    key === "include" ? includes(found[key], value) : isDeepStrictEqual(found[key], value),
  );
}

function includes(found: unknown, wanted: unknown): boolean {
  const all = listOf(found);
  return listOf(wanted).every((one) => all.some((other) => isDeepStrictEqual(one, other)));
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [value];
}

/** Its own tags (`!reference`) are no mistake here; what is no YAML has nothing in it. */
function pipelineOf(text: string): Readonly<Record<string, unknown>> {
  const document = parseDocument(text, { logLevel: "silent" });
  const data: unknown = document.errors.length > 0 ? {} : document.toJS();
  return isMap(data) ? data : {};
}
