/** Jobs of GitHub, and the full set of roles that each gets: no row passes by accident. */
import { type Caller, githubToken, type GithubJob } from "./callers";
import { LOCATION_WORKFLOW_REF, PLATFORM_WORKFLOW_REF, CLUSTER_ISSUER } from "./world";

/** Title, who asks, names of all roles that they get. */
export type TrustRow = readonly [string, Caller, readonly string[]];

/** `acme/crm` is the repository of two locations of `prod` and of one of `lab`. */
export const CRM_CI = ["dagster-lab-crm-ci", "dagster-prod-crm-ci", "dagster-prod-crm-jobs-ci"];
export const CRM_PULL = CRM_CI.map((name) => name.replace(/ci$/, "pull-request"));

export const NONE: readonly string[] = [];

export const PULL = "pull_request";

const withSub = (sub: string) => ({ claims: { sub } });

export function github(title: string, job: GithubJob, roles: readonly string[]): TrustRow {
  return [title, githubToken(job), roles];
}

/** The same in both forms of `sub`. */
export function bothForms(
  title: string,
  job: GithubJob,
  roles: readonly string[],
): readonly TrustRow[] {
  return [
    github(`${title}, by names`, { ...job, form: "names" }, roles),
    github(`${title}, by ids`, { ...job, form: "ids" }, roles),
  ];
}

const EU = { name: "crm-eu", id: 1002 } as const;

export const WORKFLOWS = "acme/dagster-platform/.github/workflows";

export const BRANCH_ROWS: readonly TrustRow[] = [
  ...bothForms("main", {}, CRM_CI),
  ...bothForms("main of another repository", EU, ["dagster-prod-crm-eu-ci"]),
  ...bothForms("a branch", { job: "ref:refs/heads/feature" }, NONE),
  github("a branch that begins like main", { job: "ref:refs/heads/main2" }, NONE),
  github("a branch below main", { job: "ref:refs/heads/main/x" }, NONE),
  github("a branch that ends like main", { job: "ref:refs/heads/x/main" }, NONE),
  github("a branch in another case", { job: "ref:refs/heads/Main" }, NONE),
  github("a branch of a star", { job: "ref:refs/heads/*" }, NONE),
  ...bothForms("a tag named main", { job: "ref:refs/tags/main" }, NONE),
  github("a tag", { job: "ref:refs/tags/v1" }, NONE),
  github("an environment", { job: "environment:production" }, NONE),
  github("an environment of main's name", { job: "environment:ref:refs/heads/main" }, NONE),
  github("a merge queue", { job: "ref:refs/heads/gh-readonly-queue/main/pr-7-0a1b" }, NONE),
  github("the merge ref of a pull request", { job: "ref:refs/pull/7/merge" }, NONE),
  ...bothForms("a pull request", { job: PULL }, CRM_PULL),
  ...bothForms("a pull request of another repository", { ...EU, job: PULL }, [
    "dagster-prod-crm-eu-pull-request",
  ]),
];

export const REPOSITORY_ROWS: readonly TrustRow[] = [
  ...bothForms("a fork", { owner: "mallory", ownerId: 66, id: 6666 }, NONE),
  ...bothForms(
    "a fork's pull request in the fork",
    { owner: "mallory", ownerId: 66, id: 6666, job: PULL },
    NONE,
  ),
  ...bothForms("a renamed repository, until the list has the new name", { name: "crm2" }, NONE),
  ...bothForms("a pull request of a renamed repository", { name: "crm2", job: PULL }, NONE),
  ...bothForms("a repository made anew with the old name", { id: 1999 }, NONE),
  ...bothForms("a pull request of that one", { id: 1999, job: PULL }, NONE),
  ...bothForms("a transferred repository", { owner: "other", ownerId: 99 }, NONE),
  ...bothForms("an owner that ends with ours", { owner: "xacme", ownerId: 99, id: 1999 }, NONE),
  ...bothForms(
    "an owner that begins like ours",
    { owner: "acme-evil", ownerId: 99, id: 1999 },
    NONE,
  ),
  ...bothForms("an owner with one letter more", { owner: "acmee", ownerId: 99, id: 1999 }, NONE),
  github("an owner's id that begins like ours", { ownerId: 123, form: "ids" }, NONE),
  github("an owner's id that ours begins with", { ownerId: 1, form: "ids" }, NONE),
  github("a repository's id that begins like ours", { id: 10011, form: "ids" }, NONE),
  github("a repository's id that ours begins with", { id: 100, form: "ids" }, NONE),
  github("the name of ours and the id of another of us", { id: 1002 }, NONE),
  github("another name with our id", { name: "crm-eu", id: 1001 }, NONE),
  github("a repository in another case", { name: "Crm" }, NONE),
  github("an owner in another case", { owner: "ACME" }, NONE),
  github("a name that ends with ours", { name: "old-crm", id: 1999 }, NONE),
  github("a name that holds the branch", { name: "crm:ref:refs/heads/main", id: 1999 }, NONE),
];

