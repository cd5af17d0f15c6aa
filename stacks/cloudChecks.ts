import { AWS_STACK_LENGTH } from "../components/aws/awsNames";
import type { ConfigKey, PlatformConfig } from "./configSchema";

type Cloud = PlatformConfig["cloud"];

/** A key that means something on some clouds only. */
interface CloudKey {
  readonly key: ConfigKey;
  readonly clouds: readonly Cloud[];
  /** Given when it is needed there: what to write. */
  readonly needed?: string;
}

const BOTH: readonly Cloud[] = ["aws", "gcp"];

const CLOUD_KEYS: readonly CloudKey[] = [
  { key: "region", clouds: BOTH, needed: "name the region of the cluster" },
  { key: "awsAccountId", clouds: ["aws"], needed: "write what `aws sts get-caller-identity` says" },
  {
    key: "eksCluster",
    clouds: ["aws"],
    needed: "name the cluster as `aws eks list-clusters` does",
  },
  { key: "gcpProject", clouds: ["gcp"], needed: "write what `gcloud config get project` says" },
  {
    ...{ key: "gcpProjectNumber", clouds: ["gcp"] },
    needed: 'write what `gcloud projects describe PROJECT --format="value(projectNumber)"` says',
  },
  {
    ...{ key: "gkeCluster", clouds: ["gcp"] },
    needed: 'write what `gcloud container clusters list --format="value(selfLink.scope(v1))"` says',
  },
  {
    ...{ key: "platformRepository", clouds: BOTH },
    needed: "name the repository that this program is kept in, owner/name",
  },
  {
    ...{ key: "platformRepositoryId", clouds: BOTH },
    needed: "write what `gh api repos/OWNER/NAME --jq .id` says, or GitLab's project id",
  },
  {
    ...{ key: "platformOwnerId", clouds: BOTH },
    needed: "write what `gh api repos/OWNER/NAME --jq .owner.id` says, or the id of GitLab's group",
  },
  { key: "permissionsBoundary", clouds: ["aws"] },
  { key: "postgresSubnetIds", clouds: ["aws"] },
  { key: "platformCiPolicies", clouds: ["aws"] },
  { key: "platformPreviewPolicies", clouds: ["aws"] },
  { key: "stateKmsKey", clouds: BOTH },
  { key: "stateAccessLogsBucket", clouds: BOTH },
  { key: "postgresInstanceClass", clouds: BOTH },
  { key: "adopt", clouds: BOTH },
];

/** What is wrong between a cloud and the other keys; each mistake `key: rule, what was got, what to do`. */
export function cloudMistakes(config: PlatformConfig, stack: string): readonly string[] {
  return [
    ...CLOUD_KEYS.flatMap((key) => keyMistake(key, config)),
    ...(config.cloud === "none"
      ? []
      : [...storeMistakes(config), ...databaseMistakes(config), ...stackNameMistake(stack)]),
    ...(config.cloud === "aws" ? regionMistake(config) : []),
    ...(config.cloud === "gcp" ? issuerMistakes(config) : []),
  ];
}

function keyMistake({ key, clouds, needed }: CloudKey, config: PlatformConfig): readonly string[] {
  const value = config[key];
  const given = isGiven(value);
  if (clouds.includes(config.cloud))
    return needed === undefined || given
      ? []
      : [`${key}: needed with cloud ${config.cloud}, got nothing, ${fix(needed, config)}`];
  if (!given) return [];
  return [
    `${key}: only with cloud ${clouds.join(" or ")}, got ${JSON.stringify(value)} with cloud ${config.cloud}, remove it`,
  ];
}

/** With the repository's own name, once that is known. */
function fix(needed: string, { platformRepository }: PlatformConfig): string {
  return platformRepository === undefined
    ? needed
    : needed.replace("OWNER/NAME", platformRepository);
}

/** Numbers and lists have a default that says "nothing". */
function isGiven(value: unknown): boolean {
  return value !== undefined && value !== 0 && !(Array.isArray(value) && value.length === 0);
}

function storeMistakes(config: PlatformConfig): readonly string[] {
  const { adopt, cloud, stateAccessLogsBucket: logs, stateBucket, stateEndpointUrl } = config;
  const adopted = adopt.includes("stateBucket");
  const mistakes: string[] = [];
  if (stateEndpointUrl !== undefined)
    mistakes.push(
      `stateEndpointUrl: only with cloud none, got ${JSON.stringify(stateEndpointUrl)} with cloud ${cloud}, whose rights are in its own buckets: remove it, or the cloud`,
    );
  if (adopted && stateBucket === undefined)
    mistakes.push("stateBucket: needed with adopt stateBucket, got nothing, name the bucket");
  if (adopted && logs !== undefined)
    mistakes.push(
      `stateAccessLogsBucket: only for a bucket that is made here, got ${JSON.stringify(logs)} with adopt stateBucket, remove one of the two`,
    );
  if (logs !== undefined && logs === stateBucket)
    mistakes.push(
      `stateAccessLogsBucket: must be another bucket than stateBucket, got ${JSON.stringify(logs)}, name one for logs`,
    );
  if (stateBucket?.includes(".") === true && cloud === "aws")
    mistakes.push(
      `stateBucket: must have no dot on AWS, where names are part of a TLS address, got ${JSON.stringify(stateBucket)}`,
    );
  return mistakes;
}

/** Smallest volume of RDS (gp3) and what Cloud SQL takes, in GiB. */
const SMALLEST_VOLUME = 20;

const MADE_DATABASE_KEYS = ["postgresInstanceClass", "postgresSubnetIds"] as const;

/** A database is given by name, or made: not both. */
function databaseMistakes(config: PlatformConfig): readonly string[] {
  const { postgresHost, postgresSizeGiB } = config;
  if (postgresHost !== undefined)
    return MADE_DATABASE_KEYS.filter((key) => isGiven(config[key])).map(
      (key) =>
        `${key}: only for a database that is made here, got ${JSON.stringify(config[key])} with postgresHost, remove one of the two`,
    );
  if (postgresSizeGiB >= SMALLEST_VOLUME) return [];
  return [
    `postgresSizeGiB: must be at least ${SMALLEST_VOLUME} on a cloud, got ${postgresSizeGiB}`,
  ];
}

/** The stack is a part of each role's name; without hyphens, `prod` with location `eu-crm` is not `prod-eu` with `crm`. */
function stackNameMistake(stack: string): readonly string[] {
  if (/^[a-z0-9]+$/.test(stack) && stack.length <= AWS_STACK_LENGTH) return [];
  return [
    `cloud: the stack's name is part of names in the cloud: at most ${AWS_STACK_LENGTH} lower-case letters and digits, got ${JSON.stringify(stack)}`,
  ];
}

/** Google Cloud trusts the issuer of tokens in the stack's own pool. */
function issuerMistakes({ adopt }: PlatformConfig): readonly string[] {
  const issuers = adopt.filter((what) => what !== "stateBucket");
  if (issuers.length === 0) return [];
  return [
    `adopt: ${issuers.join(", ")} only with cloud aws, whose accounts have one provider for each issuer, remove it`,
  ];
}

function regionMistake({ region }: PlatformConfig): readonly string[] {
  if (region === undefined || /-\d$/.test(region)) return [];
  return [`region: must be a region of AWS, such as eu-west-1, got ${JSON.stringify(region)}`];
}
