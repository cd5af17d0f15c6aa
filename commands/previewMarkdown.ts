import type { PreviewChange, PreviewText } from "../stacks/deploy/previewText";
import { codeBlock, inlineCode } from "./markdownText";

export interface PreviewMarkdownInput {
  readonly stack: string;
  readonly preview: PreviewText;
  /** Of pulumi. */
  readonly code: number;
}

/** A comment of GitHub has 65,536 characters; a marker comes to it. */
const MAX_LENGTH = 60_000;

/** Names in the open, and lines of errors. */
const MAX_NAMES = 50;
const MAX_ERROR_LENGTH = 10_000;

const CUT = "… and more: the job's log has all of it";

/** Words of Pulumi's; others come after them. */
const OPS = ["create", "update", "replace", "delete"];

/** A preview, for a comment on a pull request: what matters in the open, the rest folded. */
export function previewMarkdown({ stack, preview, code }: PreviewMarkdownInput): string {
  const { changes, errors } = preview;
  const parts = [
    `### Preview of stack ${inlineCode(stack)}: ${headline(preview, code)}`,
    ...(code === 0 ? [] : [failure(errors)]),
    ...locationLines(preview),
    ...named("replaced", ofOp(changes, "replace")),
    ...named("deleted", ofOp(changes, "delete")),
  ];
  const open = parts.filter((part) => part !== "").join("\n\n");
  const list = folded(counted(changes.length), changes.map(listed), MAX_LENGTH - open.length);
  const room = MAX_LENGTH - open.length - list.length;
  const diffs = changes.filter(({ op }) => op !== "create" && op !== "delete");
  return `${[open, list, foldedDiff(diffs, room)].filter((part) => part !== "").join("\n\n")}\n`;
}

function headline({ counts, changes }: PreviewText, code: number): string {
  if (code !== 0) return "failed";
  const ops = [...new Set([...OPS, ...counts.keys()])].filter((op) => counts.has(op));
  const words = ops.map((op) => `${counts.get(op) ?? 0} to ${op}`);
  if (words.length > 0) return words.join(", ");
  return changes.length === 0 ? "no changes" : counted(changes.length);
}

function failure(errors: readonly string[]): string {
  const text = errors.join("\n") || "pulumi does not say why: see the job's log";
  return codeBlock(
    text.length <= MAX_ERROR_LENGTH ? text : `${text.slice(0, MAX_ERROR_LENGTH)}\n${CUT}`,
  );
}

/** What it means for the locations. */
function locationLines({ changes, unreleased }: PreviewText): readonly string[] {
  const isWhole = ({ type }: PreviewChange) => type.endsWith(":CodeLocation");
  const namesOf = (some: readonly PreviewChange[]) => [
    ...new Set(some.flatMap(({ location }) => location ?? [])),
  ];
  const added = namesOf(ofOp(changes, "create").filter(isWhole));
  const gone = namesOf(ofOp(changes, "delete").filter(isWhole));
  const changed = namesOf(changes).filter((name) => !added.includes(name) && !gone.includes(name));
  const lines = [
    ...line("new locations", added),
    ...line("changed locations", changed),
    ...line("removed locations", gone),
    ...line("without a release yet", unreleased),
  ];
  return lines.length === 0 ? [] : [lines.join("\n")];
}

function line(what: string, names: readonly string[]): readonly string[] {
  if (names.length === 0) return [];
  const shown = names.slice(0, MAX_NAMES).map(inlineCode).join(", ");
  const more = names.length > MAX_NAMES ? ` and ${names.length - MAX_NAMES} more` : "";
  return [`- ${what}: ${shown}${more}`];
}

/** What may lose something, each by its name. */
function named(what: string, changes: readonly PreviewChange[]): readonly string[] {
  if (changes.length === 0) return [];
  const lines = changes.slice(0, MAX_NAMES).map(({ name, type, isRollout }) => {
    const remark = isRollout ? ", as by every update" : "";
    return `- ${inlineCode(name)} (${inlineCode(type)})${remark}`;
  });
  const more = changes.length > MAX_NAMES ? [`- and ${changes.length - MAX_NAMES} more`] : [];
  return [[`**${what}**`, "", ...lines, ...more].join("\n")];
}

function listed({ op, name, type }: PreviewChange): string {
  return `- ${op} ${inlineCode(name)} (${inlineCode(type)})`;
}

function folded(title: string, lines: readonly string[], room: number): string {
  if (lines.length === 0) return "";
  const start = `<details><summary>${title}</summary>\n\n`;
  const end = "\n\n</details>";
  // Half of it: the diff wants some, too.
  const text = cut(lines, (room - start.length - end.length) / 2, `- ${CUT}`);
  return `${start}${text}${end}`;
}

function foldedDiff(changes: readonly PreviewChange[], room: number): string {
  if (changes.length === 0) return "";
  const start = "<details><summary>what changes in them</summary>\n\n";
  const end = "\n\n</details>";
  const lines = changes.flatMap(({ op, name, diff }) => [`${op} ${name}`, ...diff.split("\n")]);
  // Fences are longer than what they hold, on both sides.
  const longest = Math.max(...lines.map((each) => each.length), 8);
  const fences = 2 * Math.min(longest, MAX_LENGTH / 4) + 16;
  const text = cut(lines, room - start.length - end.length - fences, CUT);
  return text === CUT ? "" : `${start}${codeBlock(text, "diff")}${end}`;
}

/** As many lines as there is room for. */
function cut(lines: readonly string[], room: number, more: string): string {
  const text = lines.join("\n");
  if (text.length <= room) return text;
  const kept: string[] = [];
  let left = room - more.length;
  for (const each of lines) {
    left -= each.length + 1;
    if (left < 0) break;
    kept.push(each);
  }
  return [...kept, more].join("\n");
}

function ofOp(changes: readonly PreviewChange[], op: string): readonly PreviewChange[] {
  return changes.filter((change) => change.op === op);
}

function counted(number: number): string {
  return number === 1 ? "1 resource" : `${number} resources`;
}