export const WORKFLOW_ROWS: readonly TrustRow[] = [
  github(
    "the repository's own workflow",
    { workflow: "acme/crm/.github/workflows/ci.yml@refs/heads/main" },
    NONE,
  ),
  github(
    "its own in a pull request",
    { job: PULL, workflow: "acme/crm/.github/workflows/ci.yml@refs/pull/7/merge" },
    NONE,
  ),
  github(
    "its own copy of ours",
    { workflow: "acme/crm/.github/workflows/location.yml@refs/heads/main" },
    NONE,
  ),
  github("another workflow of the platform", { workflow: PLATFORM_WORKFLOW_REF }, NONE),
  github(
    "ours from another branch",
    { workflow: `${WORKFLOWS}/location.yml@refs/heads/try` },
    NONE,
  ),
  github("ours from a tag", { workflow: `${WORKFLOWS}/location.yml@refs/tags/main` }, NONE),
  github("ours from a commit", { workflow: `${WORKFLOWS}/location.yml@${"0".repeat(40)}` }, NONE),
  github("ours from a short ref", { workflow: `${WORKFLOWS}/location.yml@main` }, NONE),
  github(
    "ours of another owner",
    { workflow: LOCATION_WORKFLOW_REF.replace("acme", "acme-evil") },
    NONE,
  ),
  github("one that begins like ours", { workflow: `${LOCATION_WORKFLOW_REF}2` }, NONE),
  github("none at all", { claims: { job_workflow_ref: undefined } }, NONE),
];

export const CLAIM_ROWS: readonly TrustRow[] = [
  github("another audience", { claims: { aud: "https://github.com/acme" } }, NONE),
  github("the audience of Google", { claims: { aud: "//iam.googleapis.com/projects/1" } }, NONE),
  github("an audience in another case", { claims: { aud: "STS.amazonaws.com" } }, NONE),
  github("no audience", { claims: { aud: undefined } }, NONE),
  github("no sub", { claims: { sub: undefined } }, NONE),
  github("an empty sub", withSub(""), NONE),
  github("no repository id", { claims: { repository_id: undefined } }, NONE),
  github("a sub of a template: the repository alone", withSub("repo:acme/crm"), NONE),
  github(
    "a sub of a template: the branch first",
    withSub("ref:refs/heads/main:repo:acme/crm"),
    NONE,
  ),
  github(
    "a sub of a template: the owner's id",
    withSub("repository_owner_id:12:ref:refs/heads/main"),
    NONE,
  ),
  github(
    "a sub of a template: with the workflow",
    withSub(`repo:acme/crm:ref:refs/heads/main:job_workflow_ref:${LOCATION_WORKFLOW_REF}`),
    NONE,
  ),
  github("a sub of the early form", withSub("repo:acme-12/crm-1001:ref:refs/heads/main"), NONE),
  github("a sub with one id", withSub("repo:acme@12/crm:ref:refs/heads/main"), NONE),
  github("a sub of a star", withSub("repo:acme/*"), NONE),
  github("another actor", { claims: { actor: "mallory" } }, CRM_CI),
  [
    "the same claims of another issuer",
    { ...githubToken(), issuer: "https://gitlab.example.com" },
    NONE,
  ],
  [
    "an issuer below GitHub's",
    { ...githubToken(), issuer: "https://token.actions.githubusercontent.com/acme" },
    NONE,
  ],
  [
    "an issuer of a similar name",
    { ...githubToken(), issuer: "https://token.actions.githubusercontent.com.evil.example" },
    NONE,
  ],
  ["the claims as a pod's", { ...githubToken(), issuer: CLUSTER_ISSUER }, NONE],
];
