import { readFileSync } from "node:fs";

import fc from "fast-check";
import { parse } from "yaml";

import { insertEntry } from "../../../stacks/add/insertEntry";
import type { Edit } from "../../../stacks/add/listEdit";
import { anyList, textOf } from "../list/locationArbitraries";
import { mistakesIn } from "../list/listText";
import { anyFlowText, anyListText, newName } from "./listTexts";

const entryOf = (name: string) => ({
  name,
  repository: `new/${name}`,
  module: `${name}.definitions`,
  dbt: { project: "dbt" },
  refresh: { schedule: "0,30 6 * * *" },
});

/** The new text without what came, and with what went. */
function undone(text: string, old: string, edits: readonly Edit[]): string {
  let result = text;
  for (const { at, until = at, text: added } of edits.toSorted((a, b) => a.at - b.at)) {
    // Of the earlier edits nothing is left: the offsets are those of the old text.
    expect(result.slice(at, at + added.length)).toBe(added);
    result = result.slice(0, at) + old.slice(at, until) + result.slice(at + added.length);
  }
  return result;
}

function namesIn(text: string): readonly string[] {
  const { locations } = parse(text) as { locations: readonly { name: string }[] };
  return locations.map(({ name }) => name);
}

/** The comments directly above each entry. */
function commentsAbove(text: string): Readonly<Record<string, readonly string[]>> {
  const found: Record<string, string[]> = {};
  let comments: string[] = [];
  for (const line of text.split(/\r?\n/)) {
    if (/^ *# above/.test(line)) comments.push(line);
    else if (/^ *- /.test(line)) {
      const name = comments[0]?.split(" ").at(-2) ?? "";
      if (name !== "") found[name] = [...comments, line];
      comments = [];
    }
  }
  return found;
}

describe("an entry that is put into a list", () => {
  it("leaves every other byte as it was, and stands in its place", () => {
    fc.assert(
      fc.property(anyListText, newName, (old, name) => {
        fc.pre(mistakesIn(old).length === 0);
        const { text, index, line, edits } = insertEntry(old, entryOf(name), "sorted");
        expect(undone(text, old, edits)).toBe(old);
        expect(edits.every(({ at, until = at }) => until === at)).toBe(true);
        const before = namesIn(old);
        const later = before.findIndex((each) => each > name);
        expect(index).toBe(later === -1 ? before.length : later);
        expect(namesIn(text)).toEqual(before.toSpliced(index, 0, name));
        expect(text.split("\n")[line - 1]).toMatch(new RegExp(`^ *- .*name: ${name}\\b`));
        expect(mistakesIn(text)).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it("leaves the comments above an entry there", () => {
    fc.assert(
      fc.property(anyListText, newName, (old, name) => {
        const { text } = insertEntry(old, entryOf(name), "sorted");
        expect(commentsAbove(text)).toEqual(commentsAbove(old));
      }),
      { numRuns: 300 },
    );
  });

  it("has the line ends of the file, and only those", () => {
    fc.assert(
      fc.property(anyListText, newName, (old, name) => {
        const { text } = insertEntry(old, entryOf(name), "sorted");
        if (old.includes("\r\n")) expect(text).not.toMatch(/[^\r]\n/);
        else expect(text).not.toContain("\r");
        expect(text.endsWith("\n")).toBe(old.endsWith("\n"));
      }),
    );
  });

  it("fits into a list in brackets", () => {
    fc.assert(
      fc.property(anyFlowText, newName, (old, name) => {
        const { text, index, edits } = insertEntry(old, entryOf(name), "sorted");
        expect(undone(text, old, edits)).toBe(old);
        expect(namesIn(text)).toEqual(namesIn(old).toSpliced(index, 0, name));
        expect(mistakesIn(text)).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it("fits into whatever the checks let pass", () => {
    fc.assert(
      fc.property(anyList, newName, (data, name) => {
        fc.pre(!data.locations.some((each) => each["name"] === name));
        const old = textOf(data);
        const { text, edits, index } = insertEntry(old, entryOf(name), "sorted");
        expect(undone(text, old, edits)).toBe(old);
        expect(parse(text)).toEqual({
          ...(parse(old) as object),
          locations: data.locations.toSpliced(index, 0, entryOf(name)),
        });
      }),
      { numRuns: 100 },
    );
  });
});

const MODULE = { name: "crm", repository: "a/b", module: "crm" };

it("quotes what would be something else", () => {
  const entry = {
    name: "n",
    file: "1.10",
    env: { A: "a, b", B: "*/5 * * * *", C: "no", D: "x: y" },
  };
  const { text } = insertEntry("locations: []\n", entry, "sorted");
  expect(text).toBe(
    'locations:\n  - name: n\n    file: "1.10"\n    env: { A: "a, b", B: "*/5 * * * *", C: no, D: "x: y" }\n',
  );
});

it("puts an entry below all others when its place is the end", () => {
  const { index, line } = insertEntry("locations:\n  - name: z\n", MODULE, "end");
  expect({ index, line }).toEqual({ index: 1, line: 3 });
});

it("puts an entry into the committed list between its neighbours", () => {
  const old = readFileSync("locations.yaml", "utf8");
  const { text } = insertEntry(old, { ...MODULE, name: "marketing" }, "sorted");
  expect(text).toContain(
    "    module: finance.definitions\n\n  - name: marketing\n    repository: a/b\n    module: crm\n\n  # A dbt project with slim CI.\n",
  );
});

it("refuses a list whose dashes have no line of their own", () => {
  expect(() => insertEntry("? locations\n: - name: z\n", MODULE, "sorted")).toThrow(
    /cannot be edited here: write `locations:`/,
  );
});
