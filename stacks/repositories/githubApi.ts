import { z } from "zod";

import { type Answer, andThen } from "./answer";
import type { CiRun, RepositoryApi, RepositoryFacts } from "./repositoryApi";
import { RestServer } from "./restServer";

const API = "https://api.github.com";

const VERSION = "2022-11-28";

const repository = z.object({
  id: z.int(),
  full_name: z.string(),
  owner: z.object({ id: z.int() }),
  default_branch: z.string(),
  private: z.boolean(),
  archived: z.boolean().default(false),
});

const runs = z.object({
  workflow_runs: z.array(
    z.object({
      status: z.string(),
      conclusion: z.string().nullable(),
      html_url: z.string(),
      created_at: z.string(),
    }),
  ),
});

const secrets = z.object({ secrets: z.array(z.object({ name: z.string() })) });

const access = z.object({ access_level: z.string() });

const anything = z.unknown();

/** Variables of this process that say how GitHub is reached. */
export type GithubEnvironment = Readonly<
  Partial<Record<"GITHUB_TOKEN" | "GH_TOKEN" | "GITHUB_API_URL", string>>
>;

/** GitHub's REST API, for one repository. */
export class GithubApi implements RepositoryApi {
  private constructor(
    private readonly server: RestServer,
    private readonly path: string,
  ) {}

  public static of(name: string, environment: GithubEnvironment, timeoutMs?: number): GithubApi {
    const { GITHUB_API_URL: url } = environment;
    const tokenFrom = (["GITHUB_TOKEN", "GH_TOKEN"] as const).find((key) => environment[key]);
    const token = tokenFrom === undefined ? undefined : environment[tokenFrom];
    const server = new RestServer({
      url: (url === undefined || url === "" ? API : url).replace(/\/+$/, ""),
      headers: {
        accept: "application/vnd.github+json",
        "x-github-api-version": VERSION,
        "user-agent": "dagster-platform",
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      ...{ tokenFrom, tokenIn: "GITHUB_TOKEN" },
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    });
    return new GithubApi(server, `/repos/${name.split("/").map(encodeURIComponent).join("/")}`);
  }

  public get source(): string {
    return `${this.server.host} ${this.server.access}`;
  }

  public async facts(): Promise<Answer<RepositoryFacts | undefined>> {
    const found = await this.server.json(this.path, repository);
    return andThen(found, (value) => ({ value: value === undefined ? undefined : factsOf(value) }));
  }

  public async file(path: string, branch: string): Promise<Answer<string | undefined>> {
    const encoded = path.split("/").map(encodeURIComponent).join("/");
    const found = await this.server.text(
      `${this.path}/contents/${encoded}?ref=${encodeURIComponent(branch)}`,
      { accept: "application/vnd.github.raw+json" },
    );
    return andThen(found, ({ body }) => ({ value: body }));
  }

  public async lastRun(branch: string, file: string): Promise<Answer<CiRun | undefined>> {
    const query = new URLSearchParams({ branch, per_page: "1" }).toString();
    const path = `${this.path}/actions/workflows/${encodeURIComponent(file)}/runs?${query}`;
    const found = await this.server.json(path, runs);
    return andThen(found, (value) => {
      const [run] = value?.workflow_runs ?? [];
      return { value: run === undefined ? undefined : runOf(run) };
    });
  }

  public async hasSecret(name: string): Promise<Answer<boolean>> {
    const own = await this.server.json(`${this.path}/actions/secrets/${name}`, anything);
    if ("unknown" in own || own.value !== undefined) return andThen(own, () => ({ value: true }));
    const shared = await this.server.json(
      `${this.path}/actions/organization-secrets?per_page=100`,
      secrets,
    );
    return andThen(shared, (value) => ({
      value: value?.secrets.some((secret) => secret.name === name) ?? false,
    }));
  }

  public schedules(): Promise<Answer<undefined>> {
    return Promise.resolve({ value: undefined });
  }

  public async workflowAccess(): Promise<Answer<string | undefined>> {
    const found = await this.server.json(`${this.path}/actions/permissions/access`, access);
    return andThen(found, (value) => ({ value: value?.access_level }));
  }
}

function factsOf(found: z.infer<typeof repository>): RepositoryFacts {
  return {
    ...{ repository: found.full_name, repositoryId: found.id, ownerId: found.owner.id },
    ...{ defaultBranch: found.default_branch, isPrivate: found.private },
    isArchived: found.archived,
  };
}

function runOf(run: z.infer<typeof runs>["workflow_runs"][number]): CiRun {
  const { conclusion, status, html_url: url, created_at: at } = run;
  const isOver = conclusion !== null;
  const state = conclusion === "success" ? "passed" : isOver ? "failed" : "running";
  return { state, said: conclusion ?? status, url, at };
}
