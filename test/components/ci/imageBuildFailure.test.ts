import { existsSync, readFileSync } from "node:fs";

import { ImageBuilds } from "./imageBuilds";

const builds = new ImageBuilds();

beforeEach(() => {
  builds.reset();
});

afterAll(() => {
  builds.remove();
});

const NO_CHECK = "nothing is pushed \\(--no-check leaves the check out\\)";

const IMAGE = "registry\\.test/acme/tiny:release-1";

const CHECK = ["version", "build", "create", "cp", "start", "container", "rm"];

/** What somebody did, docker's verbs until the end, and the one line without `build: tiny: `. */
const FAILURES: readonly (readonly [string, () => void, readonly string[], string])[] = [
  [
    "a location that is not on the list",
    () => {
      builds.write("locations.json", '{"crm": {}, "finance": {}}');
    },
    [],
    "input: tiny is not on the platform's list \\(crm, finance\\): .*; nothing is pushed",
  ],
  [
    "no pin",
    () => {
      builds.remove("defs-state.json");
    },
    [],
    "input: --defs-state: \\S+: No such file or directory: run the job before; nothing is pushed",
  ],
  [
    "a pin that is cut off",
    () => {
      builds.write("defs-state.json", '{"info_');
    },
    [],
    "input: --defs-state: \\S+ is not JSON: .*; nothing is pushed",
  ],
  [
    "a pin of something else",
    () => {
      builds.write("defs-state.json", "[]");
    },
    [],
    "input: --defs-state: \\S+ is not what refresh\\.py writes; nothing is pushed",
  ],
  [
    "no builder",
    () => {
      const down = { code: 1, stderr: "Cannot connect to the Docker daemon.\n" };
      builds.answer("docker version", down);
      builds.answer("buildah --version", { code: 1 });
    },
    ["version", "--version"],
    "build: neither docker nor buildah answers here, start Docker or install buildah " +
      "\\(docker: Cannot connect to the Docker daemon\\.; buildah: it ended with 1\\); nothing is pushed",
  ],
  [
    "no Dockerfile",
    () => {
      builds.remove("project/Dockerfile");
    },
    ["version"],
    "context: no Dockerfile in \\S+project: write one; nothing is pushed",
  ],
  [
    "no local state in the context",
    () => {
      builds.remove("project/tiny/defs/.local_defs_state");
    },
    ["version"],
    "context: Source\\[dbt\\]: \\S+ has no \\.local_defs_state/Source__dbt__/state for the image; nothing is pushed",
  ],
  [
    "an ignore file that keeps local state out",
    () => {
      builds.write("project/.dockerignore", "# not ours\n**/.local_defs_state\n");
    },
    ["version"],
    "context: \\.dockerignore line 2, \\*\\*/\\.local_defs_state, keeps \\S+ out of the image; " +
      "remove that line, or add !\\S+ below it; nothing is pushed",
  ],
  [
    "a Dockerfile that fails",
    () => {
      const stderr = "#1 progress\nERROR: failed to solve: no such file\n#2 more\n";
      builds.answer("docker build", { code: 1, stderr });
    },
    ["version", "build"],
    "build: docker build: ERROR: failed to solve: no such file; nothing is pushed",
  ],
  [
    "state that is gone from the store",
    () => {
      builds.remove("store/defs-state");
    },
    ["version", "build"],
    "check: file://\\S+/Source__api__/v-1 is not there: refresh again; nothing is pushed",
  ],
  [
    "a machine that runs no containers",
    () => {
      builds.answer("docker create", { code: 125, stderr: "Error response from daemon: no\n" });
      builds.answer("docker rm", { code: 1 });
    },
    ["version", "build", "create", "rm"],
    `check: docker cannot run containers here: Error response from daemon: no; ${NO_CHECK}`,
  ],
  [
    "code that does not load",
    () => {
      builds.write("project/tiny/defs/__init__.py", 'raise RuntimeError("not today")\n');
    },
    CHECK,
    `check: ${IMAGE}: its code does not load in the image: RuntimeError: not today; ${NO_CHECK}`,
  ],
  [
    "state with which the code does not load",
    () => {
      builds.write("store/defs-state/tiny/Source__api__/v-1", "{");
    },
    CHECK,
    `check: ${IMAGE}: its code does not load in the image: JSONDecodeError: .*; ${NO_CHECK}`,
  ],
  [
    "an image without dagster",
    () => {
      const state = { Status: "created", Error: 'exec: "dagster": not found' };
      builds.answer("docker start", { code: 1, stderr: "Error: failed to start containers\n" });
      builds.answer("docker container", { code: 0, stdout: JSON.stringify(state) });
    },
    CHECK,
    `check: ${IMAGE}: docker cannot start dagster in it: exec: "dagster": not found; ${NO_CHECK}`,
  ],
];

