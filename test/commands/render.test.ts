import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { parse } from "yaml";

import { render } from "../../commands/render";
import { folderWith, removeFolders } from "../stacks/list/temporaryFolder";
import { AWS, listOf } from "../stacks/cloudInput";

afterAll(removeFolders);

function run(root: string | undefined, ...flags: readonly string[]) {
  const said = { out: "", err: "" };
  const terminal = {
    out: (text: string) => (said.out += text),
    err: (text: string) => (said.err += text),
    colour: false,
  };
  return { code: render(flags, terminal, root), ...said };
}

/** A project with one stack on a cloud, and this list. */
function project(list: string, config: Readonly<Record<string, unknown>> = AWS): string {
  const keys = Object.entries(config).map(([key, value]) => [`dagster-platform:${key}`, value]);
  const folder = folderWith({
    "locations.yaml": list,
    "Pulumi.prod.yaml": JSON.stringify({ config: Object.fromEntries(keys) as unknown }),
    "Pulumi.dev.yaml": "config: {}\n",
  });
  cpSync("Pulumi.yaml", join(folder, "Pulumi.yaml"));
  return folder;
}

const TWO = listOf({ name: "crm", refresh: { schedule: "0 6 * * *" } }, { name: "finance" });
const PLATFORM = ".github/workflows/platform.yml";
const LOCATION = ".github/workflows/location.yml";
const CRM = "callers/crm/.github/workflows/dagster-crm.yml";
const FINANCE = "callers/finance/.github/workflows/dagster-finance.yml";

describe("npm run render", () => {
  test("finds the committed files up to date", () => {
    expect(run(undefined, "--check")).toEqual({
      ...{ code: 0, err: "" },
      out: "render: 5 files, up to date\n",
    });
  });

  test("writes the files of the stack on a cloud, and nothing the second time", () => {
    const folder = project(TWO);
    const wrote = [PLATFORM, LOCATION, CRM, FINANCE].map((path) => `wrote ${path}\n`).join("");
    expect(run(folder)).toEqual({ code: 0, out: wrote, err: "" });
    expect(run(folder).out).toBe("render: 4 files, up to date\n");
    const caller = parse(readFileSync(join(folder, CRM), "utf8")) as Record<string, unknown>;
    expect(caller).toMatchObject({
      on: { push: { branches: ["main"] }, schedule: [{ cron: "0 6 * * *" }] },
      jobs: { crm: { uses: `acme/dagster-platform/${LOCATION}@main`, with: { location: "crm" } } },
    });
    expect(caller["on"]).not.toHaveProperty("pull_request");
  });

  test("says with --check which files are stale, and leaves them", () => {
    const folder = project(TWO);
    run(folder);
    writeFileSync(join(folder, CRM), "edited\n");
    writeFileSync(join(folder, "locations.yaml"), listOf({ name: "crm" }));
    expect(run(folder, "--check")).toEqual({
      ...{ code: 1, out: "" },
      err: `stale: ${LOCATION}\nstale: ${CRM}\nstale: ${FINANCE}\n3 stale files: run \`npm run render\` and commit the result\n`,
    });
    expect(readFileSync(join(folder, CRM), "utf8")).toBe("edited\n");
    expect(existsSync(join(folder, FINANCE))).toBe(true);
  });

  test("removes the file of a location that left the list, and no other one", () => {
    const folder = project(TWO);
    run(folder);
    const own = join(folder, ".github/workflows/test.yml");
    mkdirSync(dirname(own), { recursive: true });
    writeFileSync(own, "own\n");
    writeFileSync(join(folder, "locations.yaml"), listOf({ name: "crm" }));
    expect(run(folder).out).toContain(`removed ${FINANCE}\n`);
    expect(existsSync(join(folder, FINANCE))).toBe(false);
    expect(existsSync(own)).toBe(true);
    expect(run(folder, "--check")).toMatchObject({ code: 0 });
  });

  test("writes GitLab's files for a platform there", () => {
    const list = listOf({ name: "crm", provider: "gitlab" });
    const folder = project(list, { ...AWS, platformProvider: "gitlab" });
    expect(run(folder).out).toBe(
      "wrote .gitlab-ci.yml\nwrote .gitlab/location.yml\nwrote callers/crm/.gitlab-ci.yml\n",
    );
    expect(parse(readFileSync(join(folder, "callers/crm/.gitlab-ci.yml"), "utf8"))).toEqual({
      include: [
        {
          ...{ project: "acme/dagster-platform", ref: "main", file: "/.gitlab/location.yml" },
          inputs: { location: "crm", branch: "main", branches: "false" },
        },
      ],
    });
  });

  test("gives a repository on GitLab all jobs when the platform is on GitHub", () => {
    const folder = project(listOf({ name: "crm", provider: "gitlab" }));
    expect(run(folder).out).toBe(`wrote ${PLATFORM}\nwrote callers/crm/.gitlab-ci.yml\n`);
    const text = readFileSync(join(folder, "callers/crm/.gitlab-ci.yml"), "utf8");
    expect(Object.keys(parse(text) as object)).toEqual([
      ...[".dagster-crm", "crm:refresh", "crm:build", "crm:release", "crm:deploy", "crm:branch"],
    ]);
    expect(text).not.toContain("$[[");
  });

  test("carries an environment that looks like an expression, and does not break out", () => {
    const value = "${{ secrets.X }} $[[ inputs.y ]] END OF locations.json";
    const folder = project(listOf({ name: "crm", env: { A: value } }));
    expect(run(folder)).toMatchObject({ code: 0 });
    const text = readFileSync(join(folder, LOCATION), "utf8");
    expect(text).not.toContain("${{ secrets.X }}");
    const [, json = ""] = /cat > "[^"]*locations.json".*\n([^]*?)\n +END OF/.exec(text) ?? [];
    expect(JSON.parse(json)).toMatchObject({ crm: { env: { A: value } } });
  });
});

describe("npm run render without what it needs", () => {
  test("refuses a project without a stack on a cloud", () => {
    const folder = project(listOf(), {});
    expect(run(folder)).toMatchObject({
      code: 1,
      err: expect.stringContaining("--stack: no stack is on a cloud") as string,
    });
    expect(run(folder, "--stack", "dev").err).toContain(
      'Pulumi.dev.yaml: dagster-platform:cloud: must be aws or gcp for CI, got "none"',
    );
  });

  test("refuses to choose between two stacks on clouds", () => {
    const folder = project(TWO);
    cpSync(join(folder, "Pulumi.prod.yaml"), join(folder, "Pulumi.staging.yaml"));
    expect(run(folder).err).toBe(
      "--stack: prod, staging are on a cloud: name the one that CI deploys\n",
    );
    expect(run(folder, "--stack", "staging")).toMatchObject({ code: 0 });
  });

  test("refuses locations on GitHub when the platform is on GitLab, by name", () => {
    const list = listOf({ name: "crm" }, { name: "finance" }, { name: "ops", provider: "gitlab" });
    const folder = project(list, { ...AWS, platformProvider: "gitlab" });
    const { code, err } = run(folder);
    expect(code).toBe(1);
    expect(err).toContain("crm, finance: on GitHub, and the platform's repository is on GitLab");
    expect(existsSync(join(folder, ".gitlab-ci.yml"))).toBe(false);
  });

  test("refuses a list with a mistake, and writes nothing", () => {
    const folder = project(listOf({ name: "Crm" }));
    expect(run(folder).err).toContain("locations.yaml:1: locations[0].name");
    expect(existsSync(join(folder, PLATFORM))).toBe(false);
  });
});
