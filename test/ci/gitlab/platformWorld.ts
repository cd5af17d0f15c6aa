import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { ApiServer } from "../../components/ci/apiServer";
import { CommentServer } from "../../components/ci/commentServers";
import type { PipelineEvent } from "./events";
import { type Call, Machine } from "./machine";
import { type Pipeline, runPipeline } from "./pipeline";
import { Remotes } from "./remotes";
import { PLATFORM, platformFiles, rendered, type Rendering } from "./renderedFiles";

/** The token that may write notes. */
export const COMMENT_TOKEN = "glpat-of-the-project";

/** What the program does in a pipeline. */
export interface ProgramInput {
  /** What `npm run preview` writes; undefined: it writes nothing. */
  readonly preview?: string;
  /** How an npm script ends; one that is not here succeeds. */
  readonly exitCodes?: Readonly<Record<string, number>>;
}

/** A pipeline that has ended, with what it called. */
export interface PlatformPipeline extends Pipeline {
  readonly calls: readonly Call[];
  /** `deploy: npm run --silent deploy …` */
  readonly commands: readonly string[];
}

/** The platform's own project on GitLab, with all that its pipeline calls. */
export class PlatformWorld {
  private readonly remotes = new Remotes();

  private constructor(
    private readonly machine: Machine,
    public readonly api: ApiServer,
    /** The notes of merge request 12. */
    public readonly notes: CommentServer,
    rendering: Rendering,
  ) {
    this.remotes.push(PLATFORM.repository, platformFiles(rendered(rendering)));
    for (const branch of ["feature", "other"]) this.remotes.push(PLATFORM.repository, {}, branch);
  }

  public static async start(rendering: Partial<Rendering> = {}): Promise<PlatformWorld> {
    const machine = await Machine.start("npm", "aws", "gcloud", "kubectl");
    const api = await ApiServer.start();
    const notes = new CommentServer(api, "gitlab");
    return new PlatformWorld(machine, api, notes, { locations: [], ...rendering });
  }

  public async stop(): Promise<void> {
    this.api.stop();
    await this.machine.stop();
    this.remotes.remove();
  }

  /** A pipeline of the project, by default of a push to its branch. */
  public async run(
    event: Partial<PipelineEvent> = {},
    { preview, exitCodes = {} }: ProgramInput = {},
    variables: Readonly<Record<string, string>> = { DAGSTER_COMMENT_TOKEN: COMMENT_TOKEN },
  ): Promise<PlatformPipeline> {
    const { environment, folder, calls } = this.machine.prepare();
    if (preview !== undefined) writeFileSync(join(folder, "preview.md"), preview);
    for (const [script, code] of Object.entries(exitCodes))
      writeFileSync(join(folder, script), String(code));
    const pipeline = await runPipeline({
      remotes: this.remotes,
      event: {
        ...{ project: PLATFORM.repository, projectId: PLATFORM.id },
        ...{ branch: "main", source: "push", ...event },
      },
      variables: { CI_API_V4_URL: this.api.url, ...variables },
      environment,
      images: [".platform", "comment"],
    });
    const commands = calls().map(({ job, name, arguments: words = [] }) =>
      [`${job}:`, name, ...words].join(" "),
    );
    return { ...pipeline, calls: calls(), commands };
  }
}
