import {
  type CiRepository,
  type CiTrigger,
  GITHUB_ISSUER,
  githubSubjects,
  gitlabSubject,
} from "../identities/ciTokens";
import { type AwsAccount, eksClusterArn, issuerHost, oidcProviderArn } from "./awsNames";
import {
  type PolicyConditions,
  policyDocument,
  type PolicyDocument,
  type PolicyStatement,
} from "./policyDocument";

/** Audience of the tokens: what the job asks for, and what the account's provider accepts. */
export const AWS_AUDIENCE = "sts.amazonaws.com";

/** Which jobs may take a role. */
export interface CiTrust {
  readonly account: AwsAccount;
  readonly repository: CiRepository;
  readonly trigger: CiTrigger;
  /**
   * GitHub: the only workflow that gets the role (`job_workflow_ref`).
   * @defaultValue - any of the repository: for its own pull requests, which bring their own workflows
   */
  readonly workflowRef?: string;
  /** GitLab: address of the instance. */
  readonly gitlabUrl: string;
}

/** Trust of a role in the jobs of one repository. */
export function ciTrust(trust: CiTrust): PolicyDocument {
  return trust.repository.provider === "github" ? githubTrust(trust) : gitlabTrust(trust);
}

/**
 * By repository id, so that a name that somebody else takes over opens nothing; by workflow, so
 * that only what the platform's repository says is run with the role.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html
 */
function githubTrust({ account, repository, trigger, workflowRef }: CiTrust): PolicyDocument {
  const claim = (name: string) => `${issuerHost(GITHUB_ISSUER)}:${name}`;
  return webIdentityTrust(oidcProviderArn(account, GITHUB_ISSUER), {
    StringEquals: {
      [claim("aud")]: AWS_AUDIENCE,
      [claim("sub")]: githubSubjects(repository, trigger),
      [claim("repository_id")]: String(repository.repositoryId),
      ...(workflowRef === undefined ? {} : { [claim("job_workflow_ref")]: workflowRef }),
    },
  });
}

/**
 * IAM knows nothing but `aud` and `sub` of GitLab's tokens, and a merge request's `sub` has the name
 * of its source branch: so every branch of the project, and no tag, may take that role.
 */
function gitlabTrust({ account, repository, trigger, gitlabUrl }: CiTrust): PolicyDocument {
  const claim = (name: string) => `${issuerHost(gitlabUrl)}:${name}`;
  const audience = { [claim("aud")]: AWS_AUDIENCE };
  const branch = trigger.kind === "branch" ? trigger.branch : "*";
  const subject = { [claim("sub")]: gitlabSubject(repository.repository, branch) };
  return webIdentityTrust(
    oidcProviderArn(account, gitlabUrl),
    trigger.kind === "branch"
      ? { StringEquals: { ...audience, ...subject } }
      : { StringEquals: audience, StringLike: subject },
  );
}

/** Which pods get a role. */
export interface PodTrust {
  readonly account: AwsAccount;
  readonly eksCluster: string;
  readonly namespace: string;
  readonly serviceAccount: string;
}

/**
 * Trust in the pods of one ServiceAccount, by EKS Pod Identity: the tags are EKS' own words.
 * @see https://docs.aws.amazon.com/eks/latest/userguide/pod-id-abac.html
 */
export function podIdentityTrust(trust: PodTrust): PolicyDocument {
  const { account, eksCluster, namespace, serviceAccount } = trust;
  const statement: PolicyStatement = {
    Sid: "PodsOfServiceAccount",
    Effect: "Allow",
    Principal: { Service: "pods.eks.amazonaws.com" },
    Action: ["sts:AssumeRole", "sts:TagSession"],
    Condition: {
      StringEquals: {
        "aws:RequestTag/eks-cluster-arn": eksClusterArn(account, eksCluster),
        "aws:RequestTag/kubernetes-namespace": namespace,
        "aws:RequestTag/kubernetes-service-account": serviceAccount,
      },
    },
  };
  return policyDocument([statement]);
}

/**
 * Trust in the pods of one ServiceAccount, by the cluster's own issuer (IRSA).
 * @param issuer - OpenID Connect issuer of the cluster, with `https://`
 */
export function serviceAccountTrust(trust: PodTrust, issuer: string): PolicyDocument {
  const host = issuerHost(issuer);
  return webIdentityTrust(oidcProviderArn(trust.account, issuer), {
    StringEquals: {
      [`${host}:aud`]: AWS_AUDIENCE,
      [`${host}:sub`]: `system:serviceaccount:${trust.namespace}:${trust.serviceAccount}`,
    },
  });
}

/**
 * Trust in the pods of one ServiceAccount: {@link serviceAccountTrust} if an issuer is given,
 * {@link podIdentityTrust} otherwise.
 */
export function podTrust({ issuer, ...trust }: PodTrust & { readonly issuer?: string }) {
  return issuer === undefined ? podIdentityTrust(trust) : serviceAccountTrust(trust, issuer);
}

/**
 * What tells EKS' webhook which role a ServiceAccount has with IRSA.
 * @see https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html
 */
export function serviceAccountAnnotations(roleArn: string): Readonly<Record<string, string>> {
  return { "eks.amazonaws.com/role-arn": roleArn };
}

function webIdentityTrust(provider: string, conditions: PolicyConditions): PolicyDocument {
  const statement: PolicyStatement = {
    Sid: "TokensOf",
    Effect: "Allow",
    Principal: { Federated: provider },
    Action: ["sts:AssumeRoleWithWebIdentity"],
    Condition: conditions,
  };
  return policyDocument([statement]);
}
