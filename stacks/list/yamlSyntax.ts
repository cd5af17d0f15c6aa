import type { ErrorCode } from "yaml";
import type { Advice } from "./advice";

/** What each error of the YAML parser means to somebody who edits a list, and what mends it. */
const EXPLANATIONS: Partial<Record<ErrorCode, Advice>> = {
  TAB_AS_INDENT: {
    rule: "is indented with a tab, YAML takes spaces only",
    fix: "replace the tab with spaces",
  },
  MULTIPLE_DOCS: { rule: "starts a second document", fix: "remove the `---` and keep one list" },
  BAD_INDENT: {
    rule: "is indented in a way that fits nothing above it",
    fix: "line it up with its neighbours",
  },
  BLOCK_AS_IMPLICIT_KEY: {
    rule: "has a second `: ` on one line, or a line indented too deep",
    fix: 'put a value with a colon in quotes, such as "a: b", or line the key up',
  },
  MULTILINE_IMPLICIT_KEY: {
    rule: "is not `key: value`",
    fix: "write a colon and a space after the key",
  },
  BLOCK_IN_FLOW: {
    rule: "has an indented block inside { } or [ ]",
    fix: "write it without the brackets, or all inside them",
  },
  BAD_SCALAR_START: {
    rule: "has a value that starts with a sign that YAML reserves",
    fix: "put the value in quotes",
  },
  BAD_DQ_ESCAPE: {
    rule: "has a backslash in double quotes that means nothing",
    fix: "use single quotes, or write the backslash twice",
  },
  UNEXPECTED_TOKEN: {
    rule: "goes on after its value has ended",
    fix: "put the whole value in one pair of quotes, or remove what is too much",
  },
  NON_STRING_KEY: {
    rule: "has a key that is a list or a map",
    fix: "write a plain word as the key",
  },
  KEY_OVER_1024_CHARS: {
    rule: "has a key of more than 1024 characters",
    fix: "check the quotes and the colon of this line",
  },
  RESOURCE_EXHAUSTION: { rule: "is nested too deep", fix: "flatten the value" },
  BAD_DIRECTIVE: { rule: "starts with %, which YAML reserves", fix: "remove the line" },
};

const OTHERWISE: Advice = {
  rule: "is not valid YAML",
  fix: "compare this line and the one above it with docs/locations.md",
};

const UNCLOSED_QUOTE: Advice = {
  rule: "opens a quote that is never closed",
  fix: "close the quote on the same line",
};

const UNCLOSED_BRACKET: Advice = {
  rule: "opens a { or [ that is never closed",
  fix: "close the bracket, or indent the lines until it closes",
};

const NO_INDICATOR: Advice = {
  rule: "does not fit the lines above it: a key without `:`, or an indentation between two levels",
  fix: "write `key: value`, lined up with its neighbours",
};

/** A parser's error in plain words, and whether what is open is to blame, not where it was noticed. */
export function explainYamlError(
  code: ErrorCode,
  message: string,
): { advice: Advice; atOpening: boolean } {
  if (/closing .*quote/.test(message)) return { advice: UNCLOSED_QUOTE, atOpening: true };
  if (/flow (map|sequence).* end with/i.test(message)) {
    return { advice: UNCLOSED_BRACKET, atOpening: true };
  }
  const advice = code === "MISSING_CHAR" ? NO_INDICATOR : (EXPLANATIONS[code] ?? OTHERWISE);
  return { advice, atOpening: false };
}
