import fc from "fast-check";
import { isMap } from "../../components/dagster/mergeValues";
import { loadLocations, parseLocations } from "../../stacks/locations";
import type { LoadedLocations } from "../../stacks/locations";
import { formatMistake } from "../../stacks/list/mistake";
import { changedList } from "./list/listMutations";
import { anyList, type EntryData, type ListData, textOf } from "./list/locationArbitraries";

const parse = (text: string, stack = "prod") =>
  parseLocations(text, { file: "locations.yaml", stack });

/** What a report may look like, whatever the mistake. */
function expectReportOrResult({ locations, mistakes }: LoadedLocations): void {
  if (mistakes.length > 0) expect(locations).toEqual([]);
  const report = mistakes.map(formatMistake);
  for (const line of report) expect(line).toMatch(/^locations\.yaml:[1-9]\d*: .+: .+, got .+, .+$/);
  expect(new Set(report).size).toBe(report.length);
  const lines = mistakes.map(({ line }) => line);
  expect(lines).toEqual([...lines].sort((one, other) => one - other));
}

/** Of a key that is a map, what the three layers say, written out by hand. */
function merged(list: ListData, entry: EntryData, key: string): unknown {
  const overrides = entry["overrides"] as Readonly<Record<string, EntryData>> | undefined;
  const layers = [list.defaults?.[key], entry[key], overrides?.["prod"]?.[key]];
  if (!layers.some(isMap)) return layers.findLast((layer) => layer !== undefined);
  return Object.assign({}, ...layers.filter(isMap));
}

describe("any right list", () => {
  test("loads and comes back equal, merged for the stack, in the order of the list", () => {
    fc.assert(
      fc.property(anyList, (list) => {
        const { locations, mistakes } = parse(textOf(list));
        expect(mistakes).toEqual([]);
        const wanted = list.locations.filter(
          ({ stacks }) => !Array.isArray(stacks) || stacks.includes("prod"),
        );
        expect(locations.map(({ name }) => name)).toEqual(wanted.map(({ name }) => name));
        wanted.forEach((entry, index) => {
          const { repository, env, secrets, image, directory } = locations[index] ?? {};
          expect({ repository, env, secrets, image, directory }).toEqual({
            repository: entry["repository"],
            env: merged(list, entry, "env") ?? {},
            secrets: merged(list, entry, "secrets") ?? [],
            image: merged(list, entry, "image"),
            directory: merged(list, entry, "directory") ?? ".",
          });
        });
      }),
    );
  });

  test("gives each location exactly one kind of code and all that the platform needs", () => {
    fc.assert(
      fc.property(anyList, (list) => {
        for (const location of parse(textOf(list)).locations) {
          const { module, file, package: pack, autoload, resources, runResources } = location;
          expect([module, file, pack, autoload].filter(Boolean)).toHaveLength(1);
          for (const { cpu, memoryMiB } of [resources, runResources]) {
            expect(cpu).toMatch(/^[0-9.]+m?$/);
            expect(memoryMiB).toBeGreaterThanOrEqual(64);
          }
          expect(Object.isFrozen(location) && Object.isFrozen(location.env)).toBe(true);
        }
      }),
    );
  });
});

describe("anything else", () => {
  test("is a list with a change that gives a result or a report, never an exception", () => {
    fc.assert(
      fc.property(changedList, (list) => {
        expectReportOrResult(parse(textOf(list)));
      }),
      { numRuns: 200 },
    );
  });

  test("is text that gives a result or a report, never an exception", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
        expectReportOrResult(parse(text));
      }),
      { numRuns: 200 },
    );
  });

  test("is YAML-like text that gives a result or a report, never an exception", () => {
    const word = fc.constantFrom(
      ..."locations:|defaults:|- |name: a|: |\n|  |    |\t|{|}|[|]|,|&a |*a|!!str |!x |\"|'|>|#|%|---|...|<<: |? |null|~|crm|repository: a/b|overrides:".split(
        "|",
      ),
      "|",
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 60 }), (words) => {
        expectReportOrResult(parse(words.join("")));
      }),
      { numRuns: 500 },
    );
  });

  test("is a name of a file that gives a report, never an exception", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (file) => {
        expect(loadLocations(`/nowhere/${file}`, "dev").mistakes).toHaveLength(1);
      }),
    );
  });
});
