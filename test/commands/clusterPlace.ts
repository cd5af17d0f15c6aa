import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { stringify } from "yaml";

import { PROJECT } from "../../sandbox/folders";

/** How a command ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Of every image that the fake image builder pushes. */
const DIGEST = `sha256:${"a".repeat(64)}`;

/** What it says it has pushed of the location crm. */
export const PUSHED = `registry.test/acme/crm@${DIGEST}`;

/** Of a stack on Google Cloud that keeps everything, also its records, in the bucket `acme`. */
export const GCP_CONFIG = {
  ...{ cloud: "gcp", region: "europe-west1", gcpProject: "acme-1", gcpProjectNumber: "123456789" },
  gkeCluster: "projects/acme-1/locations/europe-west1/clusters/data",
  ...{ platformRepository: "acme/platform", platformRepositoryId: 7, platformOwnerId: 1 },
  ...{ stateBucket: "acme", releasesFolder: "", postgresHost: "db", postgresSecret: "pg" },
};

const NOTE = 'echo "$(basename "$0") $*" >> "$FAKE/log"';

const KUBECTL = `#!/bin/sh
${NOTE}
case "$*" in
  *"get secret state-store-platform -n team-data"*) cat "$FAKE/secret.json" ;;
  *"get secrets -n team -l owner=helm"*) cat "$FAKE/helm" 2>/dev/null ;;
  *"delete secrets -n team"*) ;;
  *"get jobs -n team -l dagster-platform/role=rollout"*) cat "$FAKE/jobs" 2>/dev/null ;;
  *"logs job/"*"-n team"*) cat "$FAKE/job-log" ;;
  *port-forward*state-store*) port=$(cat "$FAKE/s3-port") ;;
  *port-forward*webserver*) port=$(cat "$FAKE/dagster-port") ;;
  *) echo 'Error from server (NotFound): secrets "absent" not found' >&2; exit 1 ;;
esac
[ -n "$port" ] || exit 0
echo $$ >> "$FAKE/forwards"
echo "Forwarding from 127.0.0.1:$port -> 1"
exec sleep 600
`;

const DOCKER = `#!/bin/sh
${NOTE}
case "$1" in
  build) for last; do :; done; ls "$last" > "$FAKE/context"; env > "$FAKE/environment"
         [ ! -e "$FAKE/slow" ] || { echo $$ > "$FAKE/builds"; exec sleep 600; } ;;
  cp) cp -r "$2" "$FAKE/check" ;;
  start) [ ! -e "$FAKE/broken" ] || { echo "RuntimeError: not today" >&2; exit 1; } ;;
  container) echo '{"Status": "exited", "Error": "", "ExitCode": 1}' ;;
  image) for last; do :; done; echo "[\\"\${last%:*}@${DIGEST}\\"]" ;;
esac
`;

/** The state is in a folder: `$FAKE/state.json` is what it exports. A file `up.sh` or `preview.sh` is what these do. */
const PULUMI = `#!/bin/sh
${NOTE}
case "$1 $2" in
  "whoami --json") echo "{\\"user\\": \\"me\\", \\"url\\": \\"file://$FAKE\\"}" ;;
  "stack export") cat "$FAKE/state.json" ;;
  "stack import") [ ! -e "$FAKE/locked" ] || { echo "error: the stack is currently locked by 1 lock(s)" >&2; exit 255; }
    cp "$6" "$FAKE/imported.json" ;;
  "up --yes") . "$FAKE/up.sh" ;;
  "preview --diff") . "$FAKE/preview.sh" ;;
esac
`;

/** A project's folder, with programs on its PATH that stand for kubectl, docker and pulumi. */
export class ClusterPlace {
  public readonly folder = mkdtempSync(join(tmpdir(), "cluster-place-"));
  private readonly fake = join(this.folder, "fake");

  public constructor(listed: readonly object[], config: Readonly<Record<string, unknown>> = {}) {
    mkdirSync(this.fake);
    cpSync(join(PROJECT, "Pulumi.yaml"), join(this.folder, "Pulumi.yaml"));
    this.write("locations.yaml", stringify({ locations: listed }));
    this.configure(config);
    for (const [name, text] of [
      ["kubectl", KUBECTL],
      ["docker", DOCKER],
      ["pulumi", PULUMI],
    ] as const) {
      this.write(join("fake", name), text);
      chmodSync(join(this.fake, name), 0o755);
    }
    const key = (text: string): string => Buffer.from(text).toString("base64");
    const data = { AWS_ACCESS_KEY_ID: key("test"), AWS_SECRET_ACCESS_KEY: key("not-to-be-seen") };
    this.write("fake/secret.json", JSON.stringify({ data }));
  }

  /** Writes Pulumi.dev.yaml: the namespace is `team`, the records are in `releases`. */
  public configure(config: Readonly<Record<string, unknown>>): void {
    const all = { namespace: "team", releasesFolder: "releases", ...config };
    const entries = Object.entries(all).map(([key, value]) => [`dagster-platform:${key}`, value]);
    this.write("Pulumi.dev.yaml", stringify({ config: Object.fromEntries(entries) as object }));
  }

  public write(file: string, text: string): void {
    writeFileSync(join(this.folder, file), text);
  }

  /** A file of the project, or what the fake programs have written; "" when it is not there. */
  public read(file: string): string {
    const path = join(this.folder, file);
    return existsSync(path) ? readFileSync(path, "utf8") : "";
  }

  /** The programs that were called since the last time, with their arguments. */
  public calls(): readonly string[] {
    const lines = this.read("fake/log").trim().split("\n");
    rmSync(join(this.fake, "log"), { force: true });
    return lines[0] === "" ? [] : lines;
  }

  /** Port-forwards that still run. */
  public forwards(): readonly number[] {
    return this.running("forwards");
  }

  /** Builds of images that still run. */
  public builds(): readonly number[] {
    return this.running("builds");
  }

  private running(file: string): readonly number[] {
    const pids = this.read(join("fake", file)).trim().split("\n").filter(Boolean).map(Number);
    return pids.filter((pid) => {
      try {
        return process.kill(pid, 0);
      } catch {
        return false;
      }
    });
  }

  /** Starts `npm run <command> -- <args>` in this folder. */
  public start(command: string, ...args: readonly string[]) {
    const tsx = join(PROJECT, "node_modules", "tsx", "dist", "loader.mjs");
    const file = join(PROJECT, "commands", `${command}.ts`);
    const path = `${this.fake}:${process.env["PATH"] ?? ""}`;
    const child = spawn(process.execPath, ["--import", tsx, file, ...args], {
      cwd: this.folder,
      env: { ...process.env, PATH: path, FAKE: this.fake },
    });
    const output = { stdout: "", stderr: "" };
    child.stdout.on("data", (chunk: Buffer) => (output.stdout += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (output.stderr += chunk.toString()));
    const ended = once(child, "close").then(([code]): Ended => ({
      code: code as number,
      ...output,
    }));
    return { child, ended, output };
  }

  public run(command: string, ...args: readonly string[]): Promise<Ended> {
    return this.start(command, ...args).ended;
  }

  public remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}
