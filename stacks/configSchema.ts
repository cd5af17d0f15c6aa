import { z } from "zod";

import { advice } from "./list/advice";
import { cronSchedule, NEVER } from "./list/cronFormat";

/** Empty in Pulumi.yaml means: not given. */
const optional = z.string().transform((text) => (text === "" ? undefined : text));

/** {@link optional} text with a form. */
function optionalText(isValid: RegExp | ((text: string) => boolean), message: string) {
  const fits = isValid instanceof RegExp ? (text: string) => isValid.test(text) : isValid;
  return z
    .string()
    .refine((text) => text === "" || fits(text), message)
    .transform((text) => (text === "" ? undefined : text));
}

/** With a dot: no ingress and no address has a name without. */
function isHostName(text: string): boolean {
  return (
    text.length <= 253 &&
    /^([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\.)+[a-z]([-a-z0-9]*[a-z0-9])?$/.test(text)
  );
}

function isUrl(text: string, protocols: readonly string[]): boolean {
  return URL.canParse(text) && protocols.includes(new URL(text).protocol);
}

const dnsLabel = z
  .string()
  .regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, "must be a DNS label of at most 63 characters");

/** The rule of Amazon S3, which the others' names fit, too. */
const bucket = optionalText(
  /^[a-z0-9][-a-z0-9.]{1,61}[a-z0-9]$/,
  "must be the bare name of a bucket: 3 to 63 lower-case letters, digits, - and .",
);

const atLeastOne = z.number().int().min(1, "must be at least 1");

const notNegative = z.number().int().min(0, "must not be negative");

const days = z.number().int().min(1, "must be 1 to 3650 days").max(3650, "must be 1 to 3650 days");

/** An ARN of any partition. */
function arn(service: string, what: string) {
  const form = new RegExp(String.raw`^arn:aws[a-z-]*:${service}:[a-z0-9-]*:\d{12}:[\w+=,.@/-]+$`);
  return { form, message: `must be the ARN of ${what}` };
}

const POLICY = arn("iam", "an IAM policy, such as arn:aws:iam::123456789012:policy/limits");

/** What may be there already and is only used: looked up, never changed. */
export const ADOPTABLE = ["stateBucket", "githubOidc", "gitlabOidc"] as const;

/** `owner/name`; on GitLab groups may be nested. */
const REPOSITORY = /^[A-Za-z0-9_][\w.-]*(\/[\w.-]+)+$/;

/** Schedules of the list may be `never`; this one finds what nobody has told of. */
const deploySchedule = cronSchedule.refine(
  (text) => text !== NEVER,
  advice("has to be a cron schedule: it finds what no dispatch has told of", 'write "0 6 * * *"'),
);

/** Where identities and stores come from; all of it is for a cloud. */
const cloudKeys = {
  cloud: z.enum(["none", "aws", "gcp"], "must be none, aws or gcp"),
  region: optionalText(
    /^[a-z]+(-[a-z]+)+-?\d$/,
    "must be a region, such as eu-west-1 or europe-west1",
  ),
  adopt: z.array(z.enum(ADOPTABLE, `must be one of ${ADOPTABLE.join(", ")}`)),
  import: z.array(z.string().regex(/^[^=\s]+=\S+$/, "must be name=id")),
  awsAccountId: optionalText(/^\d{12}$/, "must be the twelve digits of an AWS account"),
  eksCluster: optionalText(/^[A-Za-z0-9][\w-]{0,99}$/, "must be the name of an EKS cluster"),
  podIdentity: z.enum(["eks", "irsa"], "must be eks or irsa"),
  permissionsBoundary: optionalText(POLICY.form, POLICY.message),
  gcpProject: optionalText(
    /^[a-z][-a-z0-9]{4,28}[a-z0-9]$/,
    "must be the id of a Google Cloud project",
  ),
  gcpProjectNumber: optionalText(/^\d{6,19}$/, "must be the number of a Google Cloud project"),
  gkeCluster: optionalText(
    /^projects\/[a-z][-a-z0-9:.]+\/locations\/[a-z]+-[a-z]+\d(-[a-z])?\/clusters\/[-a-z0-9]+$/,
    "must be a GKE cluster, such as projects/acme/locations/europe-west1/clusters/data",
  ),
  gitlabUrl: z.string().regex(/^https:\/\/[a-z0-9.-]+(:\d+)?$/, "must be an https address"),
  platformProvider: z.enum(["github", "gitlab"], "must be github or gitlab"),
  platformRepository: optionalText(REPOSITORY, "must be owner/name"),
  platformRepositoryId: notNegative,
  platformOwnerId: notNegative,
  platformBranch: z
    .string()
    .regex(/^[A-Za-z0-9][\w./-]{0,79}$/, "must be the name of a branch, up to 80 characters"),
  platformCiPolicies: z.array(z.string().regex(POLICY.form, POLICY.message)),
  platformPreviewPolicies: z.array(z.string().regex(POLICY.form, POLICY.message)),
  // It stands in a shell's line of the rendered pipeline: nothing in it ends a quoted text.
  pulumiBackendUrl: optionalText(
    /^(s3|gs):\/\/[a-z0-9][-a-z0-9._]{1,61}[a-z0-9](\/[\w./-]*)?(\?[\w.=&%:/-]*)?$/,
    "must be s3://… or gs://…, or empty for Pulumi Cloud",
  ),
  deploySchedule,
};

