import { readdirSync } from "node:fs";
import { join } from "node:path";

import { CI_LIMITS, type CiLimits } from "../../../components/ci/ciPlatform";
import { GITLAB_CALLER } from "../../../components/ci/gitlabCaller";
import { S3Store } from "../../../stacks/s3Store";
import { ApiServer } from "../../components/ci/apiServer";
import { writeProject } from "../../components/ci/project";
import { type Behaviour, Source } from "../../components/ci/source";
import { StateServer } from "../../components/ci/stateServer";
import type { PipelineEvent } from "./events";
import { type Call, Machine, steps } from "./machine";
import { type Pipeline, runPipeline } from "./pipeline";
import { DEPLOY_TOKEN, PlatformCi, type StoredRelease } from "./platformCi";
import { Remotes } from "./remotes";
import { locationFiles, PLATFORM, platformFiles, rendered } from "./renderedFiles";
import { TokenService } from "./tokenService";

const BUCKET = "dagster-prod-123456789012";

/** Short, so that a test can wait for it. */
const LIMITS: CiLimits = {
  ...CI_LIMITS,
  ...{ refreshAttempts: 3, refreshBaseDelaySeconds: 0.05 },
  ...{ deployTimeoutSeconds: 30, deployPollSeconds: 0.1 },
};

/** What the locations and their platform are. */
export interface WorldInput {
  readonly locations: Readonly<Record<string, TestLocation>>;
  /** Where the platform's repository is. @defaultValue gitlab */
  readonly platform?: "github" | "gitlab";
  readonly limits?: Partial<CiLimits>;
}

/** A location whose pipelines run. */
export interface TestLocation {
  /** How the source of its one component answers; undefined: it has no component. */
  readonly source?: Behaviour;
  /** Whether its state lives in the image. */
  readonly isLocal?: boolean;
  readonly dockerfile?: string;
  /** More of its pipeline. */
  readonly pipeline?: string;
  /** More of its entry on the list. */
  readonly entry?: Readonly<Record<string, unknown>>;
}

/** A pipeline that has ended, with what it called. */
export interface LocationPipeline extends Pipeline {
  readonly calls: readonly Call[];
  readonly steps: readonly string[];
  /** What it left on its machine. */
  readonly folder: string;
}

/** Locations on GitLab with all around them: repositories, cloud, sources, and the platform's CI. */
export class LocationWorld {
  public readonly remotes = new Remotes();
  public readonly platform: PlatformCi;

  private constructor(
    private readonly input: WorldInput,
    private readonly machine: Machine,
    private readonly source: Source,
    private readonly sourcePort: number,
    public readonly store: StateServer,
    public readonly sts: TokenService,
    public readonly api: ApiServer,
  ) {
    const [endpointUrl, url] = [store.motoUrl, `s3://${BUCKET}`];
    const credentials = { accessKeyId: "test", secretAccessKey: "test" };
    const bucket = new S3Store({ url, endpointUrl, credentials });
    this.platform = new PlatformCi(bucket, Object.keys(input.locations));
    api.answer = (request) => this.platform.answer(request);
    this.pushAll();
  }

  public static async start(input: WorldInput): Promise<LocationWorld> {
    const [machine, { source, port }, store, api] = await Promise.all([
      Machine.start("docker", "uv"),
      Source.start(),
      StateServer.start(),
      ApiServer.start(),
    ]);
    await store.createBucket(BUCKET);
    const sts = await TokenService.start(store.motoUrl);
    return new LocationWorld(input, machine, source, port, store, sts, api);
  }

  public async stop(): Promise<void> {
    for (const server of [this.source, this.sts, this.api]) server.stop();
    await Promise.all([this.store.stop(), this.machine.stop()]);
    this.remotes.remove();
  }

