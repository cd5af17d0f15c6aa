import { createHash } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { RELEASE } from "../stacks/deploy/deployCases";
import { ClusterPlace, type Ended } from "./clusterPlace";

const COMMIT = "a".repeat(40);

const entry = (name: string) => ({ name, repository: `acme/${name}`, module: "code" });

const recordOf = (location: string, commit: string | null) =>
  `${JSON.stringify({ ...RELEASE.record, location, commit }, null, 2)}\n`;

const digest = (text: string) => createHash("sha256").update(text).digest("hex");

const SUCCEEDS = 'echo "Updating (dev):"; echo "Resources:"';

/** As it ends when its Job has failed; each update makes another one. */
const JOB_FAILS = `echo old > "$FAKE/jobs"; echo "rollout-job-$$" >> "$FAKE/jobs"
cat <<'END'
Diagnostics:
  kubernetes:batch/v1:Job (rollout-job):
    error: 2 errors occurred:
    \t* [Pod team/rollout-job-new-x]: containers with unready status: [rollout]
    \t* [Pod team/rollout-job-new-x]: [Error] 1 of 2 locations is not served: finance; the other is

END
exit 255`;

const JOB_LOG = `   7.3 s  finance: failed: ImportError: no module named finance
result: {"served": ["crm"], "failed": {"finance": "ImportError: no module named finance"}, "system": {}}
1 of 2 locations is not served: finance; the other is
`;

const ENDS_BEFORE = `cat <<'END'
Diagnostics:
  pulumi:pulumi:Stack (dagster-platform-dev):
    error: Pulumi.dev.yaml: dagster-platform:maxConcurrentRuns: too many

END
exit 255`;

const LOCKED = `cat >&2 <<'END'
error: the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end or delete the lock file with \`pulumi cancel\`.
  s3://acme/.pulumi/locks/organization/dagster-platform/dev/1.json: created by ann@laptop-of-ann (pid 7) at 2026-11-21T12:00:00Z
END
exit 255`;

