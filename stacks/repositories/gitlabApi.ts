import { z } from "zod";

import { type Answer, andThen } from "./answer";
import type { CiRun, RepositoryApi, RepositoryFacts } from "./repositoryApi";
import { RestServer } from "./restServer";

const project = z.object({
  id: z.int(),
  path_with_namespace: z.string(),
  namespace: z.object({ id: z.int() }),
  // Of a project without a commit there is none.
  default_branch: z.string().nullish(),
  visibility: z.string().default("private"),
  archived: z.boolean().default(false),
});

const pipelines = z.array(
  z.object({ status: z.string(), web_url: z.string(), created_at: z.string() }),
);

const schedules = z.array(
  z.object({
    cron: z.string(),
    cron_timezone: z.string().nullish(),
    ref: z.string(),
    active: z.boolean(),
  }),
);

const anything = z.unknown();

const FAILED = new Set(["failed", "canceled", "skipped"]);

/** Variables of this process that say how GitLab is reached. */
export type GitlabEnvironment = Readonly<Partial<Record<"GITLAB_TOKEN", string>>>;

/** GitLab's REST API, for one project. */
export class GitlabApi implements RepositoryApi {
  private constructor(
    private readonly server: RestServer,
    private readonly path: string,
  ) {}

  /** @param url - of the instance */
  public static of(
    name: string,
    url: string,
    { GITLAB_TOKEN: token }: GitlabEnvironment,
    timeoutMs?: number,
  ): GitlabApi {
    const hasToken = token !== undefined && token !== "";
    const server = new RestServer({
      url: `${url.replace(/\/+$/, "")}/api/v4`,
      // Unlike `private-token`, fetch does not take it along when it is sent to another host.
      headers: hasToken ? { authorization: `Bearer ${token}` } : {},
      ...{ tokenFrom: hasToken ? "GITLAB_TOKEN" : undefined, tokenIn: "GITLAB_TOKEN" },
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    });
    return new GitlabApi(server, `/projects/${encodeURIComponent(name)}`);
  }

  public get source(): string {
    return `${this.server.host} ${this.server.access}`;
  }

  public async facts(): Promise<Answer<RepositoryFacts | undefined>> {
    const found = await this.server.json(this.path, project);
    return andThen(found, (value) => ({ value: value === undefined ? undefined : factsOf(value) }));
  }

  public async file(path: string, branch: string): Promise<Answer<string | undefined>> {
    const at = `${this.path}/repository/files/${encodeURIComponent(path)}/raw`;
    const found = await this.server.text(`${at}?ref=${encodeURIComponent(branch)}`);
    return andThen(found, ({ body }) => ({ value: body }));
  }

  public async lastRun(branch: string): Promise<Answer<CiRun | undefined>> {
    const query = new URLSearchParams({ ref: branch, per_page: "1" }).toString();
    const found = await this.server.json(`${this.path}/pipelines?${query}`, pipelines);
    return andThen(found, (value) => {
      const [run] = value ?? [];
      if (run === undefined) return { value: undefined };
      const { status: said, web_url: url, created_at: at } = run;
      const state = said === "success" ? "passed" : FAILED.has(said) ? "failed" : "running";
      return { value: { state, said, url, at } };
    });
  }

  public async hasSecret(name: string): Promise<Answer<boolean>> {
    const found = await this.server.json(`${this.path}/variables/${name}`, anything);
    return andThen(found, (value) => ({ value: value !== undefined }));
  }

  public async schedules(branch: string): Promise<Answer<readonly string[]>> {
    const found = await this.server.json(`${this.path}/pipeline_schedules?scope=active`, schedules);
    return andThen(found, (value) => ({
      value: (value ?? [])
        .filter(({ ref }) => ref.replace(/^refs\/heads\//, "") === branch)
        .map(({ cron }) => cron),
    }));
  }

  public workflowAccess(): Promise<Answer<undefined>> {
    return Promise.resolve({ value: undefined });
  }
}

function factsOf(found: z.infer<typeof project>): RepositoryFacts {
  return {
    ...{ repository: found.path_with_namespace, repositoryId: found.id },
    ...{ ownerId: found.namespace.id, defaultBranch: found.default_branch ?? "" },
    ...{ isPrivate: found.visibility !== "public", isArchived: found.archived },
  };
}
