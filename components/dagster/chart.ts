/**
 * One version for the charts, the system's images and the Python packages of the sandbox and of
 * CI. The integrations (`dagster-postgres`, `dagster-k8s`, …) count 0.x: 1.13.27 goes with 0.29.27.
 */
// renovate: datasource=helm depName=dagster registryUrl=https://dagster-io.github.io/helm
export const DAGSTER_VERSION = "1.13.27";

/** Chart of the system: webserver, daemon, instance. */
export const SYSTEM_CHART = "dagster";
/** Chart of user code: one release per location. */
export const USER_CODE_CHART = "dagster-user-deployments";

/** Webserver, daemon and their integrations (Postgres, Kubernetes, AWS, GCP) in one image. */
export const SYSTEM_IMAGE = `docker.io/dagster/dagster-celery-k8s:${DAGSTER_VERSION}`;

/** Images are exact (tag or digest, never `latest`), so a copy on the node is the right one. */
export const IMAGE_PULL_POLICY = "IfNotPresent";

export const DAGSTER_HOME_PATH = "/opt/dagster/dagster_home";

/** Key of the workspace ConfigMap; the chart mounts it under `/dagster-workspace/`. */
export const WORKSPACE_FILE = "workspace.yaml";

/** Where a code server finds the defs state that its release pins. */
export const PIN_MOUNT_PATH = "/opt/dagster/defs-state";
/** Its file there. */
export const PIN_FILE = "pin.json";

/** The chart's usual port of code servers. */
export const CODE_SERVER_PORT = 3030;
/** Above 1024: the pod is not root. The chart uses it for the container and the Service. */
export const WEBSERVER_PORT = 3000;

/** Environment variable and Secret key of the password: fixed by the charts. */
export const POSTGRES_PASSWORD_ENV = "DAGSTER_PG_PASSWORD";
export const POSTGRES_PASSWORD_KEY = "postgresql-password";

/** Annotation of a code server's pod: another instance config replaces the pod. */
export const INSTANCE_ANNOTATION = "dagster-platform/instance-hash";

/** Annotation of a code server's pod: the pinned defs state itself, which is mounted as a file. */
export const PIN_ANNOTATION = "dagster-platform/defs-state";

/** Kubernetes names that the system's chart makes of its release name. */
export interface SystemNames {
  /** Prefix of most names, and the ServiceAccount. */
  readonly fullname: string;
  /** ConfigMap with `dagster.yaml`. */
  readonly instanceConfigMap: string;
  readonly webserver: string;
  readonly daemon: string;
}

/**
 * Kubernetes names that the system's chart makes of its release name.
 * @see chart `dagster` 1.12.19, templates/helpers/_helpers.tpl, `dagster.fullname` and
 *   `dagster.webserver.fullname` (which has no part in fullname)
 */
export function systemNames(release: string): SystemNames {
  const fullname = dnsLabel(
    release.includes(SYSTEM_CHART) ? release : `${release}-${SYSTEM_CHART}`,
  );
  return {
    fullname,
    instanceConfigMap: `${fullname}-instance`,
    webserver: dnsLabel(`${release}-dagster-webserver`),
    daemon: `${fullname}-daemon`,
  };
}

/** Kubernetes names that the user-code chart makes, with the `fullnameOverride` that `userCodeValues` sets. */
export interface UserCodeNames {
  readonly deployment: string;
  /** Has no prefix: unique in the namespace. Also the host in the workspace. */
  readonly service: string;
}

/** @see chart `dagster-user-deployments` 1.12.19, templates/helpers/_helpers.tpl */
export function userCodeNames(location: string): UserCodeNames {
  return { deployment: `${location}-${location}`, service: location };
}

/** Helm's `trunc 63 | trimSuffix "-"`: one dash at most. */
function dnsLabel(name: string): string {
  return name.slice(0, 63).replace(/-$/, "");
}
