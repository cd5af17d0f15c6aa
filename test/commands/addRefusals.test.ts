import { writeFileSync } from "node:fs";

import type { AddWorld } from "../../commands/add";
import { listWith } from "../stacks/list/listText";
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

describe("npm run add refuses", () => {
  it("all mistakes at once, by their flags, and changes nothing", async () => {
    const flags = [
      "--provider",
      "gitub",
      "--repository-id",
      "x",
      "--refresh-schedule",
      "@daily",
      "--write",
      "--file",
      "b",
    ];
    const repository = [
      "--repository",
      "https://github.com/acme/hr.git",
      "--default-branch",
      "a b",
    ];
    const { code, out, err, list } = await runs.run([
      "H R",
      ...repository,
      "--module",
      "a-b",
      ...flags,
    ]);
    expect({ code, out, list }).toEqual({ code: 1, out: "", list: LIST });
    expect(
      err
        .trimEnd()
        .split("\n")
        .map((line) => line.split(", got ")[0]),
    ).toEqual([
      "--checkout: is needed with --write",
      "<name>: has to be a DNS label (lower-case letters, digits and -, from a letter to a letter or digit)",
      "--repository: has to be owner/name, not an address",
      "--repository-id: has to be a whole number",
      "--provider: has to be github or gitlab",
      "--default-branch: has to be the name of a branch (letters, digits and _ . / -, up to 80)",
      "--module: has to be a dotted Python name",
      "--file: has to be a .py file inside the location's directory",
      "--file: needs exactly one of module, file, package and autoload",
      "--refresh-schedule: has to be a cron schedule of five fields (minute hour day month weekday, in UTC)",
      "nothing was added: 10 mistakes",
    ]);
    expect(err).toContain('got "x", write it like 871234567\n');
  });

  it.each<[string, readonly string[], string]>([
    [
      "a name that is taken",
      ["crm", "--repository", "a/b", "--module", "m"],
      '<name>: is already the name of the location on line 4, got "crm", ',
    ],
    [
      "no repository",
      ["hr", "--module", "m"],
      "--repository: is required, got nothing, give --repository owner/name\n",
    ],
    [
      "an id of another repository",
      [...HR, "--repository-id", "700"],
      "--repository-id: is already the id of acme/crm (line 6), got 700, ",
    ],
    [
      "a checkout that is not there",
      [...HR, "--checkout", "FOLDER/x"],
      '--checkout: has to be a folder here, got "FOLDER/x", ',
    ],
    [
      "a twin",
      ["crm2", "--repository", "acme/crm", "--repository-id", "700", "--module", "crm"],
      '<name>: is the same as "crm" (line 4) but for the name',
    ],
    [
      "nested groups on GitHub",
      ["hr", "--repository", "a/b/c", "--module", "m"],
      "--repository: has to be owner/name on GitHub, which has no nested groups, ",
    ],
    [
      "a dbt project elsewhere",
      [...HR, "--dbt-project", "../x"],
      "--dbt-project: has to be a folder inside the repository ",
    ],
  ])("%s", async (_title, flags, message) => {
    const { code, err, list } = await runs.run([...flags, "--offline"]);
    expect({ code, list }).toEqual({ code: 1, list: LIST });
    expect(err).toContain(message);
    expect(err).toContain("nothing was added: 1 mistake\n");
  });

  it("an entry without the ids that its stack's cloud needs", async () => {
    const { err } = await runs.run(HR, { files: AWS });
    expect(err).toContain(
      "--repository-id: is required with cloud aws: the trust in the repository's CI is bound to it, got nothing, write what `gh api repos/acme/hr --jq .id` says\n",
    );
    expect(err).toContain("ids not asked: ");
  });

  it("what the repository's server knows better", async () => {
    runs.server.routes = { "/repos/acme/hr": githubRepository({ full_name: "Acme/people" }) };
    const { err } = await runs.run([...HR, "--owner-id", "4"]);
    expect(err).toContain(
      '--repository: is not what it is called now, got "acme/hr", write "Acme/people"\n',
    );
    expect(err).toContain("--owner-id: is not the id of its owner, got 4, write 10\n");
  });

  it("a list that has mistakes already", async () => {
    const list = listWith("image: x");
    const { code, err, list: after } = await runs.run(HR, { list });
    expect({ code, after }).toEqual({ code: 1, after: list });
    expect(err).toMatch(/^FOLDER\/locations\.yaml:5: locations\[0\]\.image: /);
    expect(err).toMatch(/\nnothing was added: mend the list first\n$/);
    expect(JSON.parse((await runs.run([...HR, "--json"], { list })).out)).toMatchObject({
      ok: false,
    });
  });

  it("to overwrite what somebody saved in the meantime", async () => {
    let file = "";
    const ci: AddWorld["ci"] = (listFile) => {
      file = listFile;
      writeFileSync(file, `${LIST}# later\n`);
      return Promise.resolve({ unknown: "none" });
    };
    const { code, err, list } = await runs.run([...HR, "--offline"], { ci });
    expect({ code, list }).toEqual({ code: 1, list: `${LIST}# later\n` });
    expect(err).toBe("FOLDER/locations.yaml was changed in the meantime: run this again\n");
  });
});
