/**
 * Who asks for a role, in the words of those who vouch for them: a CI system's token, a cluster's token, EKS. Written
 * by hand from their documentation, not with the builders that the roles' trust is made of.
 */
import type { AccessRequest } from "./policyEvaluator";
import { ACCOUNT, LOCATION_WORKFLOW_REF } from "./world";

/** A signed token, as STS gets it. */
export interface Token {
  /** `https://…`, of `iss`: which of the account's providers checks it. */
  readonly issuer: string;
  readonly claims: Readonly<Record<string, string>>;
}

/** EKS, with the tags that it gives to the session of a pod (Pod Identity). */
export interface PodSession {
  readonly cluster: string;
  readonly namespace: string;
  readonly serviceAccount: string;
  /** @defaultValue `pods.eks.amazonaws.com` */
  readonly service?: string;
}

export type Caller = Token | PodSession;

const GITHUB = "https://token.actions.githubusercontent.com";

/**
 * What STS makes condition keys of, besides `aud` and `sub`, of GitHub's tokens.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html
 */
const GITHUB_KEYS = [
  ...["actor", "actor_id", "job_workflow_ref", "repository", "repository_id", "workflow"],
  ...["ref", "environment", "enterprise_id"],
];

/** The calls to STS that have to be allowed, all of them, for a caller to get a role. */
export function requestsOf(caller: Caller): readonly AccessRequest[] {
  if (!("issuer" in caller)) return podRequests(caller);
  const host = caller.issuer.replace("https://", "");
  const known = ["aud", "sub", ...(caller.issuer === GITHUB ? GITHUB_KEYS : [])];
  const claims = Object.entries(caller.claims).filter(([name]) => known.includes(name));
  return [
    {
      action: "sts:AssumeRoleWithWebIdentity",
      principal: {
        kind: "Federated",
        name: `arn:aws:iam::${ACCOUNT.accountId}:oidc-provider/${host}`,
      },
      context: Object.fromEntries(claims.map(([name, value]) => [`${host}:${name}`, value])),
    },
  ];
}

/** @see https://docs.aws.amazon.com/eks/latest/userguide/pod-id-abac.html */
function podRequests(pod: PodSession): readonly AccessRequest[] {
  const context = {
    "aws:RequestTag/eks-cluster-arn": pod.cluster,
    "aws:RequestTag/eks-cluster-name": pod.cluster.split("/").at(-1) ?? "",
    "aws:RequestTag/kubernetes-namespace": pod.namespace,
    "aws:RequestTag/kubernetes-service-account": pod.serviceAccount,
    "aws:RequestTag/kubernetes-pod-name": "pod-0",
  };
  const name = pod.service ?? "pods.eks.amazonaws.com";
  const principal = { kind: "Service", name } as const;
  return ["sts:AssumeRole", "sts:TagSession"].map((action) => ({ action, principal, context }));
}

/** A job of GitHub Actions; what is left out is as on the main branch of `acme/crm`. */
export interface GithubJob {
  readonly owner?: string;
  readonly ownerId?: number;
  readonly name?: string;
  readonly id?: number;
  /** End of `sub`. */
  readonly job?: string;
  /** `ids`: the form that repositories have since 2026-07-15. */
  readonly form?: "names" | "ids";
  /** `job_workflow_ref`. */
  readonly workflow?: string;
  /** Claims to change, or (undefined) to leave out. */
  readonly claims?: Readonly<Record<string, string | undefined>>;
}

/** @see https://docs.github.com/en/actions/reference/security/oidc */
export function githubToken(given: GithubJob = {}): Token {
  const { owner = "acme", ownerId = 12, name = "crm", id = 1001, form = "names" } = given;
  const { job = "ref:refs/heads/main", workflow = LOCATION_WORKFLOW_REF, claims = {} } = given;
  const repository = form === "names" ? `${owner}/${name}` : `${owner}@${ownerId}/${name}@${id}`;
  return token(GITHUB, {
    aud: "sts.amazonaws.com",
    sub: `repo:${repository}:${job}`,
    repository: `${owner}/${name}`,
    repository_id: String(id),
    repository_owner: owner,
    repository_owner_id: String(ownerId),
    job_workflow_ref: workflow,
    workflow: "location",
    ref: job.startsWith("ref:") ? job.slice(4) : "refs/pull/7/merge",
    actor: "somebody",
    ...claims,
  });
}

/** A job of GitLab CI; what is left out is as on the main branch of `acme/data/ledger`. */
export interface GitlabJob {
  readonly url?: string;
  readonly project?: string;
  readonly kind?: "branch" | "tag";
  readonly ref?: string;
  readonly claims?: Readonly<Record<string, string | undefined>>;
}

/** @see https://docs.gitlab.com/ci/secrets/id_token_authentication/ */
export function gitlabToken(given: GitlabJob = {}): Token {
  const { url = "https://gitlab.example.com", project = "acme/data/ledger" } = given;
  const { kind = "branch", ref = "main", claims = {} } = given;
  return token(url, {
    aud: "sts.amazonaws.com",
    sub: `project_path:${project}:ref_type:${kind}:ref:${ref}`,
    project_path: project,
    ref,
    ref_type: kind,
    ...claims,
  });
}

/** The token of a pod's ServiceAccount (IRSA). */
export function podToken(
  namespace: string,
  serviceAccount: string,
  issuer: string,
  claims: Readonly<Record<string, string | undefined>> = {},
): Token {
  const sub = `system:serviceaccount:${namespace}:${serviceAccount}`;
  return token(issuer, { aud: "sts.amazonaws.com", sub, ...claims });
}

function token(issuer: string, claims: Readonly<Record<string, string | undefined>>): Token {
  const there = Object.entries(claims).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return { issuer, claims: Object.fromEntries(there) };
}
