/** Reads what `pulumi preview --diff` prints: one run gives the diff for people, and what changes. */
import { withoutColours } from "./pulumiSaid";

/** A resource that would change. */
export interface PreviewChange {
  /** `create`, `update`, `replace`, `delete`, or another word of Pulumi. */
  readonly op: string;
  readonly type: string;
  /** In the program. */
  readonly name: string;
  /** The location that it is of; undefined: none, or not by its code. */
  readonly location: string | undefined;
  /** Whether it is of the Job that ends an update: a new one is made whenever anything changes. */
  readonly isRollout: boolean;
  /** Its properties, as Pulumi shows them. */
  readonly diff: string;
}

export interface PreviewText {
  /** By Pulumi's word, as it counts itself: `create`, `update`, `replace`, `delete` and others. */
  readonly counts: ReadonlyMap<string, number>;
  readonly changes: readonly PreviewChange[];
  /** Each with all its lines. */
  readonly errors: readonly string[];
  /** Locations of the list that wait for their first release. */
  readonly unreleased: readonly string[];
}

const CODE_LOCATION = "dagster-platform:dagster:CodeLocation";
const ROLLOUT = "dagster-platform:dagster:Rollout";

/** `    +-kubernetes:batch/v1:Job: (replace)` */
const HEADER = /^ *\S{0,2} ?([\w.-]+:[\w./-]+:[\w./-]+): \(([a-z-]+)\)/;

/** Between a resource's first line and its URN there is an id, if it has one. */
const URN_WITHIN = 3;

/** What stands at the beginning of a line and is of no resource. */
const OTHERS = /^(warning|error|info): |^ *--outputs:--$|^Resources:$/;

/** What a preview has said. */
export function previewText(said: string): PreviewText {
  const lines = withoutColours(said).split("\n");
  const summary = lines.lastIndexOf("Resources:");
  const body = summary === -1 ? lines : lines.slice(0, summary);
  return {
    counts: summary === -1 ? new Map() : countsIn(lines.slice(summary + 1)),
    changes: changesIn(body),
    errors: errorsIn(body),
    unreleased: body.flatMap(
      (line) =>
        /^ *warning: ([a-z0-9-]+): not deployed, it has no release yet/.exec(line)?.[1] ?? [],
    ),
  };
}

/** `    + 2 to create` */
function countsIn(lines: readonly string[]): ReadonlyMap<string, number> {
  const found = lines.flatMap((line) => {
    const [, count, op = ""] = /^ {4}\S{1,2} ?(\d+) to ([a-z-]+)$/.exec(line) ?? [];
    return count === undefined ? [] : [[op, Number(count)] as const];
  });
  return new Map(found);
}

function changesIn(lines: readonly string[]): readonly PreviewChange[] {
  const starts = lines.flatMap((line, index) => {
    const op = HEADER.exec(line)?.[2];
    const urn =
      op === undefined ? undefined : urnIn(lines.slice(index + 1, index + 1 + URN_WITHIN));
    return op === undefined || urn === undefined ? [] : [{ index, op, urn }];
  });
  return starts
    .map(({ index, op, urn }, position) => {
      const own = lines.slice(index + 1, starts[position + 1]?.index);
      const end = own.findIndex((line) => OTHERS.test(line));
      const diff = own.slice(0, end === -1 ? undefined : end).filter(isTelling);
      return { op, ...urn, diff: diff.join("\n").trimEnd() };
    })
    .filter(({ op }) => op !== "same");
}

/** Not what it is, nor who makes it. */
function isTelling(line: string): boolean {
  return !/^ *\[(id|urn|provider)=.*\]$/.test(line);
}

function urnIn(
  lines: readonly string[],
): Pick<PreviewChange, "type" | "name" | "location" | "isRollout"> | undefined {
  const urn = lines.map((line) => /^ *\[urn=(urn:pulumi:.*)\]$/.exec(line)?.[1]).find(Boolean);
  if (urn === undefined) return undefined;
  const [, , path = "", ...names] = urn.split("::");
  const types = path.split("$");
  const name = names.join("::");
  const type = types.at(-1) ?? "";
  const location = types.includes(CODE_LOCATION)
    ? name.replace(type === CODE_LOCATION ? "" : /-release$/, "")
    : undefined;
  return { type, name, location, isRollout: types.includes(ROLLOUT) };
}

function errorsIn(lines: readonly string[]): readonly string[] {
  return lines.flatMap((line, index) => {
    const text = /^ *error: (.*)/.exec(line)?.[1];
    if (text === undefined || /^preview failed$/.test(text)) return [];
    const rest = lines.slice(index + 1);
    const end = rest.findIndex(
      (next) => next.trim() === "" || OTHERS.test(next) || HEADER.test(next),
    );
    return [[text, ...rest.slice(0, end === -1 ? undefined : end)].join("\n").trimEnd()];
  });
}
