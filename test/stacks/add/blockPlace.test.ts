import { insertEntry } from "../../../stacks/add/insertEntry";

const MODULE = { name: "crm", repository: "a/b", module: "crm" };

const NEW = "  - name: crm\n    repository: a/b\n    module: crm\n";

/** Title, the list before, and the list after. */
const CASES: readonly (readonly [string, string, string])[] = [
  ["an empty list", "locations: []\n", `locations:\n${NEW}`],
  ["an empty list and its comment", "locations: [ ] # none\n", `locations: # none\n${NEW}`],
  ["an empty list without a line end", "a: 1\nlocations: []", `a: 1\nlocations:\n${NEW.trimEnd()}`],
  ["an empty list below a byte order mark", "\ufefflocations: []\n", `\ufefflocations:\n${NEW}`],
  [
    "an empty list before another key",
    "locations: []\ndefaults: {}\n",
    `locations:\n${NEW}defaults: {}\n`,
  ],
  [
    "an empty list inside brackets",
    "{ locations: [] }\n",
    "{ locations: [{ name: crm, repository: a/b, module: crm }] }\n",
  ],
  [
    "an empty list on more lines",
    "locations: [\n  # none yet\n]\n",
    "locations: [\n  { name: crm, repository: a/b, module: crm }\n  # none yet\n]\n",
  ],
  [
    "entries that stand apart",
    "locations:\n  - name: a\n    x: 1\n\n  # z\n  - name: z\n    x: 1\n",
    `locations:\n  - name: a\n    x: 1\n\n${NEW}\n  # z\n  - name: z\n    x: 1\n`,
  ],
  [
    "the end of entries that stand apart",
    "locations:\n  - name: a\n\n  - name: b\n",
    `locations:\n  - name: a\n\n  - name: b\n\n${NEW}`,
  ],
  [
    "the beginning of entries that stand apart",
    "locations:\n  # y\n  - name: y\n\n  - name: z\n",
    `locations:\n${NEW}\n  # y\n  - name: y\n\n  - name: z\n`,
  ],
  [
    "below what is said of all",
    "locations:\n  # all\n\n  - name: z\n",
    `locations:\n  # all\n\n${NEW}\n  - name: z\n`,
  ],
  [
    "above the comments at the end",
    "locations:\n  - name: a\n    # b: 1\n  # - name: old\n# end\n",
    `locations:\n  - name: a\n    # b: 1\n${NEW}  # - name: old\n# end\n`,
  ],
  [
    "above a heading of the next entries",
    "locations:\n  - name: a\n  # of a\n\n  # --- others\n\n  - name: z\n",
    `locations:\n  - name: a\n  # of a\n\n${NEW}\n  # --- others\n\n  - name: z\n`,
  ],
  [
    "beside entries on one line each",
    "locations:\n- { name: a } # x\n- { name: z }\n",
    "locations:\n- { name: a } # x\n- { name: crm, repository: a/b, module: crm }\n- { name: z }\n",
  ],
  [
    "as far from the dash as the others",
    "locations:\n-   name: z\n    x: 1\n",
    "locations:\n-   name: crm\n    repository: a/b\n    module: crm\n-   name: z\n    x: 1\n",
  ],
  [
    "lines of Windows without an end",
    "locations:\r\n  - name: a\r\n    x: 1",
    `locations:\r\n  - name: a\r\n    x: 1\r\n${NEW.trimEnd().replaceAll("\n", "\r\n")}`,
  ],
];

test.each(CASES)("puts an entry: %s", (_title, before, after) => {
  expect(insertEntry(before, MODULE, "sorted").text).toBe(after);
});
