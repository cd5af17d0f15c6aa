import fc from "fast-check";
import { stringify } from "yaml";

/** An entry, as somebody would write it. */
export type EntryData = Readonly<Record<string, unknown>>;

/** A list, as somebody would write it. */
export interface ListData {
  readonly defaults?: EntryData;
  readonly locations: readonly EntryData[];
}

const RESERVED =
  /^(dagster(-.*)?|postgres(ql)?|state-store|minio|kubernetes|y|n|yes|no|on|off|true|false|null)$/;

const label = fc
  .stringMatching(/^[a-z]([-a-z0-9]{0,29}[a-z0-9])?$/)
  .filter((name) => !RESERVED.test(name));
const PROTO = "__proto__";
const identifier = fc
  .stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,12}$/)
  .filter((name) => name !== PROTO);
/** As values of the chart; the one name that the list refuses has tests of its own. */
const json = fc
  .jsonValue({ maxDepth: 2 })
  .filter((value) => !JSON.stringify(value).includes(PROTO));
const dotted = fc.array(identifier, { minLength: 1, maxLength: 3 }).map((parts) => parts.join("."));
const folder = fc.stringMatching(/^[a-z0-9_@+-][a-z0-9_.@+-]{0,8}(\/[a-z0-9_-]{1,8}){0,2}$/);
const stack = fc.constantFrom("dev", "prod", "sandbox", "prod-eu");
const envName = identifier.filter((name) => !/^(DAGSTER_|FSSPEC_)/.test(name));

const resources = fc.record(
  {
    cpu: fc.oneof(
      fc.integer({ min: 1, max: 999_999 }).map((cpu) => `${cpu}m`),
      fc.integer({ min: 1, max: 999 }),
      fc.constantFrom("0.5", "2", 1.25),
    ),
    memoryMiB: fc.integer({ min: 64, max: 1_048_576 }),
  },
  { requiredKeys: [] },
);

/** Keys that `defaults` can give too. */
const shared = {
  provider: fc.constantFrom("github", "gitlab"),
  directory: fc.oneof(folder, fc.constant(".")),
  secrets: fc.uniqueArray(label, { maxLength: 3 }),
  env: fc.dictionary(
    envName,
    fc.string({ maxLength: 20, unit: "grapheme" }).filter((text) => !text.includes("\0")),
    { maxKeys: 4 },
  ),
  resources,
  runResources: resources,
  access: fc.record(
    {
      aws: fc.uniqueArray(
        label.map((name) => `arn:aws:iam::123456789012:policy/${name}`),
        { maxLength: 2 },
      ),
      gcp: fc.uniqueArray(
        identifier.map((name) => `roles/${name}`),
        { maxLength: 2 },
      ),
    },
    { requiredKeys: [] },
  ),
  branches: fc.record(
    {
      enabled: fc.boolean(),
      ttlDays: fc.integer({ min: 1, max: 90 }),
      keepLabel: fc.constantFrom("keep", "do not remove"),
      onOpen: identifier,
      schedules: fc.boolean(),
    },
    { requiredKeys: [] },
  ),
  refresh: fc.record({ schedule: fc.constantFrom("0 6 * * *", "*/15 8-18 * * MON-FRI", "never") }),
  extraValues: fc.dictionary(identifier, json, { maxKeys: 3 }),
};

const own = {
  checkout: folder.map((path) => `../${path}`),
  image: label.map((name) => `ghcr.io/acme/${name}:1.0`),
  dbt: folder.map((project) => ({ project })),
};

const source = fc.oneof(
  dotted.map((name) => ({ module: name })),
  dotted.map((name) => ({ package: name })),
  dotted.map((name) => ({ autoload: name })),
  folder.map((path) => ({ file: `${path}.py` })),
);

const settings = fc.record({ ...own, ...shared }, { requiredKeys: [] });

const entry = fc
  .tuple(
    label,
    source,
    settings,
    fc.record(
      {
        stacks: fc.uniqueArray(stack, { minLength: 1 }),
        overrides: fc.dictionary(stack, settings, { maxKeys: 2 }),
      },
      { requiredKeys: [] },
    ),
  )
  .map(([name, code, keys, { stacks, overrides }]) => ({
    name,
    // The name in it keeps two entries from being the same.
    repository: `acme/${name}`,
    ...code,
    ...keys,
    ...(stacks === undefined ? {} : { stacks }),
    ...(overrides === undefined ? {} : { overrides: only(overrides, stacks) }),
  }));

function only(overrides: Readonly<Record<string, unknown>>, stacks: readonly string[] | undefined) {
  const kept = Object.entries(overrides).filter(([name]) => stacks?.includes(name) ?? true);
  return Object.fromEntries(kept);
}

/** Any right list. */
export const anyList: fc.Arbitrary<ListData> = fc.record(
  {
    defaults: fc.record(shared, { requiredKeys: [] }),
    locations: fc.uniqueArray(entry, { maxLength: 5, selector: ({ name }) => name }),
  },
  { requiredKeys: ["locations"] },
);

/** The text of a list, as a person could have written it. */
export function textOf(list: unknown): string {
  return stringify(list, { aliasDuplicateObjects: false });
}
