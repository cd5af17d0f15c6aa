/** Other people's text in Markdown: names, errors, diffs. None of it is read as Markdown or HTML. */

/** One line of code. */
export function inlineCode(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  if (line === "") return "";
  const fence = longerThan(line, 1);
  const space = /^`|`$/.test(line) ? " " : "";
  return `${fence}${space}${line}${space}${fence}`;
}

/** A block of code. */
export function codeBlock(text: string, language = ""): string {
  const fence = longerThan(text, 3);
  return `${fence}${language}\n${text.replace(/\n$/, "")}\n${fence}`;
}

/** Backticks that do not occur together in a text. */
function longerThan(text: string, least: number): string {
  const runs = [...text.matchAll(/`+/g)].map(([run]) => run.length + 1);
  return "`".repeat(Math.max(least, ...runs));
}
