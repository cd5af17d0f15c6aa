import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { check } from "../../commands/check";
import { parseLocations } from "../../stacks/locations";
import { listWith } from "../stacks/list/listText";
import { folderWith, removeFolders } from "../stacks/list/temporaryFolder";

afterAll(removeFolders);

/** Runs the command in this process. */
function run(...flags: readonly string[]) {
  return runOn(false, flags);
}

function runOn(colour: boolean, flags: readonly string[]) {
  const said = { out: "", err: "" };
  const out = (text: string) => (said.out += text);
  const err = (text: string) => (said.err += text);
  return { code: check(flags, { out, err, colour }), ...said };
}

const fileWith = (text: string) => join(folderWith({ "locations.yaml": text }), "locations.yaml");

describe("npm run check", () => {
  test("says in one line that the committed list is right", () => {
    const out = "locations.yaml: 3 locations, no mistakes\n";
    expect(run()).toEqual({ code: 0, out, err: "" });
  });

  test("counts the locations of one stack", () => {
    const file = fileWith(listWith("stacks: [prod]"));
    expect(run("--locations", file, "--stack", "prod").out).toBe(
      `${file}: 1 location in stack prod, no mistakes\n`,
    );
    expect(run("--locations", file, "--stack", "dev").out).toContain("no locations in stack dev");
  });

  test("refuses an entry without what its stack's cloud needs", () => {
    const files = {
      "locations.yaml": listWith("ownerId: 1"),
      "Pulumi.prod.yaml": "config:\n  dagster-platform:cloud: aws\n",
      "Pulumi.broken.yaml": "config: [",
    };
    const file = join(folderWith(files), "locations.yaml");
    const mistake = `${file}:2: locations[0].repositoryId: is required with cloud aws`;
    expect(run("--locations", file)).toMatchObject({
      code: 1,
      err: expect.stringContaining(mistake) as string,
    });
    expect(run("--locations", file, "--stack", "prod").err).toContain(mistake);
    expect(run("--locations", file, "--stack", "broken").code).toBe(0);
  });

  test("takes an empty list", () => {
    const file = fileWith("locations: []\n");
    expect(run("--locations", file)).toMatchObject({
      code: 0,
      out: `${file}: no locations, no mistakes\n`,
    });
  });

  test("refuses a wrong list with the report on standard error and 1", () => {
    const file = fileWith(listWith("image: x", "resource: {}"));
    const { code, out, err } = run("--locations", file);
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err.split("\n")).toEqual([
      expect.stringMatching(
        /^.*:5: locations\[0\]\.image: has to be an exact image, .*, got "x", /,
      ),
      `${file}:6: locations[0].resource: unknown key, got "resource", did you mean "resources"?`,
      `${file}: 2 mistakes`,
      "",
    ]);
  });

  test("finds a mistake in the override of a stack that nobody named", () => {
    const file = fileWith(listWith("overrides: { staging: { file: x.py } }"));
    expect(run("--locations", file).code).toBe(1);
    expect(run("--locations", file, "--stack", "staging").code).toBe(1);
    expect(run("--locations", file, "--stack", "dev").code).toBe(0);
  });

  test("looks for checkouts with --stack sandbox only", () => {
    const file = fileWith(listWith("checkout: nowhere"));
    expect(run("--locations", file).code).toBe(0);
    expect(run("--locations", file, "--stack", "sandbox").err).toContain("has to be a folder here");
  });

  test("prints the same as JSON on standard output with --json", () => {
    const file = fileWith(listWith("image: x"));
    const { code, out, err } = run("--locations", file, "--json");
    const { mistakes } = parseLocations(listWith("image: x"), { file, stack: "dev" });
    expect({ code, err }).toEqual({ code: 1, err: "" });
    expect(JSON.parse(out)).toEqual({ ok: false, locations: 1, mistakes });
    expect(JSON.parse(run("--json").out)).toEqual({ ok: true, locations: 3, mistakes: [] });
  });

  test.each([
    [["--lcations", "x"], "error: unknown option '--lcations' (Did you mean --locations?)"],
    [["--locations"], "error: option '--locations <file>' argument missing"],
    [["locations.yaml"], "error: too many arguments. Expected 0 arguments but got 1."],
    [
      ["--stack", "a/b"],
      '--stack: has to be the name of a stack (letters, digits and _ . -, up to 100), got "a/b", ',
    ],
    [["--stack", ""], "--stack: has to be the name of a stack"],
    [["--locations", "nope.yaml"], 'nope.yaml:1: file: does not exist, got "nope.yaml", '],
  ])("refuses %j with a line and 1", (flags, line) => {
    const { code, out, err } = run(...flags);
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err.startsWith(line)).toBe(true);
    expect(err.split("\n").length).toBeLessThanOrEqual(3);
  });

  test("refuses a stack that has no Pulumi.<stack>.yaml, where there are some", () => {
    const folder = folderWith({ "locations.yaml": listWith(), "Pulumi.prod-eu.yaml": "" });
    const file = join(folder, "locations.yaml");
    expect(run("--locations", file, "--stack", "prod-ue").err).toBe(
      '--stack: has to be a stack that exists (dev, prod, sandbox, prod-eu), got "prod-ue", did you mean "prod-eu"?\n',
    );
    expect(run("--locations", file, "--stack", "prod-eu").code).toBe(0);
  });

  test("colours the place of a mistake on a terminal, and nothing else of the line", () => {
    const flags = ["--locations", fileWith(listWith("image: x"))];
    const [first = ""] = runOn(true, flags).err.split("\n");
    expect(first).toMatch(/^\S+:5:\S+ locations\[0\]\.image: /);
    expect(first).toContain("\u001b[1m");
    expect(runOn(false, flags).err).not.toContain("\u001b");
  });

  test("shows its flags with --help and ends with 0", () => {
    expect(run("--help")).toMatchObject({
      code: 0,
      err: "",
      out: expect.stringContaining("--json") as string,
    });
  });
});

