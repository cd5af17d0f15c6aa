import fc from "fast-check";

/** A name that every list can get: no entry of {@link anyListText} has it. */
export const newName = fc.stringMatching(/^[a-z][a-z0-9]{1,6}n$/);

/** One entry, with all that a person may write around it. */
interface Part {
  readonly name: string;
  readonly above: number;
  readonly blanks: number;
  readonly deeper: number;
  readonly form: "block" | "flow" | "text" | "kept";
  readonly comment: boolean;
}

const part: fc.Arbitrary<Part> = fc.record({
  name: fc.stringMatching(/^[a-z][a-z0-9]{1,6}x$/),
  above: fc.integer({ min: 0, max: 2 }),
  blanks: fc.integer({ min: 0, max: 2 }),
  deeper: fc.integer({ min: 0, max: 2 }),
  form: fc.constantFrom("block", "flow", "text", "kept"),
  comment: fc.boolean(),
});

const BODIES: Readonly<Record<Part["form"], (name: string, keys: string) => string>> = {
  block: (name, keys) => `name: ${name}\n${keys}repository: acme/${name}\n${keys}module: ${name}`,
  flow: (name, keys) => `{ name: ${name}, "repository": acme/${name},\n${keys}module: '${name}' }`,
  text: (name, keys) =>
    `module: ${name}\n${keys}repository: "acme/${name}"\n${keys}name: ${name}\n${keys}env:\n${keys}  A: |\n${keys}    # no comment\n${keys}    b`,
  kept: (name, keys) =>
    `repository: acme/${name}\n${keys}name: ${name}\n${keys}module: ${name}\n${keys}env:\n${keys}  A: |+\n${keys}    a\n`,
};

function written({ name, above, blanks, deeper, form, comment }: Part, indent: number): string {
  const dash = " ".repeat(indent);
  const keys = " ".repeat(indent + 2);
  // A comment ends a text in a block only when it is indented less.
  const own = form === "text" || form === "kept" ? 0 : deeper;
  const isText = form === "text" || form === "kept";
  return [
    "\n".repeat(blanks),
    ...Array.from({ length: above }, (_, index) => `${dash}# above ${name} ${index}\n`),
    `${dash}- ${BODIES[form](name, keys)}${comment && !isText ? " # beside" : ""}\n`,
    ...Array.from({ length: own }, () => `${keys}# below ${name}\n`),
  ].join("");
}

/** A right list with comments, blanks, and all ways to write an entry. */
export const anyListText: fc.Arbitrary<string> = fc
  .record({
    head: fc.constantFrom("", "# head\n---\n", "\ndefaults: { env: { A: b } } # all\n\n"),
    heading: fc.constantFrom("", " # heading", "\n  # about the list\n"),
    parts: fc.uniqueArray(part, { maxLength: 5, selector: ({ name }) => name, minLength: 1 }),
    sorted: fc.boolean(),
    indent: fc.constantFrom(0, 2, 4),
    tail: fc.constantFrom(
      "",
      "  # end\n",
      "\n# end\n",
      "\n\ndefaults: { env: { C: d } }\n",
      "...\n",
    ),
    isCut: fc.boolean(),
    lineEnd: fc.constantFrom("\n", "\r\n"),
  })
  .filter(({ head, tail }) => !(head.includes("defaults") && tail.includes("defaults")))
  .map(({ head, heading, parts, sorted, indent, tail, isCut, lineEnd }) => {
    const byName = (one: Part, other: Part) => (one.name < other.name ? -1 : 1);
    const entries = sorted ? [...parts].sort(byName) : parts;
    const body = entries.map((each) => written(each, indent)).join("");
    const all = `${head}locations:${heading}\n${body}${tail}`;
    const text = isCut ? all.replace(/\n$/, "") : all;
    return text.replaceAll("\n", lineEnd);
  });

/** A right list in brackets. */
export const anyFlowText: fc.Arbitrary<string> = fc
  .record({
    names: fc.uniqueArray(fc.stringMatching(/^[a-z][a-z0-9]{1,6}x$/), { maxLength: 4 }),
    before: fc.constantFrom("", " ", "\n    ", " # list\n    ", "\n    # above\n    "),
    between: fc.constantFrom(
      ",",
      ", ",
      ",\n    ",
      ", # beside\n    ",
      "\n    , ",
      " # beside\n    , ",
    ),
    after: fc.constantFrom("", ",", " ", "\n  ", ",\n  ", " # last\n  ", ", # last\n  "),
    isInBrackets: fc.boolean(),
  })
  .map(({ names, before, between, after, isInBrackets }) => {
    const items = names.map((name) => `{ name: ${name}, repository: acme/${name}, file: a.py }`);
    const end = names.length === 0 ? after.replace(",", "") : after;
    const list = `[${before}${items.join(between)}${end}]`;
    return isInBrackets ? `{ "locations": ${list} }\n` : `locations: ${list} # beside\n`;
  });
