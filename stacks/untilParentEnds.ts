/**
 * Arguments of `sh` that run a program, and give it a signal when this process ends, however it does: then descriptor 3, a pipe
 * from here, closes. `exec` keeps the number of the shell, which `$$` is in its background part, too.
 */
export function untilParentEnds(
  signal: "INT" | "TERM",
  program: readonly string[],
): readonly string[] {
  const script = `{ cat <&3; kill -${signal} "$$"; } >/dev/null 2>&1 & exec "$@" 3<&-`;
  return ["-c", script, "sh", ...program];
}
