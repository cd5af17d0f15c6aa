import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import {
  defsStateEnvironment,
  pinnedDefsState,
  type SerializedDefsStateInfo,
} from "../../../components/dagster/defsStateEnvironment";
import { instanceConfig } from "../../../components/dagster/instanceConfig";
import { PIN } from "./imageBuilds";
import { write } from "./project";
import { evaluate } from "./python";

const MOUNT = "/dagster-check";

const PREPARE = [
  "import os, pathlib",
  "os.umask(0o077)",
  "import image_check",
  "folder = pathlib.Path(given[0])",
  "(folder / 'state' / 'deep').mkdir(parents=True)",
  "(folder / 'state' / 'deep' / 'v-1').write_text('[]')",
  "check = image_check.prepare(folder, 'tiny', ['--module-name', 'tiny'], {'A': 'b'}, given[1])",
  "answer = [check.arguments, check.environment, check.mount_path, check.container]",
].join("\n");

describe("what a container gets to load the code with", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "image-check-"));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const prepare = (pin: unknown) => evaluate(PREPARE, [folder, pin]);

  it("is the cluster's own environment, with a folder as state store", async () => {
    const [, environment, mountPath] = (await prepare(PIN)) as readonly unknown[];
    const state = { bucket: `${MOUNT}/state`, location: "tiny", pinPath: `${MOUNT}/pin.json` };
    expect(environment).toEqual({ A: "b", DAGSTER_HOME: MOUNT, ...defsStateEnvironment(state) });
    expect(mountPath).toBe(MOUNT);
  });

  it("is the part of the cluster's instance that a code server reads", async () => {
    await prepare(PIN);
    const config = JSON.parse(readFileSync(join(folder, "dagster.yaml"), "utf8")) as object;
    const cluster = instanceConfig({
      storage: { kind: "sqlite", directory: "/tmp/dagster-storage" },
      defsState: { targetProtocol: "file" },
      computeLogs: { kind: "local", directory: "/tmp/compute-logs" },
      runLauncher: { kind: "default" },
    });
    expect(cluster).toMatchObject(config);
    const keys = ["compute_logs", "defs_state_storage", "storage", "telemetry"];
    expect(Object.keys(config).sort()).toEqual(keys);
  });

  it.each([
    ["a pin", PIN],
    ["no pin, which is an empty file", null],
  ])("is %s", async (_case, pin) => {
    await prepare(pin);
    const text = readFileSync(join(folder, "pin.json"), "utf8");
    const wanted = pinnedDefsState(pin as SerializedDefsStateInfo | null);
    expect(text === "" ? "" : JSON.parse(text)).toEqual(wanted === "" ? "" : JSON.parse(wanted));
  });

  it("can be read by any user of the image", async () => {
    await prepare(PIN);
    const modes = [".", "dagster.yaml", "pin.json", "state", "state/deep", "state/deep/v-1"].map(
      (name) => (statSync(join(folder, name)).mode & 0o777).toString(8),
    );
    expect(modes).toEqual(["755", "644", "644", "755", "755", "644"]);
  });

  it("is the code server's own command, in a container of a name of its own", async () => {
    const [command, , , container] = (await prepare(PIN)) as [string[], unknown, unknown, string];
    expect(command.slice(0, 2)).toEqual(["api", "grpc"]);
    expect(command.slice(-2)).toEqual(["--module-name", "tiny"]);
    write(folder, "state/deep/v-1", "[]");
    rmSync(join(folder, "state"), { recursive: true });
    const [, , , other] = (await prepare(PIN)) as string[];
    expect(container).toMatch(/^image-check-[0-9a-f]{12}$/);
    expect(other).not.toBe(container);
  });
});

const TRACEBACK = [
  "Traceback (most recent call last):",
  '  File "/app/src/tiny/defs/__init__.py", line 3, in <module>',
  "ValueError: not today",
  "",
  "The above exception was the direct cause of the following exception:",
  "",
  "Traceback (most recent call last):",
  '  File "/usr/lib/dagster/errors.py", line 289, in user_code_error_boundary',
  "dagster._core.errors.DagsterUserCodeLoadError: Error occurred during the loading",
].join("\n");

const DOES_NOT_LOAD = "its code does not load in the image: ";

const EXITED = '{"Status": "exited", "Error": "", "OOMKilled": false}';

/** Exit code, stderr, stdout, the container's state, and what it comes to. */
const PROBLEMS: readonly (readonly [number, string, string, string | null, string])[] = [
  [1, TRACEBACK, "", EXITED, `${DOES_NOT_LOAD}ValueError: not today`],
  [
    2,
    "Usage: dagster\n\nError: No such option\n",
    "",
    EXITED,
    `${DOES_NOT_LOAD}Error: No such option`,
  ],
  [1, "", "said on stdout\n", EXITED, `${DOES_NOT_LOAD}said on stdout`],
  [139, "", "", EXITED, `${DOES_NOT_LOAD}it ended with 139 without a word`],
  [
    137,
    "",
    "INFO - Starting\n",
    '{"Status": "exited", "OOMKilled": true}',
    "loading its code took more memory than the container may have",
  ],
  [
    1,
    "Error: failed to start containers: x\n",
    "",
    '{"Status": "created", "Error": "exec: \\"dagster\\": not found\\nmore"}',
    'docker cannot start dagster in it: exec: "dagster": not found more',
  ],
  [
    1,
    "error during connect: EOF\n",
    "",
    '{"Status": "running", "Error": ""}',
    "docker lost sight of the container: error during connect: EOF",
  ],
  [1, "Cannot connect\n", "", "", "docker lost sight of the container: Cannot connect"],
];

const SAY = [
  "from child_process import Ended",
  "from image_check import problem",
  "answer = [problem(given[0], Ended(c, o, e, False), s) for c, e, o, s, *_ in given[1]]",
].join("\n");

describe("a check that fails", () => {
  it("says what docker tells of it", async () => {
    const said = await evaluate(SAY, ["docker", PROBLEMS]);
    expect(said).toEqual(PROBLEMS.map(([, , , , problem]) => problem));
  });

  it("says what buildah tells of it, without buildah's own words for the end", async () => {
    const status = "subprocess exited with status 1\nError: exit status 1\n";
    const started = "Error: while running runtime: exit status 1\n";
    const ends = [
      [1, `${TRACEBACK}\n\n${status}`, "", null],
      [1, `ModuleNotFound\n${status}`, "", null],
      [1, `error running container: no dagster\n: exit status 1\n${started}`, "", null],
    ];
    expect(await evaluate(SAY, ["buildah", ends])).toEqual([
      `${DOES_NOT_LOAD}ValueError: not today`,
      `${DOES_NOT_LOAD}ModuleNotFound`,
      "buildah cannot start dagster in it: no dagster",
    ]);
  });
});
