/** Jobs of the platform's own repository and of GitLab, and pods; see githubRows.ts. */
import { githubToken, gitlabToken, podToken } from "./callers";
import { bothForms, github, NONE, PULL, type TrustRow, WORKFLOWS } from "./githubRows";
import { ACCOUNT, LOCATION_WORKFLOW_REF, PLATFORM_WORKFLOW_REF, CLUSTER_ISSUER } from "./world";

const PLATFORM = { name: "dagster-platform", id: 1000, workflow: PLATFORM_WORKFLOW_REF } as const;

export const PLATFORM_ROWS: readonly TrustRow[] = [
  ...bothForms("its main", PLATFORM, ["dagster-prod--deploy"]),
  ...bothForms("its pull request", { ...PLATFORM, job: PULL }, ["dagster-prod--preview"]),
  github(
    "its pull request with a workflow of its own",
    { ...PLATFORM, job: PULL, workflow: `${WORKFLOWS}/platform.yml@refs/pull/7/merge` },
    ["dagster-prod--preview"],
  ),
  github("its branch", { ...PLATFORM, job: "ref:refs/heads/feature" }, NONE),
  github("its tag", { ...PLATFORM, job: "ref:refs/tags/v1" }, NONE),
  github("its environment", { ...PLATFORM, job: "environment:prod" }, NONE),
  github("its main with another workflow", { ...PLATFORM, workflow: LOCATION_WORKFLOW_REF }, NONE),
  github(
    "a location that calls the platform's workflow",
    { workflow: PLATFORM_WORKFLOW_REF },
    NONE,
  ),
  github("a repository made anew with its name", { ...PLATFORM, id: 1999 }, NONE),
  github("a fork of it", { ...PLATFORM, owner: "mallory", ownerId: 66, id: 6666 }, NONE),
  [
    "GitLab's main",
    gitlabToken({ project: "acme/data/platform" }),
    ["dagster-lab--deploy", "dagster-lab--preview"],
  ],
  [
    "GitLab's branch",
    gitlabToken({ project: "acme/data/platform", ref: "x" }),
    ["dagster-lab--preview"],
  ],
  ["GitLab's tag", gitlabToken({ project: "acme/data/platform", kind: "tag" }), NONE],
];

const LEDGER_CI = "dagster-prod-ledger-ci";
const LEDGER_PULL = "dagster-prod-ledger-pull-request";

/** A merge request's `sub` has its source branch: its role is that of every branch of the project, main too. */
export const GITLAB_ROWS: readonly TrustRow[] = [
  ["main", gitlabToken(), [LEDGER_CI, LEDGER_PULL]],
  ["a merge request from a branch", gitlabToken({ ref: "feature" }), [LEDGER_PULL]],
  ["a merge request from a branch with slashes", gitlabToken({ ref: "a/b:c" }), [LEDGER_PULL]],
  ["a branch that begins like main", gitlabToken({ ref: "main2" }), [LEDGER_PULL]],
  ["a tag named main", gitlabToken({ kind: "tag" }), NONE],
  ["another project", gitlabToken({ project: "acme/data/other" }), NONE],
  ["a project that begins like ours", gitlabToken({ project: "acme/data/ledger2" }), NONE],
  ["a project that ends like ours", gitlabToken({ project: "x/acme/data/ledger" }), NONE],
  ["a project below ours", gitlabToken({ project: "acme/data/ledger/x" }), NONE],
  ["a group of a similar name", gitlabToken({ project: "acme/data-evil/ledger" }), NONE],
  ["a group around ours", gitlabToken({ project: "acme/ledger" }), NONE],
  ["a project in another case", gitlabToken({ project: "acme/data/Ledger" }), NONE],
  ["a fork", gitlabToken({ project: "mallory/ledger", ref: "main" }), NONE],
  ["another audience", gitlabToken({ claims: { aud: "https://gitlab.example.com" } }), NONE],
  ["no audience", gitlabToken({ claims: { aud: undefined } }), NONE],
  [
    "a sub of the project alone",
    gitlabToken({ claims: { sub: "project_path:acme/data/ledger" } }),
    NONE,
  ],
  ["no sub", gitlabToken({ claims: { sub: undefined } }), NONE],
  ["another instance", gitlabToken({ url: "https://gitlab.com" }), NONE],
  [
    "GitHub's repository of the same name",
    githubToken({ owner: "acme/data", name: "ledger", id: 2001 }),
    NONE,
  ],
];

const CLUSTER = `arn:aws:eks:${ACCOUNT.region}:${ACCOUNT.accountId}:cluster/data`;

const POD = { cluster: CLUSTER, namespace: "dagster", serviceAccount: "crm" } as const;

const RUNTIME = ["dagster-prod-crm-runtime"];

export const POD_ROWS: readonly TrustRow[] = [
  ["a location", POD, RUNTIME],
  ["another location", { ...POD, serviceAccount: "crm-eu" }, ["dagster-prod-crm-eu-runtime"]],
  ["the system", { ...POD, serviceAccount: "dagster" }, ["dagster-prod--system"]],
  ["another namespace", { ...POD, namespace: "default" }, NONE],
  ["a namespace that begins so", { ...POD, namespace: "dagster-data" }, NONE],
  ["another service account", { ...POD, serviceAccount: "default" }, NONE],
  ["a service account that begins so", { ...POD, serviceAccount: "crm2" }, NONE],
  ["a service account of a star", { ...POD, serviceAccount: "*" }, NONE],
  ["another cluster", { ...POD, cluster: `${CLUSTER}2` }, NONE],
  ["another region's cluster", { ...POD, cluster: CLUSTER.replace("central", "west") }, NONE],
  ["another account's cluster", { ...POD, cluster: CLUSTER.replace("12345", "54321") }, NONE],
  ["another service", { ...POD, service: "ec2.amazonaws.com" }, NONE],
  [
    "a token of that cluster's location",
    podToken("dagster", "crm", "https://oidc.eks.eu-central-1.amazonaws.com/id/OTHER"),
    NONE,
  ],
];

export const IRSA_ROWS: readonly TrustRow[] = [
  ["a location", podToken("dagster", "crm", CLUSTER_ISSUER), ["dagster-lab-crm-runtime"]],
  ["the system", podToken("dagster", "dagster", CLUSTER_ISSUER), ["dagster-lab--system"]],
  ["another namespace", podToken("default", "crm", CLUSTER_ISSUER), NONE],
  ["another service account", podToken("dagster", "default", CLUSTER_ISSUER), NONE],
  ["a service account of a star", podToken("dagster", "*", CLUSTER_ISSUER), NONE],
  ["a namespace of a star", podToken("*", "crm", CLUSTER_ISSUER), NONE],
  ["a service account that begins so", podToken("dagster", "crm2", CLUSTER_ISSUER), NONE],
  ["names that are cut elsewhere", podToken("dagster:crm", "", CLUSTER_ISSUER), NONE],
  ["another cluster", podToken("dagster", "crm", `${CLUSTER_ISSUER}C`), NONE],
  [
    "the audience of Kubernetes",
    podToken("dagster", "crm", CLUSTER_ISSUER, { aud: "https://kubernetes.default.svc" }),
    NONE,
  ],
  ["no audience", podToken("dagster", "crm", CLUSTER_ISSUER, { aud: undefined }), NONE],
  ["no sub", podToken("dagster", "crm", CLUSTER_ISSUER, { sub: undefined }), NONE],
  ["Pod Identity of that cluster", { ...POD, cluster: CLUSTER.replace("data", "lab") }, NONE],
];