const stateKeys = {
  stateBucket: bucket,
  stateEndpointUrl: optionalText(
    (text) => isUrl(text, ["http:", "https:"]),
    "must be an http(s) address",
  ),
  stateSecret: optional,
  stateStoreSizeGiB: atLeastOne,
  stateKmsKey: optionalText(
    /^(arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+|projects\/[^\s/]+\/locations\/[^\s/]+\/keyRings\/[^\s/]+\/cryptoKeys\/[^\s/]+)$/,
    "must be the ARN of a KMS key, or projects/…/locations/…/keyRings/…/cryptoKeys/…",
  ),
  stateAccessLogsBucket: bucket,
  oldVersionDays: days,
  computeLogsDays: days,
  branchDays: days,
  imageDays: days,
  releasesFolder: optional,
};

const postgresKeys = {
  postgresHost: optional,
  postgresPort: z.number().int().min(1).max(65535, "must be a port, 1 to 65535"),
  postgresDatabase: z.string().min(1, "must not be empty"),
  postgresUser: z.string().min(1, "must not be empty"),
  postgresSecret: optional,
  postgresMaxConnections: atLeastOne,
  postgresSizeGiB: atLeastOne,
  postgresInstanceClass: optional,
  postgresHighAvailability: z.boolean(),
  postgresBackupDays: z.number().int().min(1).max(35, "must be 1 to 35 days"),
  postgresSubnetIds: z.array(z.string().regex(/^subnet-[0-9a-f]{8,17}$/, "must be subnet-…")),
};

const ingressKeys = {
  ingressHost: optionalText(isHostName, "must be a host name such as dagster.example.com"),
  ingressClass: optional,
  ingressTlsSecret: optional,
  oidcIssuerUrl: optionalText((text) => isUrl(text, ["https:"]), "must be an https address"),
  oidcSecret: optional,
  // No `*`: that would let in whoever has an account at the issuer.
  oidcEmailDomain: optionalText(isHostName, "must be a domain such as example.com"),
};

/** What Pulumi.yaml declares and explains; defaults stand there alone. */
export const configSchema = z
  .strictObject({
    kubeContext: optional,
    locationsFile: z.string().min(1, "must name a file"),
    namespace: dnsLabel,
    ...cloudKeys,
    chartPath: optional,
    chartRepository: z.url({ protocol: /^https?$/, error: "must be an http(s) address" }),
    migrate: z.boolean(),
    ...stateKeys,
    ...postgresKeys,
    storageClass: optional,
    keepData: z.boolean(),
    maxConcurrentRuns: atLeastOne,
    runJobTtlSeconds: notNegative,
    webserverReplicas: atLeastOne,
    rolloutTimeoutSeconds: notNegative,
    quotaCpu: notNegative,
    quotaMemoryGiB: notNegative,
    imageRegistry: optional,
    imagePullSecret: optional,
    ...ingressKeys,
  })
  .readonly();

/** The stack's config, checked. */
export type PlatformConfig = z.infer<typeof configSchema>;

export type ConfigKey = keyof z.input<typeof configSchema>;
