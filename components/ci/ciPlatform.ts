/** What the CI files of a platform are made from: one stack, its cloud, and who trusts whom. */

/** A platform, as its own CI and that of the locations see it. */
export interface CiPlatform {
  /** Pulumi stack that CI deploys. */
  readonly stack: string;
  /** Where the platform's repository is. */
  readonly provider: "github" | "gitlab";
  /** `owner/name` of the platform's repository. */
  readonly repository: string;
  /** Numeric id of the platform's repository. */
  readonly repositoryId: number;
  /** Branch that is deployed, and whose reusable workflow locations call. */
  readonly branch: string;
  readonly gitlabUrl: string;
  /** `s3://bucket` or `gs://bucket`. */
  readonly stateStore: string;
  readonly cloud: CiCloud;
  /** Name of the cluster's context in the kubeconfig; undefined: the one that is written. */
  readonly kubeContext?: string;
  /** Where Pulumi keeps its state; undefined: Pulumi Cloud. */
  readonly backendUrl?: string;
  /** Cron schedule of the deployment that nobody asked for. */
  readonly deploySchedule: string;
  /** Whether images are in a registry that is not the cloud's own, GitHub's or GitLab's. */
  readonly registryLogin: boolean;
}

export type CiCloud = AwsCi | GcpCi;

/** How jobs log in to AWS. */
export interface AwsCi {
  readonly kind: "aws";
  readonly region: string;
  readonly audience: string;
  /** ARN of a location's role without its end: the location's name and the kind of job follow. */
  readonly locationRolePrefix: string;
  readonly deployRole: string;
  readonly previewRole: string;
  readonly eksCluster: string;
}

/** How jobs log in to Google Cloud. */
export interface GcpCi {
  readonly kind: "gcp";
  readonly project: string;
  /** Full name of the workload identity provider. */
  readonly providers: { readonly github: string; readonly gitlab: string };
  /** `projects/…/locations/…/clusters/…` */
  readonly gkeCluster: string;
}

/** Limits of the jobs; the rendered files have {@link CI_LIMITS}. */
export interface CiLimits {
  readonly refreshAttempts: number;
  /** Of one attempt. */
  readonly refreshTimeoutSeconds: number;
  /** Delay before the second attempt; doubles each time. */
  readonly refreshBaseDelaySeconds: number;
  /** How long a release may take until it is served. */
  readonly deployTimeoutSeconds: number;
  /** Between two looks at whether it is. */
  readonly deployPollSeconds: number;
}

/** Five attempts of ten minutes are within the hour that a job, and its credentials, have. */
export const CI_LIMITS: CiLimits = {
  refreshAttempts: 5,
  refreshTimeoutSeconds: 600,
  refreshBaseDelaySeconds: 2,
  deployTimeoutSeconds: 2400,
  deployPollSeconds: 10,
};
