import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { ApiServer, type ApiAnswer } from "./apiServer";
import { SCRIPTS, startPython, type Ended, type Started } from "./python";

/** The commit that is released, and another one. */
export const COMMIT = "a".repeat(40);
export const OTHER = "b".repeat(40);

/** A release record of `finance`. */
export const RECORD = {
  schemaVersion: 1,
  location: "finance",
  repository: "acme/finance-pipelines",
  image: `registry/finance@sha256:${"0".repeat(64)}`,
  commit: COMMIT as string | null,
  defsState: null,
  dbt: null,
  releasedAt: "2026-11-21T12:00:00.000Z",
  releasedBy: "ann",
  runUrl: "https://github.com/acme/finance-pipelines/actions/runs/76" as string | null,
};

/** Where the platform shows the location. */
export const DAGSTER_URL = "https://dagster.example.com/locations/finance";

/** What it says without a token. */
export const NO_TOKEN =
  "DAGSTER_DEPLOY_TOKEN is not set, so acme/dagster-platform is not asked: its schedule will deploy it";

/** `deploy_release.py` for the release above, with a state store in a folder and an API of GitHub and GitLab. */
export class DeployRuns {
  public readonly folder = mkdtempSync(join(tmpdir(), "deploy-test-"));
  public readonly digest = this.write("releases/finance.json", RECORD);
  /** What others do as soon as the script waits. */
  public whenWaiting: () => void = () => undefined;

  private constructor(public readonly api: ApiServer) {
    this.write("release.json", { record: RECORD, digest: this.digest, written: true });
  }

  public static async start(): Promise<DeployRuns> {
    return new DeployRuns(await ApiServer.start());
  }

  public stop(): void {
    this.api.stop();
    rmSync(this.folder, { recursive: true });
  }

  /**
   * Writes a file of the store.
   * @returns SHA-256 of its bytes
   */
  public write(key: string, content: unknown): string {
    const path = join(this.folder, key);
    const text = typeof content === "string" ? content : JSON.stringify(content, undefined, 2);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return createHash("sha256").update(text).digest("hex");
  }

  /** The platform's CI has deployed a release, ours if nothing else is said. */
  public deployed(changes: Readonly<Record<string, unknown>> = {}): void {
    this.write("deployments/finance.json", {
      schemaVersion: 1,
      location: "finance",
      release: this.digest,
      status: "loaded",
      error: null,
      image: RECORD.image,
      commit: COMMIT,
      releasedAt: RECORD.releasedAt,
      dagsterUrl: DAGSTER_URL,
      at: "2026-11-21T12:05:00Z",
      runUrl: "https://github.com/acme/dagster-platform/actions/runs/9",
      ...changes,
    });
  }

  /** As soon as the platform's CI is asked, it has deployed; to the question itself it answers this. */
  public platformDeploys(answer: ApiAnswer, changes: Readonly<Record<string, unknown>> = {}): void {
    this.api.answer = ({ line }) => {
      if (line.includes("/statuses/")) return { status: 201, json: {} };
      this.deployed(changes);
      return answer;
    };
  }

  public begin(
    options: Readonly<Record<string, string>> = {},
    environment: NodeJS.ProcessEnv = {},
    ...flags: readonly string[]
  ): Started {
    const all: Record<string, string> = {
      location: "finance",
      "state-store": `file://${this.folder}`,
      release: join(this.folder, "release.json"),
      "platform-provider": "github",
      "platform-repository": "acme/dagster-platform",
      "platform-branch": "main",
      "platform-api": this.api.url,
      timeout: "20",
      poll: "0.1",
      ...options,
    };
    const args = Object.entries(all).flatMap(([name, value]) => [`--${name}`, value]);
    const script = join(SCRIPTS, "deploy_release.py");
    const started = startPython([script, ...args, ...flags], environment);
    started.process.stdout?.on("data", (text: string) => {
      if (text.includes("waiting, for")) this.whenWaiting();
    });
    return started;
  }

  public async run(...all: Parameters<DeployRuns["begin"]>): Promise<Ended> {
    const ended = await this.begin(...all).ended;
    if (/Traceback|unexpected|s3cr3t/.test(`${ended.stdout}${ended.stderr}`))
      throw new Error(`a trace, or a token: ${ended.stderr}`);
    return ended;
  }

  /** The environment of a GitHub job that has a token to start the platform's CI. */
  public get github(): NodeJS.ProcessEnv {
    return {
      GITHUB_ACTIONS: "true",
      GITHUB_REPOSITORY: "acme/finance-pipelines",
      GITHUB_RUN_ID: "77",
      GITHUB_API_URL: this.api.url,
      GITHUB_TOKEN: "s3cr3t-of-the-job",
      DAGSTER_DEPLOY_TOKEN: "s3cr3t-of-the-platform",
    };
  }
}
