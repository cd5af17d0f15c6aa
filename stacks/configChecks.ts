import { LOGS_SUFFIX } from "../components/kubernetes/stateStorePods";
import { cloudMistakes } from "./cloudChecks";
import type { ConfigKey as Key, PlatformConfig } from "./configSchema";

/** Keys that go together: each of `keys` needs all of `needed`. */
interface Companions {
  readonly keys: readonly Key[];
  readonly needed: Readonly<Partial<Record<Key, string>>>;
  /** Stands in front of what is needed. */
  readonly reason?: string;
}

const INGRESS = { ingressHost: "the host name that browsers use" };

const COMPANIONS: readonly Companions[] = [
  { keys: ["postgresHost"], needed: { postgresSecret: "the Secret that has postgresql-password" } },
  { keys: ["postgresSecret"], needed: { postgresHost: "the host of that Postgres" } },
  {
    keys: ["stateEndpointUrl"],
    needed: { stateBucket: "a bucket that is there", stateSecret: "the Secret with its keys" },
  },
  { keys: ["stateSecret"], needed: { stateEndpointUrl: "the address of that S3" } },
  {
    keys: ["ingressHost"],
    needed: {
      oidcIssuerUrl: "the OpenID Connect issuer that signs users in",
      oidcSecret: "the Secret with client-id, client-secret and cookie-secret",
      oidcEmailDomain: "the domain whose users are let in",
    },
    reason: "Dagster has no login, ",
  },
  { keys: ["oidcIssuerUrl", "oidcSecret", "oidcEmailDomain"], needed: INGRESS },
  { keys: ["ingressClass", "ingressTlsSecret"], needed: INGRESS },
];

/**
 * What no key shows by itself.
 * @param stack - its name goes into names in the cloud
 * @returns all mistakes, each `key: rule, what was got, what to do`
 */
export function configMistakes(config: PlatformConfig, stack: string): readonly string[] {
  return [
    ...missingCompanions(config),
    ...unusedPort(config),
    ...longBucket(config),
    ...cloudMistakes(config, stack),
  ];
}

/** Of Amazon S3 and of the store in the cluster. */
const BUCKET_LENGTH = 63;

/** The store in the cluster has a second bucket, for the output of runs. */
function longBucket({ cloud, stateBucket, stateEndpointUrl }: PlatformConfig): readonly string[] {
  const longest = BUCKET_LENGTH - LOGS_SUFFIX.length;
  const inCluster = cloud === "none" && stateEndpointUrl === undefined;
  if (!inCluster || stateBucket === undefined || stateBucket.length <= longest) return [];
  return [
    `stateBucket: has at most ${longest} characters in the cluster's own store, got ${stateBucket.length}`,
  ];
}

/** Each missing key once, with the first key that needs it. */
function missingCompanions(config: PlatformConfig): readonly string[] {
  const mistakes = new Map<string, string>();
  for (const { keys, needed, reason = "" } of COMPANIONS) {
    const given = keys.find((key) => config[key] !== undefined);
    if (given === undefined) continue;
    for (const [key, what] of Object.entries(needed))
      if (config[key as Key] === undefined && !mistakes.has(key))
        mistakes.set(key, `${key}: ${reason}needed with ${given}, got nothing, name ${what}`);
  }
  return [...mistakes.values()];
}

/** The Postgres in the cluster has its own port. */
function unusedPort({ postgresHost, postgresPort }: PlatformConfig): readonly string[] {
  if (postgresHost !== undefined || postgresPort === 5432) return [];
  return [`postgresPort: only with postgresHost, got ${postgresPort}, remove it or name the host`];
}
