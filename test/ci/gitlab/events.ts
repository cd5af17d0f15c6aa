/** Why there is a pipeline, as GitLab says it in predefined variables. */
export interface PipelineEvent {
  /** `owner/name` of the project whose pipeline it is. */
  readonly project: string;
  readonly projectId?: number;
  /** That is checked out. */
  readonly branch: string;
  readonly source: string;
  /** Time of its creation; default: now. */
  readonly createdAt?: string;
  readonly request?: MergeRequest;
}

/** What a merge request's pipeline knows of it. */
export interface MergeRequest {
  readonly number: number;
  readonly title?: string;
  readonly labels?: string;
  /** Project of its branch; default: the same. */
  readonly sourceProjectId?: number;
  /** Project that has it; default: the same. */
  readonly targetProjectId?: number;
}

/** Any number of a project. */
export const PROJECT_ID = 4711;

/** The id token that a job gets, in the form of one. */
export const ID_TOKEN = ["header", "claims", "signature"]
  .map((part) => Buffer.from(`{"part":"${part}"}`).toString("base64url"))
  .join(".");

/** @see https://docs.gitlab.com/ci/variables/predefined_variables/ */
export function predefinedVariables(event: PipelineEvent): Readonly<Record<string, string>> {
  const { project, projectId = PROJECT_ID, branch, source, request } = event;
  return {
    GITLAB_CI: "true",
    CI_PIPELINE_SOURCE: source,
    CI_PROJECT_ID: String(projectId),
    CI_PROJECT_PATH: project,
    CI_PROJECT_URL: `https://gitlab.com/${project}`,
    CI_PIPELINE_URL: `https://gitlab.com/${project}/-/pipelines/1`,
    CI_PIPELINE_CREATED_AT: event.createdAt ?? new Date().toISOString(),
    GITLAB_USER_LOGIN: "ada",
    CI_COMMIT_REF_NAME: branch,
    ...(request === undefined
      ? { CI_COMMIT_BRANCH: branch }
      : requestVariables(request, branch, projectId)),
  };
}

/** What is not there, other than gitlab-ci-local has it. */
export function absentVariables({ request }: PipelineEvent): readonly string[] {
  return request === undefined ? [] : ["CI_COMMIT_BRANCH"];
}

function requestVariables(
  request: MergeRequest,
  branch: string,
  projectId: number,
): Readonly<Record<string, string>> {
  const { number, title = "Work", labels = "" } = request;
  return {
    CI_MERGE_REQUEST_IID: String(number),
    CI_MERGE_REQUEST_TITLE: title,
    CI_MERGE_REQUEST_LABELS: labels,
    CI_MERGE_REQUEST_SOURCE_BRANCH_NAME: branch,
    CI_MERGE_REQUEST_SOURCE_PROJECT_ID: String(request.sourceProjectId ?? projectId),
    CI_MERGE_REQUEST_PROJECT_ID: String(request.targetProjectId ?? projectId),
    // Only a merged result's pipeline has it.
    CI_MERGE_REQUEST_SOURCE_BRANCH_SHA: "",
  };
}
