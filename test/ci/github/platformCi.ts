import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";

import { ApiServer, type ApiAnswer, type ApiRequest } from "../../components/ci/apiServer";
import { write } from "../../components/ci/project";
import { AWS } from "../../stacks/cloudInput";
import type { Event } from "./events";
import { PLATFORM } from "./platform";
import { rendering } from "./rendering";
import { Repository } from "./repository";
import { Runner } from "./runner";
import type { WorkflowRun } from "./workflowRun";

const WORKFLOW = ".github/workflows/platform.yml";

/** Where the comments of pull request 12 are, and one of them. */
export const COMMENTS = `/repos/${PLATFORM}/issues/12/comments`;
export const COMMENT = `/repos/${PLATFORM}/issues/comments/`;

/** The platform's own repository, with a pull request whose comments are kept. */
export class PlatformCi {
  public readonly repository: Repository;
  /** Comments, oldest first. */
  public readonly comments: string[] = [];

  private readonly program: string;

  private constructor(
    private readonly runner: Runner,
    public readonly api: ApiServer,
  ) {
    this.program = join(runner.root, "program");
    this.repository = Repository.make(runner.repositories, PLATFORM);
    const files = rendering({ ...AWS, pulumiBackendUrl: "s3://acme-pulumi" });
    this.repository.commit(
      "first",
      Object.fromEntries(files.map(({ path, text }) => [path, text])),
    );
    api.answer = (request) => this.answer(request);
  }

  public static async start(): Promise<PlatformCi> {
    return new PlatformCi(Runner.make(), await ApiServer.start());
  }

  public stop(): void {
    this.api.stop();
    this.runner.remove();
  }

  /**
   * Runs the platform's workflow.
   * @param program - what its commands do: text of `preview.md`, exit codes of `preview`, `render`, `deploy`
   * @param repository - where it happens, if not in the platform's
   */
  public run(
    event: Event,
    program: Readonly<Record<string, string>> = {},
    repository = this.repository,
  ): Promise<WorkflowRun> {
    rmSync(this.program, { recursive: true, force: true });
    mkdirSync(this.program);
    for (const [name, text] of Object.entries(program)) write(this.program, name, text);
    return this.runner.run({
      ...{ event, repository, workflow: WORKFLOW, api: this.api.url },
      secrets: { PULUMI_CONFIG_PASSPHRASE: "a passphrase" },
      env: { PROGRAM: this.program },
    });
  }

  /** A copy of the repository under another name, as a fork has it. */
  public copy(name: string): Repository {
    const copy = Repository.make(this.runner.repositories, name);
    for (const { path, text } of rendering()) write(copy.folder, path, text);
    copy.commit("copied");
    return copy;
  }

  private answer({ line, body }: ApiRequest): ApiAnswer {
    const shown = (text: string, index: number): object => ({
      ...{ id: index + 1, body: text, user: { login: "github-actions[bot]" } },
    });
    const text = body === "" ? "" : (JSON.parse(body) as { readonly body: string }).body;
    if (line === `GET ${COMMENTS}`) return { json: this.comments.map(shown) };
    if (line === `POST ${COMMENTS}`) {
      this.comments.push(text);
      return { status: 201, json: shown(text, this.comments.length - 1) };
    }
    const [, id] = line.split(`PATCH ${COMMENT}`);
    if (id === undefined) return { status: 404, json: { message: "Not Found" } };
    this.comments[Number(id) - 1] = text;
    return { json: shown(text, Number(id) - 1) };
  }
}
