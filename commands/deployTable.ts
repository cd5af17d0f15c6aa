import type { LocationOutcome } from "../stacks/deploy/deployOutcome";
import { colours } from "./commandLine";
import { inlineCode } from "./markdownText";
import { markdownTable } from "./markdownTable";
import { plainTable } from "./plainTable";

const HEAD = ["location", "status", "commit", "error"];

const WORDS: Readonly<Record<LocationOutcome["status"], string>> = {
  loaded: "loaded",
  failed: "failed",
  changed: "released meanwhile: the next update deploys it",
  unreleased: "not released yet",
};

const COLOURS: Readonly<Record<LocationOutcome["status"], (text: string) => string>> = {
  loaded: colours.green,
  failed: colours.red,
  changed: colours.yellow,
  unreleased: colours.dim,
};

/** What a deployment came to, for a terminal. */
export function deployTable(locations: readonly LocationOutcome[]): string {
  if (locations.length === 0) return "no locations";
  const rows = locations.map(({ name, status, commit, error }) => [
    ...[name, COLOURS[status](WORDS[status])],
    ...[shortened(commit), error ?? ""],
  ]);
  return plainTable(HEAD, rows);
}

/** The same in Markdown. */
export function deployMarkdown(
  stack: string,
  locations: readonly LocationOutcome[],
  error: string | undefined,
): string {
  const rows = locations.map(({ name, status, commit, error }) => [
    ...[inlineCode(name), WORDS[status]],
    ...[commit === null ? "" : inlineCode(shortened(commit)), inlineCode(error ?? "")],
  ]);
  const table = rows.length === 0 ? ["No locations."] : [markdownTable(HEAD, rows)];
  const failure = error === undefined ? [] : [`\`pulumi up\` failed: ${inlineCode(error)}`, ""];
  return [`### Deployment of stack ${inlineCode(stack)}`, "", ...failure, ...table, ""].join("\n");
}

function shortened(commit: string | null): string {
  return commit?.slice(0, 10) ?? "";
}
