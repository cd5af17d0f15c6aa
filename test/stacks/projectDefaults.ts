import { readFileSync } from "node:fs";

import { parse } from "yaml";

/** What Pulumi.yaml declares, by key. */
export const DECLARED = (
  parse(readFileSync("Pulumi.yaml", "utf8")) as {
    readonly config: Readonly<
      Record<
        string,
        { readonly type: string; readonly description: string; readonly default: unknown }
      >
    >;
  }
).config;

/** The value of each key in a stack that gives none. */
export const DEFAULTS: Readonly<Record<string, unknown>> = Object.fromEntries(
  Object.entries(DECLARED).map(([key, declared]) => [key, declared.default]),
);