describe("an image that cannot be had", () => {
  it.each(FAILURES)(
    "is refused in one line for %s",
    async (_case, arrange, verbs, line) => {
      arrange();
      const ended = await builds.run();
      expect(ended.code).toBe(1);
      const logged = existsSync(builds.log) ? ` \\(all the output is in ${builds.log}\\)` : "";
      expect(ended.stderr).toMatch(new RegExp(`^build: tiny: ${line}${logged}\\n$`));
      expect(builds.calls.map(([, verb]) => verb)).toEqual(verbs);
      // No file of an older build is taken for one of this.
      expect(builds.output).toBeUndefined();
    },
    120_000,
  );

  it("is refused in one line for code that takes too long", async () => {
    builds.answer("docker start", { seconds: 600 });
    const ended = await builds.run(["--check-timeout", "0.5"]);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(/^build: tiny: check: \S+: its code did not load within 0\.5 s; /);
    expect(builds.verbs.slice(-2)).toEqual(["docker start", "docker rm"]);
    expect([builds.containers, builds.running, builds.output]).toEqual([[], [], undefined]);
  });

  it("is not pushed by a buildah that runs no containers", async () => {
    const said = "error running container: no new namespaces\nError: while running runtime: exit";
    builds.answer("buildah run", { code: 1, stderr: `${said} status 1\n` });
    const ended = await builds.run(["--builder", "buildah"]);
    expect(ended.stderr).toMatch(
      /^build: tiny: check: buildah cannot run containers here: error running container: no new namespaces; nothing is pushed/,
    );
    expect(builds.verbs.slice(2)).toEqual(["buildah from", "buildah run", "buildah rm"]);
    expect(builds.containers).toEqual([]);
  });

  it("is not pushed by buildah when an ignore file of its own keeps local state out", async () => {
    builds.write("project/.dockerignore", "!**\n");
    builds.write("project/.containerignore", "tiny/defs\n");
    expect((await builds.run(["--no-check"])).code).toBe(0);
    const ended = await builds.run(["--no-check", "--builder", "buildah"]);
    expect(ended.stderr).toContain("context: .containerignore line 1, tiny/defs, keeps tiny/defs/");
  });
});

describe("a build that is stopped", () => {
  it.each([
    ["the build", "docker build"],
    ["the check", "docker start"],
  ])("ends at once, and leaves no program and no container: in %s", async (_step, words) => {
    builds.answer(words, { stdout: "half-way\n", seconds: 60 });
    const { process: script, ended } = builds.start();
    while (builds.read("waiting") === undefined)
      await new Promise((resolve) => setTimeout(resolve, 20));
    expect(builds.running).not.toEqual([]);
    script.kill("SIGTERM");
    expect(await ended).toMatchObject({
      code: 143,
      stderr: "build: tiny: stopped by SIGTERM, nothing is released\n",
    });
    expect([builds.output, builds.containers, builds.running]).toEqual([undefined, [], []]);
    expect(builds.verbs).not.toContain("docker push");
    expect(readFileSync(builds.log, "utf8")).toContain("half-way");
  });
});
