import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { CI_LIMITS, type CiLimits } from "../../../components/ci/ciPlatform";
import { CALLERS, ciFiles } from "../../../stacks/ciFiles";
import { write, writeProject } from "../../components/ci/project";
import { answers, type Behaviour } from "../../components/ci/source";
import { AWS, cloudInput, listOf } from "../../stacks/cloudInput";
import { type Event, push } from "./events";
import { type Platform, PLATFORM, type StoredRelease } from "./platform";
import { Repository } from "./repository";
import { REGISTRY } from "./whatJobsDo";
import type { WorkflowRun } from "./workflowRun";

/** Seconds are long in a test. */
const QUICK: CiLimits = {
  ...CI_LIMITS,
  refreshBaseDelaySeconds: 0.1,
  deployTimeoutSeconds: 60,
  deployPollSeconds: 0.2,
};

export const DOCKERFILE = "FROM python:3.12-slim\nCOPY . /app\nWORKDIR /app\n";

/** A location with one state-backed component. */
export interface LocationInput {
  readonly name: string;
  /** How the system answers that the component reads. @defaultValue well */
  readonly source?: Behaviour;
  /** Whether the state lives in the image. @defaultValue false */
  readonly isLocal?: boolean;
  /** Folder of the project in the repository. @defaultValue the repository itself */
  readonly directory?: string;
  /** More of its entry on the list. */
  readonly entry?: Readonly<Record<string, unknown>>;
  /** More of the platform's config. */
  readonly config?: Readonly<Record<string, unknown>>;
  readonly limits?: Partial<CiLimits>;
  /** More files of its project. */
  readonly files?: Readonly<Record<string, string>>;
  /** More secrets of its repository. */
  readonly secrets?: Readonly<Record<string, string>>;
}

/** A location's repository with the rendered file in it, and what its CI leaves. */
export class TestLocation {
  public readonly name: string;
  public readonly repository: Repository;
  /** Below the repository. */
  public readonly workflow: string;

  private readonly platformFolder: string;

  public constructor(
    private readonly platform: Platform,
    private readonly input: LocationInput,
  ) {
    const { name, source = answers(200), isLocal, files = {} } = input;
    this.name = name;
    this.workflow = `.github/workflows/dagster-${name}.yml`;
    const { repositories, root } = platform.runner;
    this.repository = Repository.make(repositories, `acme/${name}`);
    // Of its own, as there is one in each repository's run.
    this.platformFolder = join(root, "platforms", name);
    this.render();
    platform.source.on(`/${name}`, source);
    this.readFrom(`/${name}`, isLocal);
    this.commit({ Dockerfile: DOCKERFILE, ...files });
  }

  /** Writes the component's code; the next commit has it. */
  public readFrom(path: string, isLocal = false): void {
    const url = `${this.platform.sourceUrl}${path}`;
    writeProject(this.project, [{ name: "api", url, local: isLocal }]);
  }

  /** Writes files of the project, and commits all there is. @returns the commit */
  public commit(files: Readonly<Record<string, string>> = {}): string {
    for (const [path, text] of Object.entries(files)) write(this.project, path, text);
    return this.repository.commit("work");
  }

  /** Commits, and runs what a push of that does. */
  public push(files: Readonly<Record<string, string>> = {}): Promise<WorkflowRun> {
    return this.run(this.pushEvent(files));
  }

  /** A push of a new commit. */
  public pushEvent(files: Readonly<Record<string, string>> = {}): Event {
    return push(this.repository, this.commit(files));
  }

  /** What the location's repository does on an event. */
  public run(event: Event, env: NodeJS.ProcessEnv = {}): Promise<WorkflowRun> {
    return this.platform.runner.run({
      ...{ event, repository: this.repository, workflow: this.workflow },
      called: { [`${PLATFORM}@main`]: this.platformFolder },
      secrets: { DAGSTER_DEPLOY_TOKEN: "token-of-the-platform", ...this.input.secrets },
      api: this.platform.api.url,
      env: { ...this.platform.environment, REGISTRY: this.registry, ...env },
    });
  }

  /** How often its source was asked. */
  public get fetches(): number {
    return this.platform.source.fetches(`/${this.name}`);
  }

  /** Makes an earlier release of the present commit. */
  public async release(): Promise<StoredRelease> {
    const record = {
      ...{ schemaVersion: 1, location: this.name, repository: this.repository.name },
      image: `${REGISTRY}/dagster-prod/${this.name}@sha256:${"0".repeat(64)}`,
      ...{ commit: this.repository.head, defsState: null, dbt: null },
      ...{ releasedAt: "2026-01-01T00:00:00.000Z", releasedBy: null, runUrl: null },
    };
    await this.platform.store.put(`releases/${this.name}.json`, JSON.stringify(record), undefined);
    return record;
  }

  /** All releases, newest first. */
  public async releases(): Promise<readonly StoredRelease[]> {
    const all = await this.platform.history(`releases/${this.name}.json`);
    return all as readonly StoredRelease[];
  }

  /** The names, `registry/name:tag`, of the images that were pushed. */
  public get pushed(): readonly string[] {
    const folder = join(this.registry, "pushed");
    if (!existsSync(folder)) return [];
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => `${parentPath.slice(folder.length + 1)}:${name}`)
      .sort();
  }

  /** A file of an image, `name@sha256:…`; undefined: it is not in it. */
  public inImage(image: string, path: string): string | undefined {
    const file = join(this.registry, "images", image.split("@")[1] ?? "", path);
    return existsSync(file) ? readFileSync(file, "utf8") : undefined;
  }

  /** The folder of the project. */
  public get project(): string {
    return join(this.repository.folder, this.input.directory ?? ".");
  }

  /** What docker has here, and the registry. */
  public get registry(): string {
    return join(this.platform.runner.root, "registries", this.name);
  }

  /** The statuses that a commit was given, in order. */
  public statuses(commit: string): readonly unknown[] {
    return this.platform.api.sent(`POST /repos/acme/${this.name}/statuses/${commit}`);
  }

  /** Puts the CI files of a list with this location alone where each belongs. */
  private render(): void {
    const { directory, entry, config: more, limits } = this.input;
    const listed = { ...TINY, name: this.name, directory, ...entry };
    const { config, locations } = cloudInput({ ...AWS, ...more }, listOf(listed));
    const caller = `${CALLERS}/${this.name}/`;
    for (const { path, text } of ciFiles(config, "prod", locations, { ...QUICK, ...limits }))
      if (path.startsWith(caller)) write(this.repository.folder, path.slice(caller.length), text);
      else write(this.platformFolder, path, text);
  }
}

/** The code; see project.ts. */
const TINY = { module: undefined, autoload: "tiny.defs" };