describe("npm run check as a program", () => {
  const program = (...flags: readonly string[]) =>
    spawnSync("node", ["--import", "tsx", "commands/check.ts", ...flags], { encoding: "utf8" });

  test("ends with 0 and one line", () => {
    expect(program()).toMatchObject({
      status: 0,
      stdout: "locations.yaml: 3 locations, no mistakes\n",
      stderr: "",
    });
  });

  test("ends with 1 and the report, without colour in a pipe and without a stack trace", () => {
    const { status, stdout, stderr } = program("--locations", fileWith(listWith("image: x")));
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toMatch(/: 1 mistake\n$/);
    expect(stderr).not.toContain("\u001b");
    expect(stderr).not.toMatch(/^ {4}at /m);
  });

  test("survives a reader that closes the pipe", () => {
    const bad = `locations:\n${"  - 1\n".repeat(20_000)}`;
    const script = `node --import tsx commands/check.ts --json --locations "$0" | head -c 1; node --import tsx commands/check.ts --locations "$0" 2>&1 >&- | head -n 1`;
    const result = spawnSync("bash", ["-c", script, fileWith(bad)], { encoding: "utf8" });
    expect(result.stderr).toBe("");
    expect(result.stdout).toMatch(/^\{.*:2: locations\[0\]: has to be a map/s);
  });
});

describe("docs/locations.md", () => {
  const page = readFileSync(resolve("docs/locations.md"), "utf8");
  const lists = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, list = ""]) => list);

  test("shows right lists, and the mistakes of its wrong one as the command prints them", () => {
    const [first = "", layers = "", wrong = ""] = lists;
    const folder = folderWith({ "first.yaml": first, "layers.yaml": layers });
    expect(run("--locations", join(folder, "first.yaml")).err).toBe("");
    expect(run("--locations", join(folder, "layers.yaml")).err).toBe("");
    const file = fileWith(wrong);
    const report = run("--locations", file).err.replaceAll(file, "locations.yaml");
    expect(page).toContain(`$ npm run -s check\n${report}\`\`\``);
    expect(lists).toHaveLength(3);
  });

  test("merges as it says", () => {
    const env = (stack: string) =>
      parseLocations(lists[1] ?? "", { file: "", stack }).locations.map((location) => location.env);
    expect(env("prod")).toEqual([{ REGION: "eu-west-1", LOG_LEVEL: "warning" }]);
    expect(env("dev")).toEqual([{ REGION: "eu-west-1", LOG_LEVEL: "debug" }]);
  });
});
