import {
  ciTrust,
  type CiTrust,
  podTrust,
  serviceAccountAnnotations,
} from "../../../components/aws/trustPolicy";
import { ACCOUNT, FINANCE, LOCATION_REF } from "./fixtures";

const GITLAB = { ...FINANCE, provider: "gitlab", repository: "acme/data/finance" } as const;

const TRUST: CiTrust = {
  account: ACCOUNT,
  repository: FINANCE,
  trigger: { kind: "branch", branch: "main" },
  workflowRef: LOCATION_REF,
  gitlabUrl: "https://gitlab.example.com/",
};

const CLAIM = "token.actions.githubusercontent.com";

const PODS = {
  account: ACCOUNT,
  eksCluster: "data",
  namespace: "dagster",
  serviceAccount: "finance",
};

const condition = (trust: CiTrust) => ciTrust(trust).Statement[0]?.Condition;

describe("trust in jobs of GitHub", () => {
  it("is in one branch of one repository, by its id, through one workflow", () => {
    expect(ciTrust(TRUST)).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "TokensOf",
          Effect: "Allow",
          Principal: {
            Federated:
              "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com",
          },
          Action: ["sts:AssumeRoleWithWebIdentity"],
          Condition: {
            StringEquals: {
              [`${CLAIM}:aud`]: "sts.amazonaws.com",
              [`${CLAIM}:sub`]: [
                "repo:acme/finance-pipelines:ref:refs/heads/main",
                "repo:acme@42/finance-pipelines@1001:ref:refs/heads/main",
              ],
              [`${CLAIM}:repository_id`]: "1001",
              [`${CLAIM}:job_workflow_ref`]: LOCATION_REF,
            },
          },
        },
      ],
    });
  });

  it("is never by a pattern", () => {
    for (const kind of ["branch", "pull-request"] as const) {
      const trust = ciTrust({ ...TRUST, trigger: { kind, branch: "main" } });
      expect(JSON.stringify(trust)).not.toContain("*");
    }
  });

  it("in pull requests is another one than in the branch", () => {
    expect(condition({ ...TRUST, trigger: { kind: "pull-request" } })).toHaveProperty(
      ["StringEquals", `${CLAIM}:sub`],
      [
        "repo:acme/finance-pipelines:pull_request",
        "repo:acme@42/finance-pipelines@1001:pull_request",
      ],
    );
  });

  it("without a workflow does not ask for one", () => {
    const { StringEquals } = condition({ ...TRUST, workflowRef: undefined }) ?? {};
    expect(Object.keys(StringEquals ?? {})).toEqual(
      ["aud", "sub", "repository_id"].map((claim) => `${CLAIM}:${claim}`),
    );
  });
});

describe("trust in jobs of GitLab", () => {
  it("is in one branch of one project", () => {
    expect(ciTrust({ ...TRUST, repository: GITLAB })).toMatchObject({
      Statement: [
        {
          Principal: {
            Federated: "arn:aws:iam::123456789012:oidc-provider/gitlab.example.com",
          },
          Condition: {
            StringEquals: {
              "gitlab.example.com:aud": "sts.amazonaws.com",
              "gitlab.example.com:sub": "project_path:acme/data/finance:ref_type:branch:ref:main",
            },
          },
        },
      ],
    });
  });

  it("in merge requests is in any branch of that project, and in no tag", () => {
    const trigger = { kind: "pull-request" } as const;
    expect(condition({ ...TRUST, repository: GITLAB, trigger })).toEqual({
      StringEquals: { "gitlab.example.com:aud": "sts.amazonaws.com" },
      StringLike: {
        "gitlab.example.com:sub": "project_path:acme/data/finance:ref_type:branch:ref:*",
      },
    });
  });
});

describe("trust in pods", () => {
  it("by EKS Pod Identity is in one ServiceAccount of one cluster", () => {
    expect(podTrust(PODS)).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "PodsOfServiceAccount",
          Effect: "Allow",
          Principal: { Service: "pods.eks.amazonaws.com" },
          Action: ["sts:AssumeRole", "sts:TagSession"],
          Condition: {
            StringEquals: {
              "aws:RequestTag/eks-cluster-arn":
                "arn:aws:eks:eu-central-1:123456789012:cluster/data",
              "aws:RequestTag/kubernetes-namespace": "dagster",
              "aws:RequestTag/kubernetes-service-account": "finance",
            },
          },
        },
      ],
    });
  });

  it("by IRSA is in one ServiceAccount of the cluster's issuer", () => {
    const host = "oidc.eks.eu-central-1.amazonaws.com/id/AB12";
    expect(podTrust({ ...PODS, issuer: `https://${host}` })).toMatchObject({
      Statement: [
        {
          Principal: { Federated: `arn:aws:iam::123456789012:oidc-provider/${host}` },
          Condition: {
            StringEquals: {
              [`${host}:aud`]: "sts.amazonaws.com",
              [`${host}:sub`]: "system:serviceaccount:dagster:finance",
            },
          },
        },
      ],
    });
  });

  it("by IRSA needs the role's name on the ServiceAccount", () => {
    expect(serviceAccountAnnotations("arn:role")).toEqual({
      "eks.amazonaws.com/role-arn": "arn:role",
    });
  });
});
