import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { codeServerArguments } from "../../components/dagster/codeServer";
import {
  defsStateEnvironment,
  pinnedDefsState,
  type SerializedDefsStateInfo,
} from "../../components/dagster/defsStateEnvironment";
import { instanceConfig } from "../../components/dagster/instanceConfig";
import { FileServer } from "../../sandbox/fileServer";
import { answers, freePort, LOOPBACK, poll } from "../../sandbox/network";
import { type Deployment, readDeployments, writeDeployment } from "../../stacks/deploy/deployments";
import type { ReleaseRecord } from "../../stacks/releaseRecord";
import { S3Store } from "../../stacks/s3Store";
import { releasesIn } from "../../stacks/stackReleases";
import { type Ended, evaluate, runScript, startPython } from "../components/ci/python";
import type { EnforcingServer } from "./enforcingServer";
import { ACCOUNT, BUCKET } from "./world";

const EXAMPLE = join(__dirname, "..", "..", "examples", "crm");

const READ_DEPLOYMENT = `
from object_store import open_store
found = open_store(given["url"]).get(given["key"])
answer = found and json.loads(found[0])["status"]
`;

const DIGEST = `sha256:${"0".repeat(64)}`;

/** What became of a code server. */
interface CodeServerEnd {
  readonly isLoaded: boolean;
  readonly said: string;
}

/** The programs of the platform, each with the rights of one role and no other. */
export class RealPrograms {
  private readonly folder = mkdtempSync(join(tmpdir(), "real-programs-"));

  private constructor(
    private readonly server: EnforcingServer,
    private readonly files: FileServer,
  ) {}

  public static async start(server: EnforcingServer): Promise<RealPrograms> {
    const files = await FileServer.start();
    files.add("crm", EXAMPLE);
    return new RealPrograms(server, files);
  }

  public stop(): void {
    this.files.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** CI's refresh of the example. @param prefix - in the bucket, for a branch deployment */
  public refresh(role: string, prefix = ""): Promise<Ended> {
    return runScript(
      "refresh.py",
      [
        ...["--location", "crm", "--state-store", `s3://${BUCKET}${prefix}`, "--attempts", "1"],
        ...["--project", EXAMPLE, "--output", this.pinFile(role)],
        ...["--log", join(this.folder, `${role}-refresh.log`)],
      ],
      { ...this.server.environment(role), CRM_API_URL: `${this.files.url}/crm/api` },
    );
  }

  /**
   * CI's release of what {@link refresh} made.
   * @param refreshedBy - role that has refreshed
   */
  public release(
    role: string,
    commit: string,
    { prefix = "", refreshedBy = role }: { prefix?: string; refreshedBy?: string } = {},
  ): Promise<Ended> {
    return runScript(
      "release.py",
      [
        ...["--location", "crm", "--state-store", `s3://${BUCKET}${prefix}`],
        ...["--repository", "acme/crm", "--image", `registry/crm@${DIGEST}`, "--commit", commit],
        ...["--defs-state", this.pinFile(refreshedBy)],
      ],
      this.server.environment(role),
    );
  }

  /** What `pulumi up` and `pulumi preview` read before anything else. */
  public records(role: string, locations: readonly string[]): Promise<readonly ReleaseRecord[]> {
    return this.inStore(role, async (store) => [...(await releasesIn(store, locations)).values()]);
  }

  /** What `npm run deploy` writes at its end, over what stands there. */
  public deployed(role: string, deployment: Deployment): Promise<ReadonlyMap<string, Deployment>> {
    return this.inStore(role, async (store) => {
      await writeDeployment(store, deployment);
      return readDeployments(store, [deployment.location]);
    });
  }

  /** Its status, by what a location's CI reads it with. */
  public readDeployment(role: string, location: string): Promise<unknown> {
    const where = { url: `s3://${BUCKET}`, key: `deployments/${location}.json` };
    return evaluate(READ_DEPLOYMENT, where, this.server.environment(role));
  }

  private async inStore<T>(role: string, work: (store: S3Store) => Promise<T>): Promise<T> {
    const environment = this.server.environment(role);
    Object.assign(process.env, environment);
    try {
      const endpointUrl = environment["AWS_ENDPOINT_URL"] ?? "";
      return await work(
        new S3Store({ url: `s3://${BUCKET}`, endpointUrl, region: ACCOUNT.region }),
      );
    } finally {
      for (const name of Object.keys(environment)) Reflect.deleteProperty(process.env, name);
    }
  }

  /** What {@link refresh} wrote. */
  public pin(role: string): SerializedDefsStateInfo {
    return JSON.parse(readFileSync(this.pinFile(role), "utf8")) as SerializedDefsStateInfo;
  }

  /** Loads the example with the pinned state, as its pod does. */
  public async codeServer(role: string, pin: SerializedDefsStateInfo): Promise<CodeServerEnd> {
    const port = await freePort();
    const pinPath = join(this.folder, `${port}.json`);
    writeFileSync(pinPath, pinnedDefsState(pin));
    const server = startPython(
      [
        ...["-m", "dagster", "api", "grpc", "--host", LOOPBACK, "--port", String(port)],
        ...codeServerArguments({ autoload: "crm.defs" }),
      ],
      {
        ...this.dagsterEnvironment(role),
        ...defsStateEnvironment({ bucket: BUCKET, location: "crm", pinPath }),
        PYTHONPATH: join(EXAMPLE, "src"),
      },
    );
    const isOver = (): boolean => server.process.exitCode !== null;
    const isLoaded = await poll(() => answers(port), isOver);
    server.process.kill("SIGKILL");
    const { stdout, stderr } = await server.ended;
    return { isLoaded, said: stdout + stderr };
  }

  /** One of the programs beside this file. @returns its last line */
  public async python(role: string, file: string, ...args: readonly string[]): Promise<unknown> {
    const ended = await startPython([join(__dirname, file), ...args], this.dagsterEnvironment(role))
      .ended;
    if (ended.code !== 0)
      throw new Error(`${file} ${args.join(" ")}: ${ended.stderr.slice(-3000)}`);
    return JSON.parse(ended.stdout.trim().split("\n").at(-1) ?? "") as unknown;
  }

  private pinFile(role: string): string {
    return join(this.folder, `${role}.json`);
  }

  /** Each role has a machine of its own: no file of another one's is found by chance. */
  private dagsterEnvironment(role: string): NodeJS.ProcessEnv {
    const home = join(this.folder, role);
    const temporary = join(home, "tmp");
    mkdirSync(temporary, { recursive: true });
    const document = instanceConfig({
      storage: { kind: "sqlite", directory: join(home, "storage") },
      computeLogs: { kind: "s3", bucket: BUCKET },
      defsState: { targetProtocol: "s3" },
      runLauncher: { kind: "default" },
    });
    const { compute_logs: logs } = document;
    const often = { ...logs, config: { ...logs.config, upload_interval: 1 } };
    writeFileSync(join(home, "dagster.yaml"), JSON.stringify({ ...document, compute_logs: often }));
    return { ...this.server.environment(role), DAGSTER_HOME: home, TMPDIR: temporary };
  }
}