describe("npm run deploy", () => {
  let place: ClusterPlace;

  beforeEach(() => {
    place = new ClusterPlace([entry("crm"), entry("finance")], { rolloutTimeoutSeconds: 60 });
    mkdirSync(join(place.folder, "releases"));
    for (const name of ["crm", "finance"]) release(name, COMMIT);
    place.write("fake/state.json", JSON.stringify({ version: 3, deployment: {} }));
    place.write("fake/jobs", "old\n");
    place.write("fake/job-log", JOB_LOG);
    place.write("fake/up.sh", SUCCEEDS);
    Object.assign(process.env, { GITHUB_SHA: "c".repeat(40), GITHUB_STEP_SUMMARY: "" });
  });

  afterEach(() => {
    for (const name of ["GITHUB_SHA", "GITHUB_STEP_SUMMARY"])
      Reflect.deleteProperty(process.env, name);
    place.remove();
  });

  function release(name: string, commit: string | null): void {
    place.write(`releases/${name}.json`, recordOf(name, commit));
  }

  const deploy = (...flags: readonly string[]): Promise<Ended> =>
    place.run("deploy", "--stack", "dev", ...flags);

  const deployment = (name: string): unknown => {
    const text = place.read(`releases/.deployments/${name}.json`);
    return text === "" ? undefined : JSON.parse(text);
  };

  const rows = ({ stdout }: Ended) =>
    stdout.slice(stdout.indexOf("\nlocation ")).trim().split("\n");

  const updates = () => place.calls().filter((call) => call.startsWith("pulumi up"));

  it("deploys, says what became of each location, and does nothing more when it is asked again", async () => {
    const first = await deploy("--if-needed");
    expect(first).toMatchObject({ code: 0, stderr: "" });
    expect(first.stdout).toMatch(/^to deploy: nothing was deployed before\nUpdating \(dev\):\n/);
    expect(rows(first).slice(1)).toEqual([
      expect.stringMatching(/^crm +loaded +aaaaaaaaaa *$/),
      expect.stringMatching(/^finance +loaded +aaaaaaaaaa *$/),
    ]);
    expect(deployment("finance")).toMatchObject({
      ...{ release: digest(recordOf("finance", COMMIT)), status: "loaded", commit: COMMIT },
    });
    expect(updates()).toEqual(["pulumi up --yes --skip-preview --non-interactive --stack dev"]);
    for (let dispatch = 0; dispatch < 3; dispatch++)
      expect(await deploy("--if-needed")).toEqual({
        code: 0,
        stderr: "",
        stdout: "nothing to deploy\n",
      });
    expect(place.calls()).toEqual([]);
  });

  it("deploys again when nothing is needed and nobody asked whether it is", async () => {
    await deploy();
    place.calls();
    expect((await deploy()).code).toBe(0);
    expect(updates()).toHaveLength(1);
  });

  it("deploys for one new release, and writes that one's record alone", async () => {
    await deploy();
    const before = deployment("crm");
    release("finance", "b".repeat(40));
    const { stdout } = await deploy("--if-needed");
    expect(stdout).toMatch(/^to deploy: finance: release bbbbbbbbbb of 2026-11-21T12:00:00Z\n/);
    expect(deployment("finance")).toMatchObject({ status: "loaded", commit: "b".repeat(40) });
    expect(deployment("crm")).toEqual(before);
  });

  it("fails with the error of the location that does not load, and claims the other", async () => {
    place.write("fake/up.sh", JOB_FAILS);
    const ended = await deploy();
    expect(ended.code).toBe(1);
    expect(rows(ended).slice(1, 3)).toEqual([
      expect.stringMatching(/^crm +loaded/),
      expect.stringMatching(/^finance +failed +aaaaaaaaaa +ImportError: no module named finance/),
    ]);
    expect(ended.stderr).toBe(
      "pulumi up failed: rollout-job: 1 of 2 locations is not served: finance; the other is\n",
    );
    expect(deployment("crm")).toMatchObject({ status: "loaded", error: null });
    const error = "ImportError: no module named finance";
    expect(deployment("finance")).toMatchObject({ status: "failed", error });
    expect(place.calls().filter((call) => call.includes(" logs "))).toEqual([
      expect.stringMatching(/ logs job\/rollout-job-\d+ -n team$/),
    ]);
    const again = await deploy("--if-needed");
    expect(again.code).toBe(1);
    expect(rows(again)[2]).toContain("ImportError: no module named finance");
  });

  it("is a failure of what was not loaded before, when it ends before any location", async () => {
    await deploy();
    release("finance", "b".repeat(40));
    place.write("fake/up.sh", ENDS_BEFORE);
    const { code, stderr } = await deploy();
    const error = "Pulumi.dev.yaml: dagster-platform:maxConcurrentRuns: too many";
    expect({ code, stderr }).toEqual({ code: 1, stderr: `pulumi up failed: ${error}\n` });
    expect(deployment("finance")).toMatchObject({ status: "failed", error });
    expect(deployment("crm")).toMatchObject({ status: "loaded" });
  });

  it("claims no release that was written while it was at work", async () => {
    const newer = recordOf("finance", "b".repeat(40));
    place.write("newer.json", newer);
    place.write("fake/up.sh", `cp newer.json releases/finance.json; ${SUCCEEDS}`);
    const first = await deploy();
    expect(first.code).toBe(0);
    expect(rows(first)[2]).toMatch(/^finance +released meanwhile: the next update deploys it/);
    expect(deployment("finance")).toBeUndefined();
    await deploy("--if-needed");
    expect(deployment("finance")).toMatchObject({ release: digest(newer), status: "loaded" });
  });

  it("says of a location that is gone that it is not deployed any more", async () => {
    await deploy();
    place.write("locations.yaml", JSON.stringify({ locations: [entry("crm")] }));
    const { stdout } = await deploy("--if-needed");
    expect(stdout).toMatch(/^to deploy: finance: is to be removed\n/);
    const error = "it is not on the list of the platform any more";
    expect(deployment("finance")).toMatchObject({ status: "failed", error });
    expect((await deploy("--if-needed")).stdout).toBe("nothing to deploy\n");
  });

  it("only says what it would do with --dry-run", async () => {
    const { code, stdout } = await deploy("--dry-run");
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: "to deploy: nothing was deployed before\n",
    });
    expect(place.calls()).toEqual([]);
    expect(deployment("_update")).toBeUndefined();
  });

  it("writes the same as Markdown where GitHub shows it", async () => {
    process.env["GITHUB_STEP_SUMMARY"] = join(place.folder, "summary.md");
    place.write("summary.md", "before\n");
    place.write("fake/up.sh", JOB_FAILS);
    await deploy();
    expect(place.read("summary.md")).toBe(`before
### Deployment of stack \`dev\`

\`pulumi up\` failed: \`rollout-job: 1 of 2 locations is not served: finance; the other is\`

| location | status | commit | error |
| --- | --- | --- | --- |
| \`crm\` | loaded | \`aaaaaaaaaa\` |  |
| \`finance\` | failed | \`aaaaaaaaaa\` | \`ImportError: no module named finance\` |
`);
  });

  it("refuses in one line while somebody else has the lock, and records nothing of the locations", async () => {
    place.write("fake/up.sh", LOCKED);
    const { code, stderr } = await deploy();
    expect(code).toBe(1);
    expect(stderr).toBe(
      "the stack is locked by ann@laptop-of-ann (pid 7) since 2026-11-21T12:00:00Z: wait until that update has ended; if it was killed, run `pulumi cancel -s dev`, and this again\n",
    );
    expect(place.calls().filter((call) => call.includes("cancel"))).toEqual([]);
    expect(deployment("finance")).toBeUndefined();
  });

  it.each([
    [[], /^error: required option '--stack <name>' not specified\n$/],
    [["--stack", "nope"], /^--stack: no Pulumi\.nope\.yaml in .*, there are dev: .*\n$/],
  ])("refuses the flags %j in one line", async (flags, message) => {
    const ended = await place.run("deploy", ...flags);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(message);
  });

  it("refuses a stack whose updates wait for no location", async () => {
    place.configure({ rolloutTimeoutSeconds: 0 });
    const { code, stderr } = await deploy();
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^Pulumi\.dev\.yaml: dagster-platform:rolloutTimeoutSeconds: must be at least 1 for `npm run deploy`, got 0/,
    );
  });
});
