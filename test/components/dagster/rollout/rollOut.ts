import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { startPython, type Started } from "../../ci/python";
import { FakeCluster, type FakePod, type FakeWorkload, IMAGE } from "./fakeCluster";
import type { FakeWebserver } from "./fakeWebserver";

const MAIN = join(__dirname, "..", "..", "..", "..", "components", "dagster", "rollout", "main.py");
/** What pods are annotated with. */
export const HASH = '{"dagster-platform/workspace":"abc"}';

/** Nothing may last: a failure is one at once. */
const NO_GRACE = Object.fromEntries(
  ["image", "config", "mount", "unschedulable", "quota", "init", "deployment"].map((kind) => [
    kind,
    0,
  ]),
);

/** How a rollout ended. */
export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The termination message. */
  readonly message: string;
  readonly cluster: FakeCluster;
  readonly webserver: FakeWebserver;
}

/** A cluster, and what is wanted of it. */
export interface Case {
  /** What is in the cluster; an empty object is a location that is as wanted. */
  readonly locations: Readonly<Record<string, FakeWorkload>>;
  /** What the webserver lists before; by default all. */
  readonly listed?: readonly string[];
  readonly system?: {
    readonly webserver?: FakeWorkload;
    readonly daemon?: FakeWorkload;
  };
  readonly prepare?: (cluster: FakeCluster, webserver: FakeWebserver) => void;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly states?: Readonly<Record<string, string>>;
}

/** Runs the script against a cluster of its own. */
export async function rollOut(given: Case): Promise<Outcome> {
  const cluster = await FakeCluster.start();
  const folder = mkdtempSync(join(tmpdir(), "rollout-test-"));
  try {
    const webserver = fill(cluster, given);
    const message = join(folder, "message");
    writeFileSync(message, "");
    const ending = await start(cluster, given, folder, ["--termination-log", message]).ended;
    return { ...ending, message: readFileSync(message, "utf8"), cluster, webserver };
  } finally {
    cluster.stop();
    rmSync(folder, { recursive: true });
  }
}

/** Puts webserver, daemon and locations into the cluster. */
export function fill(cluster: FakeCluster, given: Case): FakeWebserver {
  const names = Object.keys(given.locations);
  for (const [name, workload] of Object.entries(given.locations)) {
    cluster.add(name, workload);
    cluster.codeServers.set(name, { image: IMAGE });
  }
  const webserver = cluster.webserver("127.0.0.1", given.listed ?? names, names);
  const pod = { pod: { ip: "127.0.0.1" }, rolledOut: true };
  cluster.add("web", { component: "dagster-webserver", ...pod, ...given.system?.webserver });
  cluster.add("daemon", { component: "dagster-daemon", ...given.system?.daemon });
  given.prepare?.(cluster, webserver);
  return webserver;
}

/** Starts the script with its input in a file of that folder. */
export function start(
  cluster: FakeCluster,
  given: Case,
  folder: string,
  options: readonly string[],
): Started {
  const locations = Object.keys(given.locations).map((name) => ({
    ...{ name, deployment: name, image: IMAGE, annotations: { version: "2" } },
    states: given.states ?? {},
  }));
  const settings = {
    ...{ namespace: "data", workspaceHash: "abc", timeoutSeconds: 20, graceSeconds: NO_GRACE },
    ...{ webserver: { deployment: "web", port: cluster.port }, daemon: { deployment: "daemon" } },
    locations,
    ...given.settings,
  };
  const path = join(folder, "rollout.json");
  writeFileSync(path, JSON.stringify(settings));
  const api = `http://127.0.0.1:${cluster.port}`;
  return startPython(["-B", MAIN, path, "--api", api, ...options]);
}

/** A container that does not start. */
export const waiting = (reason: string, message: string): FakePod => ({
  container: { ready: false, state: { waiting: { reason, message } } },
});

/** A container that has ended and is to be started again. */
export const ended = (terminated: object, restartCount: number): FakePod => ({
  container: {
    ready: false,
    restartCount,
    state: { waiting: { reason: "CrashLoopBackOff", message: "back-off 20s" } },
    lastState: { terminated: { exitCode: 1, reason: "Error", ...terminated } },
  },
});

/** The log of a code server whose code raises. */
export const TRACEBACK = `2026 - dagster.code_server - INFO - Starting
Traceback (most recent call last):
  File "/usr/lib/python3.12/importlib/__init__.py", line 90, in import_module
    return _bootstrap._gcd_import(name[level:], package, level)
  File "/app/finance/source.py", line 2, in <module>
    WAREHOUSE = os.environ["WAREHOUSE_PASSWORD"]
  File "<frozen os>", line 679, in __getitem__
KeyError: 'WAREHOUSE_PASSWORD'

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "/usr/local/lib/python3.12/site-packages/dagster/_grpc/server.py", line 267, in __init__
    with user_code_error_boundary(
dagster._core.errors.DagsterUserCodeLoadError: Error occurred during the loading of Dagster definitions in
module_name=finance.definitions
`;

/** What a kubelet says of an image that is not there. */
export const PULL =
  'rpc error: code = NotFound desc = failed to pull and unpack image "registry/code:2": ' +
  'failed to resolve reference "registry/code:2": registry/code:2: not found';
