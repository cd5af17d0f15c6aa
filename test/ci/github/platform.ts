import { releaseDigest, writeDeployment } from "../../../stacks/deploy/deployments";
import { S3Store } from "../../../stacks/s3Store";
import { ApiServer, type ApiAnswer, type ApiRequest } from "../../components/ci/apiServer";
import { Source } from "../../components/ci/source";
import { StateServer } from "../../components/ci/stateServer";
import { Runner } from "./runner";
import { WarmPython } from "./warmPython";

/** The platform's repository. */
export const PLATFORM = "acme/dagster-platform";

/** Where a dispatch of the platform's workflow goes. */
export const DISPATCH = `POST /repos/${PLATFORM}/actions/workflows/platform.yml/dispatches`;

const BUCKET = "dagster-prod-123456789012";

/** Of the platform's CI. */
const RUN_URL = `https://github.com/${PLATFORM}/actions/runs/7`;

/** A release record, as far as the tests look at it. */
export interface StoredRelease {
  readonly image: string;
  readonly commit: string;
  readonly releasedAt: string;
  readonly defsState: PinnedState | null;
  readonly [key: string]: unknown;
}

export interface PinnedState {
  readonly info_mapping: Readonly<Record<string, { readonly version: string }>>;
}

/** What the CI of locations works with: a runner, a state store, sources, and the platform's CI. */
export class Platform {
  /** Why a location does not load; one that is not here does. */
  public readonly errors = new Map<string, string>();

  private constructor(
    public readonly runner: Runner,
    private readonly server: StateServer,
    public readonly store: S3Store,
    public readonly api: ApiServer,
    public readonly source: Source,
    /** Address of the source. */
    public readonly sourceUrl: string,
    private readonly python: WarmPython,
  ) {
    api.answer = (request) => this.answer(request);
  }

  public static async start(): Promise<Platform> {
    const runner = Runner.make();
    const [server, api, { source, port }, python] = await Promise.all([
      StateServer.start(),
      ApiServer.start(),
      Source.start(),
      WarmPython.start(runner.root),
    ]);
    const url = await server.createBucket(BUCKET);
    const credentials = { accessKeyId: "test", secretAccessKey: "test" };
    const store = new S3Store({ url, endpointUrl: server.motoUrl, credentials });
    const sourceUrl = `http://127.0.0.1:${port}`;
    return new Platform(runner, server, store, api, source, sourceUrl, python);
  }

  public async stop(): Promise<void> {
    this.api.stop();
    this.source.stop();
    await Promise.all([this.server.stop(), this.python.stop()]);
    this.runner.remove();
  }

  /** For all jobs. */
  public get environment(): NodeJS.ProcessEnv {
    const { AWS_ENDPOINT_URL, AWS_EC2_METADATA_DISABLED } = this.server.environment;
    return { AWS_ENDPOINT_URL, AWS_EC2_METADATA_DISABLED, WARM: this.python.socket };
  }

  /** All versions of a JSON object in the state store, newest first. */
  public async history(key: string): Promise<readonly unknown[]> {
    const texts = await this.server.history(BUCKET, key);
    return texts.map((text): unknown => JSON.parse(text));
  }

  /** What was written to the state store below a prefix, or at a key, in order. */
  public written(prefix: string): readonly string[] {
    const start = `PUT /${BUCKET}/`;
    return this.server.requests
      .filter((request) => request.startsWith(`${start}${prefix}`))
      .map((request) => request.slice(start.length));
  }

  private async answer({ line, body }: ApiRequest): Promise<ApiAnswer> {
    if (/^POST \/repos\/[^ ]+\/statuses\/[0-9a-f]{40}$/.test(line))
      return { status: 201, json: {} };
    if (line !== DISPATCH) return { status: 404, json: { message: "Not Found" } };
    const { inputs } = JSON.parse(body) as { inputs: { location: string } };
    await this.deploy(inputs.location);
    return { status: 200, json: { html_url: RUN_URL } };
  }

  /** What `npm run deploy` writes. */
  private async deploy(location: string): Promise<void> {
    const found = await this.store.get(`releases/${location}.json`);
    if (found === undefined) throw new Error(`${location} has no release`);
    const { image, commit, releasedAt } = JSON.parse(found.body) as StoredRelease;
    const error = this.errors.get(location) ?? null;
    await writeDeployment(this.store, {
      ...{ schemaVersion: 1, location, release: releaseDigest(found.body) },
      ...{ status: error === null ? "loaded" : "failed", error, image, commit, releasedAt },
      dagsterUrl: `https://dagster.example.com/locations/${location}`,
      ...{ at: new Date().toISOString(), runUrl: RUN_URL },
    });
  }
}
