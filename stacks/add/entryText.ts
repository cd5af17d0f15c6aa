import { Document, isMap } from "yaml";

/** How an entry is written, so that it looks as its neighbours do. */
export interface EntryStyle {
  /** Column of the dash. */
  readonly column: number;
  /** Blanks between the dash and the first key. */
  readonly gap: number;
  /** `{ name: …, … }` on one line. */
  readonly flow: boolean;
  readonly lineEnd: string;
}

/** What a list has of one location: keys in the order in which they are written. */
export type EntryData = Readonly<Record<string, unknown>>;

/** An item of a list with dashes: its lines, the last one without a line end. */
export function entryLines(entry: EntryData, style: EntryStyle): string {
  const indent = " ".repeat(style.column);
  const dash = `${indent}-${" ".repeat(style.gap)}`;
  if (style.flow) return `${dash}${flowEntry(entry)}`;
  const below = " ".repeat(dash.length);
  const lines = yamlOf(entry, false).split("\n");
  return lines.map((line, index) => (index === 0 ? dash : below) + line).join(style.lineEnd);
}

/** `{ name: crm, … }`, as it stands in a list with brackets. */
export function flowEntry(entry: EntryData): string {
  return yamlOf(entry, true);
}

/** Maps inside the entry are on one line each, as people write them in a list. */
function yamlOf(entry: EntryData, flow: boolean): string {
  const document = new Document(entry, { schema: "core" });
  const { contents } = document;
  if (isMap(contents)) {
    contents.flow = flow;
    for (const { value } of contents.items) if (isMap(value)) value.flow = true;
  }
  return document.toString({ lineWidth: 0, blockQuote: false }).trimEnd();
}
