import { ServerError } from "./serverError";

/** kubectl failed; the message is one line that says what to do. */
export class KubectlError extends ServerError {}

/** The cluster answers, and has no such thing (yet). */
export class NotThereError extends KubectlError {}

interface Known {
  readonly said: RegExp;
  readonly kind?: typeof NotThereError;
  readonly text: (context: string, found: RegExpExecArray) => string;
}

/** What kubectl says, and what that means here. The first that fits counts. */
const KNOWN: readonly Known[] = [
  {
    said: /kubectl: (?:command )?not found/,
    text: () => "kubectl is not on the PATH: install it, https://kubernetes.io/docs/tasks/tools",
  },
  {
    said: /(secrets?|services?|namespaces?) "([^"]+)" not found/,
    kind: NotThereError,
    text: (context, [, kind = "", name = ""]) =>
      `context ${context} has no ${singular(kind)} ${name}: run \`pulumi up\` for the stack first, or correct kubeContext and namespace`,
  },
  {
    said: /context "?([^"\s]+)"? does not exist|no context exists with the name: "?([^"\s]+)"?/,
    text: (context) =>
      `the kubeconfig has no context ${context}: set dagster-platform:kubeContext to one of \`kubectl config get-contexts\``,
  },
  {
    said: /current-context is not set/,
    text: () =>
      "the kubeconfig has no current context: set dagster-platform:kubeContext, or run `kubectl config use-context`",
  },
  {
    said: /pod is not running|timed out waiting for the condition|no pods available|selector/i,
    text: (context, { input }) =>
      `context ${context}: no running pod to forward to (${oneLine(input)}): see \`kubectl get pods\``,
  },
  {
    said: /refused|unable to connect|no such host|timeout|timed out|deadline|unreachable|EOF/i,
    text: (context, { input }) =>
      `the cluster of context ${context} does not answer (${oneLine(input)}): is it running, and is kubeContext the right one?`,
  },
  {
    said: /forbidden/i,
    text: (context, { input }) =>
      `context ${context}: ${oneLine(input)}: ask for the right, or use another context`,
  },
  {
    said: /unauthorized|must be logged in|credential|exec plugin/i,
    text: (context, { input }) =>
      `context ${context}: not logged in (${oneLine(input)}): log in to the cluster again`,
  },
];

/** What kubectl's error output means, in one line. */
export function kubectlProblem(said: string, context: string): KubectlError {
  for (const { said: pattern, text, kind: Kind = KubectlError } of KNOWN) {
    const found = pattern.exec(said.trim());
    if (found !== null) return new Kind(text(context, found));
  }
  return new KubectlError(
    `kubectl, context ${context}: ${oneLine(said) || "ended without a word"}`,
  );
}

function singular(kind: string): string {
  const word = kind.replace(/s$/, "");
  return `${word.charAt(0).toUpperCase()}${word.slice(1)}`;
}

/** The last line, which is the error itself: warnings of plugins and of client-go come before. */
function oneLine(said: string): string {
  const line = said.trim().split("\n").at(-1) ?? "";
  return line.replace(
    /^(?:error|Error from server(?: \(\w+\))?|Unable to connect to the server): /i,
    "",
  );
}
