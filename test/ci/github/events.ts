/** What GitHub says about what happened: the payloads of its events, as far as anybody here reads them. */
import type { Repository } from "./repository";

/** An event with its payload. */
export interface Event {
  readonly name: string;
  readonly payload: object;
}

/** A push to a branch, the commit of which is the newest. */
export function push(
  { name }: Repository,
  commit: string,
  { at = new Date(), branch = "main" }: { readonly at?: Date; readonly branch?: string } = {},
): Event {
  const repository = { ...about(name), pushed_at: Math.floor(at.getTime() / 1000) };
  const payload = { ref: `refs/heads/${branch}`, after: commit, deleted: false, repository };
  return { name: "push", payload };
}

export function schedule({ name }: Repository): Event {
  return { name: "schedule", payload: { schedule: "0 6 * * *", repository: about(name) } };
}

/** Somebody starts it by hand. */
export function dispatch(
  { name }: Repository,
  { branch = "main", inputs = {} }: { readonly branch?: string; readonly inputs?: object } = {},
): Event {
  const payload = { ref: `refs/heads/${branch}`, inputs, repository: about(name) };
  return { name: "workflow_dispatch", payload };
}

/** Of a pull request; `head` is the repository that its branch is in. */
export interface PullRequest {
  readonly action: "opened" | "synchronize" | "closed";
  readonly number: number;
  readonly commit: string;
  readonly at: string;
  readonly branch?: string;
  readonly title?: string;
  readonly head?: string;
  readonly author?: string;
  readonly merged?: boolean;
}

export function pullRequest({ name }: Repository, request: PullRequest): Event {
  const { action, number, commit, at, merged = false } = request;
  const { branch = "feature", title = "A feature", head = name, author = "ada" } = request;
  return {
    name: "pull_request",
    payload: {
      action,
      number,
      pull_request: {
        number,
        title,
        merged,
        updated_at: at,
        html_url: `https://github.com/${name}/pull/${number}`,
        user: { login: author },
        labels: [{ name: "keep" }],
        base: { ref: "main", repo: { full_name: name } },
        head: { ref: branch, sha: commit, repo: { full_name: head } },
      },
      repository: about(name),
    },
  };
}

function about(name: string): object {
  return { full_name: name, default_branch: "main" };
}