  /** A pipeline of a location, by default of a push to its branch. */
  public async run(
    location: string,
    event: Partial<PipelineEvent> = {},
    variables: Readonly<Record<string, string>> = { DAGSTER_DEPLOY_TOKEN: DEPLOY_TOKEN },
  ): Promise<LocationPipeline> {
    const { environment, folder, calls } = this.machine.prepare();
    const { AWS_ENDPOINT_URL, AWS_EC2_METADATA_DISABLED } = this.store.environment;
    const cloud = { ...this.sts.environment, AWS_ENDPOINT_URL, AWS_EC2_METADATA_DISABLED };
    const pipeline = await runPipeline({
      remotes: this.remotes,
      event: { project: `acme/${location}`, branch: "main", source: "push", ...event },
      variables,
      environment: { ...environment, ...cloud },
      images: [`.dagster-${location}`, `${location}:build`],
    });
    return { ...pipeline, folder, calls: calls(), steps: steps(calls()) };
  }

  /** How often a location's source was asked. */
  public fetches(location: string): number {
    return this.source.fetches(`/${location}`);
  }

  /** The roles that jobs of a location have taken, each once. */
  public roles(location: string): readonly string[] {
    const roles = this.sts.assumed.map(({ role }) => role.replace(/^.*role\//, ""));
    return [...new Set(roles)].filter((role) => role.includes(`-${location}-`)).sort();
  }

  /** The files of the images that a pipeline has built. */
  public images({ folder }: LocationPipeline): readonly string[] {
    return readdirSync(join(folder, "registry", "images"), { recursive: true, encoding: "utf8" });
  }

  /** All releases of a location, newest first. */
  public async releases(location: string): Promise<readonly StoredRelease[]> {
    const history = await this.store.history(BUCKET, `releases/${location}.json`);
    return history.map((text) => JSON.parse(text) as StoredRelease);
  }

  /** The newest version of an object. */
  public async object(key: string): Promise<unknown> {
    const [text] = await this.store.history(BUCKET, key);
    return text === undefined ? undefined : JSON.parse(text);
  }

  /** The objects of a location, without what is in their names by chance. */
  public async keys(location: string): Promise<readonly string[]> {
    const keys = await this.store.keys(BUCKET);
    const own = keys.filter((key) => new RegExp(`/${location}[./]`).test(key));
    return [...new Set(own.map((key) => key.replace(/[0-9a-f-]{36}/, "<version>")))].sort();
  }

  private pushAll(): void {
    const { locations, platform = "gitlab", limits } = this.input;
    const files = rendered({
      locations: Object.entries(locations).map(([name, { source, entry }]) => {
        const code = source === undefined ? PLAIN_CODE : COMPONENT_CODE;
        return { name, ...code, ...entry };
      }),
      ...{ platform, limits: { ...LIMITS, ...limits }, config: { gitlabUrl: this.api.url } },
    });
    this.remotes.push(PLATFORM.repository, platformFiles(files));
    for (const [name, location] of Object.entries(locations)) {
      const repository = `acme/${name}`;
      const { dockerfile = "FROM scratch\n", pipeline = "" } = location;
      this.writeCode(name, location);
      const own = `${locationFiles(files, name)[GITLAB_CALLER] ?? ""}${pipeline}`;
      this.remotes.push(repository, { [GITLAB_CALLER]: own, Dockerfile: dockerfile });
    }
  }

  private writeCode(name: string, { source, isLocal = false }: TestLocation): void {
    const work = this.remotes.work(`acme/${name}`);
    if (source === undefined) {
      this.remotes.push(`acme/${name}`, PLAIN_PROJECT);
      return;
    }
    this.source.on(`/${name}`, source);
    const url = `http://127.0.0.1:${this.sourcePort}/${name}`;
    writeProject(work, [{ name: "api", url, local: isLocal }]);
  }
}

/** See {@link writeProject}. */
const COMPONENT_CODE = { module: undefined, autoload: "tiny.defs" };

const PLAIN_CODE = { module: "plain" };

/** Assets and no component. */
const PLAIN_PROJECT = {
  "pyproject.toml": '[project]\nname = "plain"\nversion = "0.1.0"\n',
  "plain.py": 'import dagster as dg\n\ndefs = dg.Definitions(assets=[dg.AssetSpec("one")])\n',
};
