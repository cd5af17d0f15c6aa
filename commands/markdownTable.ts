/** A table of Markdown; cells are Markdown themselves. */
export function markdownTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

/** Each as code, in one cell. */
export function codeList(texts: readonly string[]): string {
  return texts.map((text) => `\`${text}\``).join(", ");
}
