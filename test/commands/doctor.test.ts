import { githubRepository, githubRuns } from "../stacks/repositories/fakeServer";
import { GCP_CONFIG } from "./clusterPlace";
import { CRM, deployment, DoctorRuns, PROJECT_FILES } from "./doctorRuns";

let runs: DoctorRuns;

beforeAll(async () => {
  runs = await DoctorRuns.start();
});

beforeEach(() => {
  runs.heal();
});

afterAll(() => {
  for (const name of ["GITHUB_API_URL", "GITHUB_TOKEN", "STORAGE_EMULATOR_HOST"])
    // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- an empty one is another one
    delete process.env[name];
  runs.stop();
});

/** The whole chain, in its order. */
const CHAIN = [
  "entry on the list",
  "ids of the repository",
  "default branch",
  "rendered CI files",
  "CI file in the repository",
  "workflows of the platform",
  "deploy token",
  "refresh schedule",
  "packages of the project",
  "version of Dagster",
  "Dockerfile",
  "local state in the image",
  "last run of CI",
  "identity of CI",
  "release record",
  "pinned defs state",
  "deployment",
  "served by Dagster",
  "age of the defs state",
];

const OF_CI = [...CHAIN.slice(1, 8), "last run of CI", "identity of CI", "deployment"];

describe("npm run doctor", () => {
  it("finds a location right from the list to Dagster, and closes the way to the cluster", async () => {
    const { code, stdout, stderr } = await runs.run("crm");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const lines = stdout.trimEnd().split("\n");
    expect(lines.slice(0, -2).map((line) => line.slice(0, 28).trim())).toEqual(
      CHAIN.map((title) => `✓ ${title}`),
    );
    expect(lines.at(-1)).toBe("crm in stack dev: 19 right, 0 wrong, 0 not checked");
    expect(runs.place.forwards()).toEqual([]);
  });

  it("says what is wrong with each, all at once, and what to do", async () => {
    const old = Date.now() / 1000 - 40 * 24 * 3600;
    const info_mapping = { "Crm[api]": { create_timestamp: old, version: "v2" } };
    const record = runs.release({ defsState: { __class__: "DefsStateInfo", info_mapping } });
    const failed = { status: "failed", error: "ImportError: x" };
    runs.store("deployments/crm.json", JSON.stringify(deployment(record, failed)));
    runs.loadError = "ImportError: no\n  at x";
    runs.place.write(".github/workflows/platform.yml", "old\n");
    const folder = runs.checkOut({
      "pyproject.toml":
        '[project]\ndependencies = ["dagster<1.13"]\n[tool.dg.project]\nroot_module = "crm"\n',
      ".dockerignore": "**/.local_defs_state\n",
    });
    runs.github.routes = {
      ...runs.github.routes,
      "/repos/acme/crm": githubRepository({ full_name: "acme/sales", default_branch: "trunk" }),
      "/repos/acme/platform/actions/permissions/access": { access_level: "none" },
      "/repos/acme/crm/actions/secrets/DAGSTER_DEPLOY_TOKEN": 404,
      "/repos/acme/crm/actions/workflows/dagster-crm.yml/runs?branch=main&per_page=1": githubRuns({
        conclusion: "failure",
      }),
    };
    const { code, stdout } = await runs.run("crm", "--checkout", folder);
    expect(code).toBe(1);
    const wrong = stdout.split("\n").filter((line) => line.startsWith("✗"));
    const right = [
      "entry on the list",
      "deploy token",
      "refresh schedule",
      "identity of CI",
      "release record",
    ];
    expect(wrong.map((line) => line.slice(2, 28).trim())).toEqual(
      CHAIN.filter((title) => !right.includes(title)),
    );
    expect(stdout).toContain("– deploy token               no DAGSTER_DEPLOY_TOKEN: the schedule");
    expect(stdout.split("\n").filter((line) => line.trim().startsWith("→"))).toHaveLength(
      wrong.length,
    );
    expect(stdout).toContain("✗ served by Dagster          ImportError: no\n");
    expect(stdout).toContain(
      "→ mend its code, and release it again: `kubectl logs -n team deployment/crm-crm`\n",
    );
    expect(stdout).toContain("crm in stack dev: 4 right, 14 wrong, 1 not checked\n");
  });

  it("looks at the checkout that the list names", async () => {
    const listed = { ...CRM, checkout: "crm" };
    runs.place.write("locations.yaml", JSON.stringify({ locations: [listed] }));
    const folder = runs.checkOut(PROJECT_FILES);
    const { found, problems } = await runs.find("crm");
    expect(problems).toEqual(["CI file in the repository"]);
    expect(found.get("Dockerfile")?.found).toBe(`Dockerfile in ${folder}`);
    expect(found.get("CI file in the repository")).toMatchObject({
      fix: "commit callers/crm/.github/workflows/dagster-crm.yml as .github/workflows/dagster-crm.yml to main of acme/crm",
    });
  });

  it("goes on where nobody answers, and calls nothing wrong that it could not ask", async () => {
    const silent = () => undefined;
    const paths = Object.keys(runs.github.routes);
    runs.github.routes = Object.fromEntries(paths.map((path) => [path, silent]));
    runs.gcs.fate = () => 403;
    const kubectl = runs.place.read("fake/kubectl");
    runs.place.write("fake/kubectl", "#!/bin/sh\nexec sleep 600\n");
    const { code, problems, skipped, found } = await runs.find("crm", "--timeout", "1");
    runs.place.write("fake/kubectl", kubectl);
    expect({ code, problems }).toEqual({ code: 0, problems: [] });
    expect(skipped).toEqual(
      CHAIN.filter(
        (title) => !["entry on the list", "rendered CI files", "refresh schedule"].includes(title),
      ),
    );
    expect(found.get("default branch")?.found).toMatch(/^127\.0\.0\.1:\d+ did not answer in 1 s$/);
    expect(found.get("Dockerfile")?.found).toMatch(/did not answer in 1 s$/);
    expect(found.get("served by Dagster")?.found).toBe("Dagster did not answer in 1 s");
    expect(found.get("release record")?.found).toMatch(
      /^(state store gs:\/\/acme: |the store of the release records did not answer)/,
    );
  });

  it("tells a repository that nobody shows from files that are missing", async () => {
    runs.github.routes = {};
    const { problems, found } = await runs.find("crm");
    expect(problems).toEqual([]);
    expect(found.get("Dockerfile")?.found).toMatch(
      /with GITHUB_TOKEN shows no acme\/crm: it is private, or has another name$/,
    );
  });

  it("skips by name what a stack without a cloud has not", async () => {
    runs.place.configure({ kubeContext: "kind" });
    const { found, skipped } = await runs.find("crm", "--stack", "dev");
    for (const title of OF_CI)
      expect(found.get(title)).toEqual({
        state: "skipped",
        found: "stack dev has cloud none, and so no CI",
      });
    expect(skipped).toEqual(expect.arrayContaining(OF_CI));
    expect(found.get("release record")).toMatchObject({
      ...{ state: "problem", found: "it was never released" },
      fix: "release it: `npm run release -- crm --stack dev`",
    });
    expect(found.get("served by Dagster")?.state).toBe("ok");
  });

  it("looks at records and Dagster also for a location that is not on the list", async () => {
    runs.place.write("locations.yaml", "locations: []\n");
    const { code, problems, found } = await runs.find("crm");
    expect({ code, problems }).toEqual({ code: 1, problems: ["entry on the list"] });
    expect(found.get("entry on the list")).toMatchObject({
      found: "locations.yaml has no crm for stack dev",
      fix: expect.stringContaining("`npm run add -- crm --repository OWNER/NAME") as string,
    });
    expect(found.get("default branch")?.found).toBe("its entry is not known");
    expect(found.get("served by Dagster")?.state).toBe("ok");
    expect(found.get("deployment")?.state).toBe("ok");
  });

  it("names the first mistake of the list, and a bucket that is not there", async () => {
    runs.place.write("locations.yaml", JSON.stringify({ locations: [{ ...CRM, image: "x" }] }));
    runs.place.configure({ ...GCP_CONFIG, kubeContext: "kind", stateBucket: "absent" });
    const { problems, found } = await runs.find("crm");
    expect(problems).toContain("entry on the list");
    expect(found.get("entry on the list")?.found).toMatch(
      /^locations\.yaml:1: locations\[0\]\.image: /,
    );
    expect(found.get("release record")).toEqual({
      state: "problem",
      found: "state store gs://absent: there is no such bucket",
      fix: "correct its name, or run `pulumi up` for the stack first",
    });
  });

  it.each([
    [["crm", "--checkout", "/nowhere"], /^--checkout: has to be a folder here, got "\/nowhere", /],
    [["crm", "--stack", "nope"], /^--stack: no Pulumi\.nope\.yaml in /],
    [[], /^error: missing required argument 'name'/],
  ])("refuses %j in one line", async (flags, message) => {
    const { code, stdout, stderr } = await runs.run(...flags);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(message);
    expect(stderr.trimEnd()).not.toContain("\n");
  });

  it("asks nothing of CI in the sandbox", async () => {
    const { found } = await runs.find("crm", "--stack", "sandbox");
    for (const title of OF_CI)
      expect(found.get(title)).toEqual({ state: "skipped", found: "the sandbox has no CI" });
    expect(found.get("entry on the list")?.state).toBe("ok");
  });
});
