import { evaluate } from "./python";
import { CiJobs, ENTRY } from "./ciJobs";

let jobs: CiJobs;

beforeAll(() => {
  jobs = new CiJobs();
});

afterAll(() => {
  jobs.end();
});

const QUESTION = `
from pathlib import Path
from pod_environment import pod_environment
environ = dict(given["environ"])
try:
    found = pod_environment(given["file"] and Path(given["file"]), "finance", environ)
except ValueError as error:
    found = str(error)
answer = [found, environ]
`;

async function environment(secrets: string, file: string | null): Promise<unknown> {
  const environ = { DAGSTER_REFRESH_ENV: secrets, PATH: "/bin" };
  return evaluate(QUESTION, { environ, file });
}

describe("the environment of a location's code in CI", () => {
  it("is the list's, and the secrets, which are no more in one piece", async () => {
    const file = jobs.file("locations.json", { finance: ENTRY });
    const text = "# of the CRM\nCRM_KEY=a=b c\n\nexport QUOTED=\"x y\"\nWAREHOUSE='other'\n";
    expect(await environment(text, file)).toEqual([
      { WAREHOUSE: "other", CRM_KEY: "a=b c", QUOTED: "x y" },
      { PATH: "/bin" },
    ]);
  });

  it("is only the secrets without a list, and nothing without both", async () => {
    expect(await environment("A=1", null)).toEqual([{ A: "1" }, { PATH: "/bin" }]);
    expect(await environment("", null)).toEqual([{}, { PATH: "/bin" }]);
  });

  it("refuses a line that is none, without showing it", async () => {
    const [answer] = (await environment("A=1\nhunter2\n", null)) as [string];
    expect(answer).toBe("DAGSTER_REFRESH_ENV line 2: must be NAME=value, on one line");
  });

  it.each([
    ["that is not there", "absent.json", /^--locations: .*absent\.json: No such file/],
    ["that is no JSON", "broken.json", /^--locations: .*broken\.json is not JSON/],
    ["without the location", "other.json", /^finance is not on the platform's list \(none\): add/],
  ])("refuses a list %s", async (_case, name, message) => {
    jobs.file("broken.json", "{");
    jobs.file("other.json", {});
    const [answer] = (await environment("", `${jobs.folder}/${name}`)) as [string];
    expect(answer).toMatch(message);
  });
});
