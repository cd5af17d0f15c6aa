import { DagsterError, expectOk, type Answer, type DagsterApi } from "./dagsterApi";

/** One run of a location. */
export interface RunAnswer {
  readonly runId: string;
  readonly job: string;
  readonly status: string;
  /** Undefined: not started yet. */
  readonly startedAt: Date | undefined;
}

/** Something of a location that a run can be started for. */
export interface Launchable {
  readonly repository: string;
  readonly job: string;
  /** Undefined: the whole job. */
  readonly asset: readonly string[] | undefined;
}

interface RawRun {
  runId: string;
  jobName: string;
  status: string;
  startTime: number | null;
}

interface RawRepository {
  name: string;
  jobs: { name: string }[];
  assetNodes: {
    assetKey: { path: string[] };
    isExecutable: boolean;
    isPartitioned: boolean;
    jobNames: string[];
  }[];
}

/** Runs that some process should be working on. */
const IN_PROGRESS = ["STARTING", "STARTED", "CANCELING"];

/**
 * The last runs of each location.
 * @param locations - by name
 * @param limit - per location
 */
export async function lastRuns(
  api: DagsterApi,
  locations: readonly string[],
  limit: number,
): Promise<ReadonlyMap<string, readonly RunAnswer[]>> {
  if (locations.length === 0) return new Map();
  const parts = locations.map(
    (location, index) =>
      `l${index}: runsOrError(limit: ${limit}, filter: {tags: [{key: ".dagster/repository", value: ${JSON.stringify(`__repository__@${location}`)}}]}) { __typename ... on PythonError { message } ... on Runs { results { runId jobName status startTime } } }`,
  );
  const data = await api.ask<Record<string, Answer & { results?: RawRun[] }>>(
    `{ ${parts.join("\n")} }`,
  );
  return new Map(
    locations.map((location, index) => [
      location,
      (data[`l${index}`]?.results ?? []).map(runAnswer),
    ]),
  );
}

/** Runs that are under way, in any location. */
export async function runsInProgress(api: DagsterApi): Promise<readonly RunAnswer[]> {
  const data = await api.ask<{ runsOrError: Answer & { results?: RawRun[] } }>(
    `{ runsOrError(filter: {statuses: [${IN_PROGRESS.join(", ")}]}) { __typename
       ... on PythonError { message } ... on Runs { results { runId jobName status startTime } } } }`,
  );
  return (expectOk(data.runsOrError).results ?? []).map(runAnswer);
}

export async function findRun(api: DagsterApi, runId: string): Promise<RunAnswer | undefined> {
  const data = await api.ask<{ runOrError: Answer & Partial<RawRun> }>(
    `query ($id: ID!) { runOrError(runId: $id) { __typename ... on PythonError { message }
       ... on Run { runId jobName status startTime } } }`,
    { id: runId },
  );
  return data.runOrError.__typename === "Run" ? runAnswer(data.runOrError as RawRun) : undefined;
}

/** Marks a run as cancelled whose process is known to be gone. */
export async function cancelLostRun(api: DagsterApi, runId: string): Promise<void> {
  await api.ask(
    `mutation ($id: String!) { terminateRun(runId: $id, terminatePolicy: MARK_AS_CANCELED_IMMEDIATELY) { __typename } }`,
    { id: runId },
  );
}

/** The asset keys of a location, `a/b`, sorted. */
export async function assetKeys(api: DagsterApi, location: string): Promise<readonly string[]> {
  const found = await repositories(api, location);
  return found
    .flatMap((repository) => repository.assetNodes.map((node) => node.assetKey.path.join("/")))
    .sort();
}

/** One thing that can be run without configuration: an asset without partitions, or else a job. */
export async function findLaunchable(
  api: DagsterApi,
  location: string,
): Promise<Launchable | undefined> {
  for (const repository of await repositories(api, location)) {
    const asset = repository.assetNodes.find((node) => node.isExecutable && !node.isPartitioned);
    const job = asset?.jobNames[0] ?? repository.jobs[0]?.name;
    if (job !== undefined) return { repository: repository.name, job, asset: asset?.assetKey.path };
  }
  return undefined;
}

/**
 * Starts a run.
 * @returns its id
 * @throws DagsterError with Dagster's reason
 */
export async function launch(
  api: DagsterApi,
  location: string,
  what: Launchable,
  runConfig: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const data = await api.ask<{
    launchRun: Answer & { run?: { runId: string }; errors?: { message: string }[] };
  }>(
    `mutation ($params: ExecutionParams!) { launchRun(executionParams: $params) { __typename
       ... on LaunchRunSuccess { run { runId } } ... on PythonError { message }
       ... on RunConfigValidationInvalid { errors { message } } } }`,
    {
      params: {
        selector: {
          repositoryLocationName: location,
          repositoryName: what.repository,
          jobName: what.job,
          ...(what.asset === undefined ? {} : { assetSelection: [{ path: what.asset }] }),
        },
        runConfigData: runConfig,
      },
    },
  );
  const answer = expectOk(data.launchRun);
  if (answer.run !== undefined) return answer.run.runId;
  const reasons = answer.errors?.map((error) => error.message).join("; ");
  throw new DagsterError(`run not launched: ${answer.__typename} ${reasons ?? ""}`.trim());
}

async function repositories(api: DagsterApi, location: string): Promise<readonly RawRepository[]> {
  const data = await api.ask<{
    workspaceLocationEntryOrError: {
      locationOrLoadError?: Answer & { repositories?: RawRepository[] };
    } | null;
  }>(
    `query ($name: String!) { workspaceLocationEntryOrError(name: $name) {
       ... on WorkspaceLocationEntry { locationOrLoadError { __typename
         ... on PythonError { message }
         ... on RepositoryLocation { repositories { name jobs { name }
           assetNodes { assetKey { path } isExecutable isPartitioned jobNames } } } } } } }`,
    { name: location },
  );
  const loaded = data.workspaceLocationEntryOrError?.locationOrLoadError;
  return loaded === undefined ? [] : (expectOk(loaded).repositories ?? []);
}

function runAnswer(run: RawRun): RunAnswer {
  return {
    runId: run.runId,
    job: run.jobName,
    status: run.status,
    startedAt: run.startTime === null ? undefined : new Date(run.startTime * 1000),
  };
}
