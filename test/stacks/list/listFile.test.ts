import fs from "node:fs";
import { join } from "node:path";
import { loadLocations } from "../../../stacks/locations";
import { listWith } from "./listText";
import { folderWith, removeFolders } from "./temporaryFolder";

afterAll(removeFolders);

describe("reading the file of a list", () => {
  test.each([
    ["a missing file", {}, "nope.yaml", "does not exist", "--locations"],
    ["a file below a file", { a: "x" }, "a/locations.yaml", "does not exist", "--locations"],
    ["a folder", { "list/": "" }, "list", "is a folder", "name the file in it"],
    ["an empty file", { a: "" }, "a", "is empty", "`locations: []`"],
    ["6 MiB", { a: Buffer.alloc(6 * 1024 * 1024, "#") }, "a", "at most 5242880", "the list"],
  ])("refuses %s", (_what, files, name, rule, fix) => {
    const file = join(folderWith(files), name);
    const { mistakes } = loadLocations(file, "dev");
    expect(mistakes).toMatchObject([{ file, line: 1, path: "file" }]);
    expect(mistakes[0]?.rule).toContain(rule);
    expect(mistakes[0]?.fix).toContain(fix);
  });

  test.each([
    ["Latin-1", Buffer.from(listWith("env: { A: Zürich }"), "latin1"), 5],
    ["UTF-16", Buffer.from(`\ufeff${listWith()}`, "utf16le"), 1],
    ["a picture", Buffer.from("89504e470d0a1a0a", "hex"), 1],
  ])("refuses %s with the line of the first wrong byte", (_what, bytes, line) => {
    const file = join(folderWith({ a: bytes }), "a");
    expect(loadLocations(file, "dev").mistakes).toMatchObject([
      { line, rule: "has to be text in UTF-8", fix: "save it as UTF-8" },
    ]);
  });

  test.each([
    ["EACCES", "may not be read", "change its permissions"],
    ["ELOOP", "cannot be read (ELOOP)", "check the path"],
  ])("refuses what fails with %s", (code, rule, fix) => {
    // Tests may run as root, whom no permission stops.
    jest.spyOn(fs, "statSync").mockImplementationOnce(() => {
      throw Object.assign(new Error(code), { code });
    });
    expect(loadLocations("a", "dev").mistakes).toMatchObject([{ file: "a", line: 1, rule, fix }]);
  });

  test("knows the stacks by their Pulumi.<stack>.yaml beside the list", () => {
    const files = { "Pulumi.dev.yaml": "", "Pulumi.prod-eu.yaml": "", "Pulumi.yaml": "" };
    const mistakes = (stack: string) => {
      const folder = folderWith({ ...files, a: listWith(`stacks: [${stack}]`) });
      return loadLocations(join(folder, "a"), "dev").mistakes;
    };
    expect(["dev", "prod", "sandbox", "prod-eu"].flatMap(mistakes)).toEqual([]);
    expect(mistakes("prodeu")).toMatchObject([{ line: 5, fix: 'did you mean "prod-eu"?' }]);
    expect(mistakes("staging")).toMatchObject([
      { fix: expect.stringContaining("Pulumi.staging.yaml") as string },
    ]);
  });
});
