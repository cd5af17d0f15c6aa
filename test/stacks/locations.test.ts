import { readFileSync } from "node:fs";
import { RunError } from "@pulumi/pulumi/errors";
import { InvalidInputError } from "../../stacks/invalidInputError";
import type { Location } from "../../stacks/list/locationSchema";
import {
  checkAllStacks,
  loadLocations,
  parseLocations,
  requireLocations,
} from "../../stacks/locations";
import { formatReport } from "../../stacks/list/mistake";
import { listWith } from "./list/listText";
import { folderWith, removeFolders } from "./list/temporaryFolder";

const parse = (text: string, stack = "prod") =>
  parseLocations(text, { file: "locations.yaml", stack });
const one = (text: string, stack = "prod") => parse(text, stack).locations[0] as Location;

afterAll(removeFolders);

describe("a location", () => {
  test("has every default when its entry says the least that it can", () => {
    expect(one(listWith())).toEqual({
      name: "crm",
      repository: "acme/crm",
      module: "crm.definitions",
      provider: "github",
      defaultBranch: "main",
      directory: ".",
      secrets: [],
      env: {},
      resources: { cpu: "250m", memoryMiB: 512 },
      runResources: { cpu: "250m", memoryMiB: 512 },
      access: { aws: [], gcp: [] },
      extraValues: {},
    });
  });

  test("has what the entry says, completed", () => {
    const location = one(
      listWith(
        "resources: { cpu: 2 }",
        "runResources: { memoryMiB: 4096 }",
        "dbt: { project: dbt }",
        "branches: { onOpen: clone }",
        'refresh: { schedule: "0 6 * * *" }',
      ),
    );
    expect(location).toMatchObject({
      resources: { cpu: "2", memoryMiB: 512 },
      runResources: { cpu: "2", memoryMiB: 4096 },
      dbt: { project: "dbt", target: "prod" },
      branches: { ttlDays: 7, keepLabel: "keep", onOpen: "clone", schedules: false },
      refresh: { schedule: "0 6 * * *" },
    });
    expect(location.branches).not.toHaveProperty("enabled");
  });

  test("has no branches and no refresh when it switches the defaults off", () => {
    const defaults = 'defaults: { branches: {}, refresh: { schedule: "0 6 * * *" } }\n';
    const off = ["branches: { enabled: false }", "refresh: { schedule: never }"];
    expect(one(defaults + listWith())).toHaveProperty("branches.ttlDays", 7);
    expect(one(defaults + listWith(...off))).not.toHaveProperty("branches");
    expect(one(defaults + listWith(...off))).not.toHaveProperty("refresh");
  });

  test("merges maps and replaces lists, defaults below entry below override", () => {
    const text =
      "defaults: { env: { A: d, B: d, C: d }, secrets: [d], extraValues: { a: { b: [1], c: 1 } } }\n" +
      listWith(
        "env: { B: e, C: e }",
        "secrets: [e, f]",
        "overrides: { prod: { env: { C: o }, secrets: [], extraValues: { a: { b: [2] } } } }",
      );
    expect(one(text, "prod")).toMatchObject({ env: { A: "d", B: "e", C: "o" }, secrets: [] });
    expect(one(text, "prod").extraValues).toEqual({ a: { b: [2], c: 1 } });
    expect(one(text, "dev")).toMatchObject({
      env: { A: "d", B: "e", C: "e" },
      secrets: ["e", "f"],
    });
  });

  test("is frozen to its depth", () => {
    const location = one(listWith("extraValues: { a: { b: [{ c: 1 }] } }"));
    const write = (change: () => void) => {
      expect(change).toThrow(TypeError);
    };
    const values = location.extraValues as { a: { b: { c: number }[] } };
    write(() => values.a.b.push({ c: 2 }));
    write(() => ((values.a.b[0] as { c: number }).c = 2));
    write(() => ((location as { name: string }).name = "x"));
  });

  test("is only in the stacks that its entry names", () => {
    const text = listWith("stacks: [prod, sandbox]");
    expect(["dev", "prod", "sandbox"].map((stack) => parse(text, stack).locations.length)).toEqual([
      0, 1, 1,
    ]);
  });
});

