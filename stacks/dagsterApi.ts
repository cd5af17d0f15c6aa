import type { PinnedState } from "./releaseRecord";
import { ServerError } from "./serverError";

/** What Dagster says of one location. */
export interface LocationAnswer {
  readonly name: string;
  /** Why it did not load; undefined when it did. */
  readonly error: string | undefined;
  /** What its code server was started with; undefined before the first load. */
  readonly image: string | undefined;
  /** The defs state that is loaded, sorted by key. */
  readonly defsState: readonly PinnedState[];
}

/** What the whole system says of itself. */
export interface PlatformAnswer {
  readonly locations: readonly LocationAnswer[];
  /** Daemons that are required and not healthy. */
  readonly unhealthyDaemons: readonly string[];
}

/** Thrown when the webserver cannot be reached, or answers with an error. */
export class DagsterError extends ServerError {}

interface RawEntry {
  name: string;
  versionKey: string | null;
  defsStateInfo: {
    keyStateInfo: { name: string; info: { version: string; createTimestamp: number } | null }[];
  } | null;
  locationOrLoadError: { __typename: string; message?: string } | null;
}

/** The members every union of the API may have. */
export interface Answer {
  __typename: string;
  message?: string;
}

const TIMEOUT_MS = 30_000;

/** The webserver's GraphQL API: the same questions for the sandbox and for a cluster. */
export class DagsterApi {
  /** @param url - of the webserver, e.g. `http://127.0.0.1:3000` */
  public constructor(public readonly url: string) {}

  /** Every location with its load error, and the daemons' health. */
  public async platform(): Promise<PlatformAnswer> {
    const data = await this.ask<{
      workspaceOrError: Answer & { locationEntries?: RawEntry[] };
      instance: {
        daemonHealth: {
          allDaemonStatuses: { daemonType: string; required: boolean; healthy: boolean | null }[];
        };
      };
    }>(`{
      workspaceOrError { __typename ... on PythonError { message } ... on Workspace {
        locationEntries { name versionKey
          defsStateInfo { keyStateInfo { name info { version createTimestamp } } }
          locationOrLoadError { __typename ... on PythonError { message } } } } }
      instance { daemonHealth { allDaemonStatuses { daemonType required healthy } } } }`);
    const daemons = data.instance.daemonHealth.allDaemonStatuses;
    return {
      locations: expectOk(data.workspaceOrError).locationEntries?.map(locationAnswer) ?? [],
      unhealthyDaemons: daemons
        .filter((daemon) => daemon.required && daemon.healthy !== true)
        .map((daemon) => daemon.daemonType),
    };
  }

  /** Makes this webserver process read the workspace file anew and reload every location. */
  public async reloadWorkspace(): Promise<void> {
    const data = await this.ask<{ reloadWorkspace: Answer }>(
      "mutation { reloadWorkspace { __typename ... on PythonError { message } } }",
    );
    expectOk(data.reloadWorkspace);
  }

  /**
   * One question in GraphQL.
   * @throws DagsterError
   */
  public async ask<T>(query: string, variables: Record<string, unknown> = {}): Promise<T> {
    const response = await fetch(`${this.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query, variables }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    }).catch((error: unknown) => {
      throw new DagsterError(`Dagster does not answer at ${this.url}`, { cause: error });
    });
    if (!response.ok)
      throw new DagsterError(`Dagster at ${this.url} answered with HTTP ${response.status}`);
    const answer = (await response.json()) as { data?: T; errors?: { message: string }[] };
    if (answer.errors !== undefined || answer.data === undefined)
      throw new DagsterError(answer.errors?.map((error) => error.message).join("; "));
    return answer.data;
  }
}

/**
 * The answer, when Dagster did not answer with an error of its own.
 * @throws DagsterError
 */
export function expectOk<T extends Answer>(answer: T): T {
  if (answer.__typename !== "PythonError") return answer;
  throw new DagsterError((answer.message ?? "Dagster gave no reason").trim());
}

function locationAnswer(entry: RawEntry): LocationAnswer {
  const loaded = entry.locationOrLoadError;
  const failed = loaded?.__typename === "PythonError";
  const reason = failed ? (loaded.message ?? "Dagster gave no reason").trim() : undefined;
  return {
    name: entry.name,
    error: loaded === null ? "not loaded yet" : reason,
    image: imageOf(entry.versionKey),
    defsState: (entry.defsStateInfo?.keyStateInfo ?? [])
      .flatMap(({ name, info }) =>
        info === null
          ? []
          : [
              {
                key: name,
                version: info.version,
                createdAt: new Date(info.createTimestamp * 1000),
              },
            ],
      )
      .sort((a, b) => a.key.localeCompare(b.key)),
  };
}

/** Dagster's version key is JSON: `[server id, container image]`. */
function imageOf(versionKey: string | null): string | undefined {
  if (versionKey === null || !versionKey.startsWith("[")) return undefined;
  const image = (JSON.parse(versionKey) as unknown[])[1];
  return typeof image === "string" ? image : undefined;
}
