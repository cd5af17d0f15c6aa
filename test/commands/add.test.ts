import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { githubRepository } from "../stacks/repositories/fakeServer";
import { AddRuns, AWS, HR, LIST } from "./addRuns";

let runs: AddRuns;

beforeAll(async () => {
  runs = await AddRuns.start();
});

afterAll(() => {
  runs.stop();
});

beforeEach(() => {
  runs.server.routes = {};
  runs.server.requests.length = 0;
});

describe("npm run add", () => {
  it("puts an entry with its ids on the list, and says what remains", async () => {
    runs.server.routes = { "/repos/acme/hr": githubRepository({ id: 701, full_name: "acme/hr" }) };
    const { code, out, err, list } = await runs.run(HR, { files: AWS });
    const entry =
      "  - name: hr\n    repository: acme/hr\n    repositoryId: 701\n    module: hr.definitions\n";
    expect({ code, err, list }).toEqual({ code: 0, err: "", list: `${LIST}${entry}` });
    expect(out).toBe(
      [
        "FOLDER/locations.yaml:8: added hr",
        entry.trimEnd(),
        "",
        ".github/workflows/dagster-hr.yml of its repository:",
        "",
        `# Made by \`npm run render\`\n${list.length}`,
        "",
        "two things remain:",
        "1. run `npm run render`, and open a pull request of acme/platform with FOLDER/locations.yaml and what that wrote: once it is merged, the platform's CI makes the identities of hr",
        "2. then commit .github/workflows/dagster-hr.yml to main of acme/hr: that push is the first release",
        "",
      ].join("\n"),
    );
  });

  it("writes all that its flags say, and what differs from what the list says of all", async () => {
    runs.server.routes = {
      "/repos/acme/hr": githubRepository({
        id: 7,
        full_name: "acme/hr",
        owner: { id: 11 },
        default_branch: "trunk",
      }),
    };
    const flags = [
      "--directory",
      "a/b",
      "--dbt-project",
      "dbt",
      "--refresh-schedule",
      "*/5 * * * *",
      "--branches",
    ];
    const { list } = await runs.run([...HR, ...flags]);
    expect(list.slice(LIST.length)).toBe(
      [
        "  - name: hr",
        "    repository: acme/hr",
        "    repositoryId: 7",
        "    ownerId: 11",
        "    defaultBranch: trunk",
        "    directory: a/b",
        "    module: hr.definitions",
        "    dbt: { project: dbt }",
        "    branches: { enabled: true }",
        '    refresh: { schedule: "*/5 * * * *" }',
        "",
      ].join("\n"),
    );
  });

  it("asks GitLab for a project there, and names the schedule that it needs", async () => {
    const project = {
      id: 8,
      path_with_namespace: "acme/eu/hr",
      namespace: { id: 12 },
      default_branch: "main",
    };
    runs.server.routes = { "/api/v4/projects/acme%2Feu%2Fhr": project };
    const flags = ["--provider", "gitlab", "--refresh-schedule", "0 6 * * *"];
    const { list, out } = await runs.run([
      "hr",
      "--repository",
      "acme/eu/hr",
      "--file",
      "a.py",
      ...flags,
    ]);
    expect(list).toContain(
      "    repositoryId: 8\n    ownerId: 12\n    provider: gitlab\n    file: a.py\n",
    );
    expect(out).toContain("three things remain:\n");
    expect(out).toContain(
      "3. make a pipeline schedule in acme/eu/hr (Build → Pipeline schedules): 0 6 * * *, time zone UTC, branch main\n",
    );
    expect(runs.server.headers.authorization).toBe("Bearer t");
  });

  it("asks nobody when it is told all, or told not to", async () => {
    await runs.run([...HR, "--repository-id", "7"]);
    const { list } = await runs.run([...HR, "--offline"]);
    expect(list).toContain("    repository: acme/hr\n    module: hr.definitions\n");
    expect(runs.server.requests).toEqual([]);
  });

  it("goes on without ids where nothing needs them, and says the command that tells them", async () => {
    const { code, out } = await runs.run(HR);
    expect(code).toBe(0);
    expect(out).toMatch(
      /^ids not asked: 127\.0\.0\.1:\d+ without GITHUB_TOKEN shows no acme\/hr: it is private, or has another name; `gh api repos\/acme\/hr --jq '\.id, \.owner\.id'` tells them$/m,
    );
  });

  it("takes the code that it finds in the checkout, and says what the project lacks", async () => {
    const files = {
      "hr/p/pyproject.toml": '[tool.dagster]\nmodule_name = "hr.here"\n',
      "hr/p/dbt/dbt_project.yml": "",
    };
    const flags = ["hr", "--repository", "acme/hr", "--checkout", "FOLDER/hr", "--directory", "p"];
    const { out, list } = await runs.run([...flags, "--offline"], { files });
    expect(list).toContain("    directory: p\n    checkout: hr\n    module: hr.here\n");
    expect(out).toContain("found: --module hr.here ([tool.dagster] of pyproject.toml)\n");
    expect(out).toContain("FOLDER/hr/p/dbt/dbt_project.yml is there: add --dbt-project dbt\n");
    expect(out).toContain("no Dockerfile in FOLDER/hr/p: write one");
  });

  it("does not choose between two places of code", async () => {
    const files = { "hr/a/definitions.py": "", "hr/b/definitions.py": "", "hr/Dockerfile": "" };
    const flags = ["hr", "--repository", "acme/hr", "--checkout", "FOLDER/hr", "--offline"];
    const { code, err } = await runs.run(flags, { files });
    expect(code).toBe(1);
    expect(err).toContain(
      "--module: needs exactly one of module, file, package and autoload, got nothing, give one of the four flags\n",
    );
    expect(err).toContain(
      "found more than one: --module a.definitions (a/definitions.py), --module b.definitions (b/definitions.py)\n",
    );
  });

  it("writes the CI file into the checkout with --write", async () => {
    const flags = [...HR, "--checkout", "FOLDER/hr", "--write", "--offline"];
    const { out, folder } = await runs.run(flags, { files: { "hr/Dockerfile": "" } });
    expect(out).toContain(
      ".github/workflows/dagster-hr.yml of its repository: written in the checkout\n",
    );
    expect(readFileSync(join(folder, "hr/.github/workflows/dagster-hr.yml"), "utf8")).toContain(
      "Made by",
    );
  });

  it("only says where with --dry-run", async () => {
    const flags = [...HR, "--checkout", "FOLDER/hr", "--write", "--offline", "--dry-run"];
    const { out, list, folder } = await runs.run(flags, { files: { "hr/Dockerfile": "" } });
    expect(list).toBe(LIST);
    expect(out).toMatch(/^FOLDER\/locations\.yaml:8: would add hr\n {2}- name: hr\n/);
    expect(existsSync(join(folder, "hr/.github"))).toBe(false);
  });

  it("prints the same as JSON", async () => {
    const { out } = await runs.run([...HR, "--offline", "--json"]);
    expect(JSON.parse(out)).toMatchObject({
      ...{ ok: true, dryRun: false, name: "hr", line: 8, notes: [] },
      entry: "  - name: hr\n    repository: acme/hr\n    module: hr.definitions",
      caller: [{ path: ".github/workflows/dagster-hr.yml" }],
      remaining: [expect.stringContaining("render"), expect.stringContaining("commit")] as string[],
    });
  });

  it("does not print a file that fills screens", async () => {
    const filesOf = () => [{ path: "callers/hr/.gitlab-ci.yml", text: "a\n".repeat(100) }];
    const value = { repository: "a/b", gitlabUrl: "https://g.test", callers: "callers", filesOf };
    const { out } = await runs.run([...HR, "--offline"], { ci: () => Promise.resolve({ value }) });
    expect(out).toContain(
      "\n.gitlab-ci.yml of its repository: 100 lines, which `npm run render` writes into callers/hr\n",
    );
  });

  it("says how to release by hand where no stack has a CI", async () => {
    const ci = () => Promise.resolve({ unknown: "no stack is on a cloud" });
    const { out } = await runs.run([...HR, "--offline"], { ci });
    expect(out).toContain("no CI file: no stack is on a cloud\n");
    expect(out).toContain(
      "2. release it by hand: `npm run release -- hr --stack STACK` (docs/releases.md)\n",
    );
  });
});

describe("npm run add as a program", () => {
  const program = (...flags: readonly string[]) => {
    const all = [...HR, "--repository-id", "7", "--dry-run", ...flags];
    return spawnSync("node", ["--import", "tsx", "commands/add.ts", ...all], { encoding: "utf8" });
  };

  it("finds the CI of the stack beside the list", () => {
    const { status, stdout, stderr } = program();
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toContain("uses: acme/dagster-platform/.github/workflows/location.yml@main");
    expect(stdout).toContain("open a pull request of acme/dagster-platform with locations.yaml");
  });

  it("goes on without a CI file for a stack that has no CI", () => {
    const { status, stdout } = program("--stack", "dev");
    expect(status).toBe(0);
    expect(stdout).toContain("no CI file: Pulumi.dev.yaml: dagster-platform:cloud: must be aws or");
  });
});
