/** Text files that a job needs beside its checkout, by name. */
export type ScriptFiles = Readonly<Record<string, string>>;

/** What a CI system would replace inside a text, before the shell sees it. */
const REPLACED = ["${{", "$[["];

/**
 * A shell command that writes files into `$DAGSTER_CI`.
 * @throws Error for a text that would not arrive as it is: a mistake of this program
 */
export function writeFilesCommand(files: ScriptFiles): string {
  return Object.entries(files)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, text]) => writeFileCommand(name, text))
    .join("\n");
}

function writeFileCommand(name: string, text: string): string {
  const end = `END OF ${name}`;
  const wrong = REPLACED.find((mark) => text.includes(mark));
  if (wrong !== undefined || text.split("\n").includes(end))
    throw new Error(`${name} has ${wrong ?? end} in it: CI cannot carry it`);
  if (!text.endsWith("\n")) throw new Error(`${name} does not end with a line`);
  return `cat > "$DAGSTER_CI/${name}" <<'${end}'\n${text}${end}`;
}

/**
 * Some scripts with the modules that they import.
 * @param names - of the scripts
 */
export function closureOf(names: readonly string[], all: ScriptFiles): ScriptFiles {
  const found = new Map<string, string>();
  const add = (name: string): void => {
    const text = all[name];
    if (text === undefined || found.has(name)) return;
    found.set(name, text);
    for (const [, module = ""] of text.matchAll(/^\s*(?:from|import) (\w+)/gm)) add(`${module}.py`);
  };
  names.forEach(add);
  return Object.fromEntries(found);
}