describe("a list", () => {
  test("may be empty", () => {
    expect(parse("locations: []\n")).toEqual({ locations: [], mistakes: [] });
  });

  test("keeps its order, sorted or not", () => {
    const text = `${listWith()}  - { name: b, repository: a/b, file: c.py }\n`;
    expect(parse(text).locations.map(({ name }) => name)).toEqual(["crm", "b"]);
  });

  test("gives no location at all when one has a mistake", () => {
    const text = `${listWith()}  - { name: B, repository: a/b, file: c.py }\n`;
    expect(parse(text)).toMatchObject({ locations: [], mistakes: [{ line: 5 }] });
  });

  test("reports all mistakes of all kinds at once, sorted by line", () => {
    const text = `${listWith("resource: {}", "env: { A: 1, A: 2 }", "file: /x")}  - name: crm\n`;
    expect(parse(text).mistakes.map(({ line, path }) => `${line} ${path}`)).toEqual([
      "5 locations[0].resource",
      "6 locations[0].env.A",
      "6 locations[0].env.A",
      "7 locations[0].file",
      "7 locations[0].file",
      "8 locations[1].repository",
      "8 locations[1].name",
      "8 locations[1]",
    ]);
  });

  test("of 2,000 locations loads, and reports 2,000 mistakes, within seconds", () => {
    const entry = (index: number, cpu: string) =>
      `  - { name: team-${index}, repository: acme/team-${index}, module: a, resources: { cpu: ${cpu} } }\n`;
    const list = (cpu: string) =>
      `locations:\n${Array.from({ length: 2000 }, (_, index) => entry(index, cpu)).join("")}`;
    const start = performance.now();
    expect(parse(list("1")).locations).toHaveLength(2000);
    expect(parse(list("x")).mistakes).toHaveLength(2000);
    expect(performance.now() - start).toBeLessThan(5000);
  });

  test("that is committed loads for every stack, and its checkouts are there", () => {
    expect(formatReport(checkAllStacks("locations.yaml").mistakes)).toBe("");
    const names = requireLocations("locations.yaml", "sandbox").map(({ name }) => name);
    expect(names).toEqual([...names].sort());
    expect(readFileSync("locations.yaml", "utf8")).toMatch(
      /^# yaml-language-server: \$schema=\.\/schemas\/locations\.schema\.json\n/,
    );
  });
});

describe("a file", () => {
  test("is named in each mistake as the user named it", () => {
    const file = `${folderWith({ "my list.yaml": listWith("image: x") })}/my list.yaml`;
    expect(loadLocations(file, "dev").mistakes).toMatchObject([{ file, line: 5 }]);
  });

  test("refuses with the whole report in one InvalidInputError, which Pulumi prints alone", () => {
    const file = `${folderWith({ "a.yaml": listWith("image: x", "env: 5") })}/a.yaml`;
    const { mistakes } = loadLocations(file, "dev");
    expect(() => requireLocations(file, "dev")).toThrow(
      new InvalidInputError(formatReport(mistakes)),
    );
    expect(mistakes).toHaveLength(2);
    expect(RunError.isInstance(new InvalidInputError("x"))).toBe(true);
  });

  test("refuses a checkout that is no folder, for the sandbox only", () => {
    const text = listWith("checkout: crm", "directory: src");
    const load = (files: Readonly<Record<string, string>>, stack: string) => {
      const folder = folderWith({ "locations.yaml": text, ...files });
      return loadLocations(`${folder}/locations.yaml`, stack).mistakes.map(({ path }) => path);
    };
    expect(load({}, "dev")).toEqual([]);
    expect(load({}, "sandbox")).toEqual(["locations[0].checkout"]);
    expect(load({ crm: "a file" }, "sandbox")).toEqual(["locations[0].checkout"]);
    expect(load({ "crm/": "" }, "sandbox")).toEqual(["locations[0].directory"]);
    expect(load({ "crm/src/": "" }, "sandbox")).toEqual([]);
  });

  test("is checked for every stack that it mentions, each mistake once", () => {
    const folder = folderWith({
      "locations.yaml": listWith("env: { A: 1 }", "overrides:", "  eu: { file: x.py }"),
    });
    const { entries, stacks, mistakes } = checkAllStacks(`${folder}/locations.yaml`);
    expect({ entries, stacks }).toEqual({ entries: 1, stacks: ["dev", "eu", "prod", "sandbox"] });
    expect(mistakes.map(({ line }) => line)).toEqual([5, 7]);
  });
});
