/** Reads what the Pulumi CLI says to people; there is no other place where a lock's owner or a resource's error stands. */

/** An error of an update or a preview. */
export interface SaidError {
  /** The resource, by its name in the program; undefined: the program or Pulumi itself. */
  readonly resource: string | undefined;
  /** Without line breaks. */
  readonly text: string;
}

const MAX_LENGTH = 500;

/** Says nothing that another error does not say. */
const EMPTY = /^(update|preview|refresh) (failed|canceled)$|^cannot complete a resource /;

/** Of the provider for Kubernetes, in front of the reason. */
const FRAME =
  /^resource ".*" was (successfully )?(created|updated), but|^\[Pod \S+\]: containers with unready status|^\[BackoffLimitExceeded\]/;

/**
 * The errors in the output of `pulumi up` or `pulumi preview`, in their order, each once.
 *
 * At the end there is a part `Diagnostics:` with a block for each resource that has something to say, as
 * `  type (name):`. What ends Pulumi before that, such as a stack that is not there, is a bare line `error: …`.
 */
export function saidErrors(said: string): readonly SaidError[] {
  const lines = withoutColours(said).split("\n");
  const start = lines.lastIndexOf("Diagnostics:");
  const found = start === -1 ? bareErrors(lines) : blockErrors(lines.slice(start + 1));
  return found.filter(
    (error, index) => found.findIndex(({ text }) => text === error.text) === index,
  );
}

/** Whether Pulumi Cloud says that another update of the stack runs. */
export function saysConflict(said: string): boolean {
  return /\[409\] Conflict: Another update is currently in progress/i.test(said);
}

export function withoutColours(text: string): string {
  // eslint-disable-next-line no-control-regex -- that is what they begin with
  return text.replace(/\u001b\[[0-9;]*m/g, "");
}

function bareErrors(lines: readonly string[]): readonly SaidError[] {
  return lines.flatMap((line) => {
    const text = /^error: (.*)/.exec(line)?.[1];
    return text === undefined || EMPTY.test(text) ? [] : [said(undefined, text)];
  });
}

function blockErrors(lines: readonly string[]): readonly SaidError[] {
  const errors: SaidError[] = [];
  let resource: string | undefined;
  lines.every((line, index) => {
    const block = /^ {2}(\S+) \((.*)\):$/.exec(line);
    if (block !== null) resource = block[1] === "pulumi:pulumi:Stack" ? undefined : block[2];
    const text = /^ {4}error: (.*)/.exec(line)?.[1];
    if (text !== undefined && !EMPTY.test(text))
      errors.push(said(resource, reasonIn(text, lines.slice(index + 1))));
    // The outputs of the stack come after it, and may say anything.
    return !/^\S/.test(line);
  });
  return errors;
}

/** Of `N errors occurred:` the first that is a reason. */
function reasonIn(text: string, following: readonly string[]): string {
  if (!/^\d+ errors? occurred:$/.test(text)) return text;
  const end = following.findIndex(
    (line) => line.trim() === "" || /^ {4}(error|warning): /.test(line),
  );
  const items = following
    .slice(0, end === -1 ? undefined : end)
    .flatMap((line) => /^\s+\* (.*)/.exec(line)?.[1] ?? []);
  const item = items.find((item) => !FRAME.test(item)) ?? items[0] ?? text;
  return item.replace(/^\[Pod \S+\]: (\[\w+\] )?/, "");
}

function said(resource: string | undefined, text: string): SaidError {
  const line = text.trim();
  const short = line.length <= MAX_LENGTH ? line : `${line.slice(0, MAX_LENGTH - 1)}…`;
  return { resource, text: short };
}
