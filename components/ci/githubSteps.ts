import type { CiCloud } from "./ciPlatform";
import type { CiStep } from "./locationJobs";

/** A step of a GitHub job. */
export interface GithubStep {
  readonly name?: string;
  readonly id?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, string | number | boolean>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly run?: string;
}

/** An action at one commit; the version is for people. */
export interface PinnedAction {
  readonly uses: string;
  readonly version: string;
}

/** Other people's actions, each at the commit of a release. */
export const ACTIONS = {
  // renovate: datasource=github-tags depName=actions/checkout
  checkout: action("actions/checkout", "3d3c42e5aac5ba805825da76410c181273ba90b1", "v7.0.1"),
  // renovate: datasource=github-tags depName=actions/setup-node
  setupNode: action("actions/setup-node", "820762786026740c76f36085b0efc47a31fe5020", "v7.0.0"),
  // renovate: datasource=github-tags depName=actions/upload-artifact
  upload: action("actions/upload-artifact", "bbbca2ddaa5d8feaa63e36b76fdaad77386f024f", "v7.0.0"),
  // renovate: datasource=github-tags depName=actions/download-artifact
  download: action(
    "actions/download-artifact",
    "3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c",
    "v8.0.1",
  ),
  // renovate: datasource=github-tags depName=astral-sh/setup-uv
  setupUv: action("astral-sh/setup-uv", "20cfd1bf945f4377ade1205e4dbc17946fc9a30d", "v10.0.1"),
  // renovate: datasource=github-tags depName=aws-actions/configure-aws-credentials
  aws: action(
    "aws-actions/configure-aws-credentials",
    "e6de054238d6b7531b4efff3b6587d9aade6a06c",
    "v6.2.3",
  ),
  // renovate: datasource=github-tags depName=google-github-actions/auth
  google: action(
    "google-github-actions/auth",
    "7c6bc770dae815cd3e89ee6cdf493a5fab2cc093",
    "v3.0.0",
  ),
  // renovate: datasource=github-tags depName=google-github-actions/get-gke-credentials
  gke: action(
    "google-github-actions/get-gke-credentials",
    "3da1e46a907576cefaa90c484278bb5b259dd395",
    "v3.0.0",
  ),
  // renovate: datasource=github-tags depName=pulumi/actions
  pulumi: action("pulumi/actions", "8e5e406f4007fca908480587cb9893c07090f58d", "v7.0.0"),
} as const;

/** Runner of all jobs. */
export const RUNNER = "ubuntu-24.04";

function action(name: string, commit: string, version: string): PinnedAction {
  return { uses: `${name}@${commit}`, version };
}

/** A step in its own words. */
export function runStep({ title, run }: CiStep, more: Partial<GithubStep> = {}): GithubStep {
  return { name: title, ...more, run };
}

/** Somebody else's step. */
export function useStep(
  name: string,
  { uses }: PinnedAction,
  more: Pick<GithubStep, "if" | "with" | "env"> = {},
): GithubStep {
  return { name, uses, ...more };
}

/** A checkout that leaves no token behind. */
export function checkoutStep(ref?: string, more: Pick<GithubStep, "if"> = {}): GithubStep {
  return useStep("Check out", ACTIONS.checkout, {
    ...more,
    with: { ...(ref === undefined ? {} : { ref }), "persist-credentials": false },
  });
}

/**
 * Credentials of the cloud, by the job's own token.
 * @param role - ARN on AWS; on Google Cloud the token itself is the identity
 */
export function credentialsStep(
  cloud: CiCloud,
  role: string,
  more: Pick<GithubStep, "if"> = {},
): GithubStep {
  if (cloud.kind === "gcp")
    return useStep("Log in to Google Cloud", ACTIONS.google, {
      ...more,
      with: { project_id: cloud.project, workload_identity_provider: cloud.providers.github },
    });
  return useStep("Log in to AWS", ACTIONS.aws, {
    ...more,
    with: { "role-to-assume": role, "aws-region": cloud.region, audience: cloud.audience },
  });
}
