import { POSTGRES_PASSWORD_KEY } from "../dagster/chart";
import { RESTRICTED_CONTAINER, restrictedPod } from "../dagster/podSecurity";
import { type ResourceRequirements, resourceRequirements } from "../dagster/resources";

export const POSTGRES_PORT = 5432;

/** Of the Service and the StatefulSet. */
export const POSTGRES = "postgres";

/** Secret in the namespace of the clients, with the key `postgresql-password`. */
export const POSTGRES_CLIENT_SECRET = "dagster-postgresql";

/** Host name within the cluster. */
export function postgresHost(namespace: string): string {
  return `${POSTGRES}.${namespace}.svc`;
}

/** Name of the volume claim; Kubernetes makes `<volume>-<pod>` of it. */
export const POSTGRES_VOLUME = "data";

/** `postgres` in the official image on Debian (70 on Alpine). */
const USER_ID = 999;

const VOLUME_PATH = "/var/lib/postgresql/data";

/** How long a start may take, in seconds: after a crash the log is replayed first. */
const START_SECONDS = 600;

/**
 * Sets the role's password to the one of the Secret, and makes the database when it is missing:
 * the image does both for an empty volume only. It waits for TCP, because the server that the
 * image runs while it initializes has just the socket. The socket trusts whoever is in the
 * container. The password stays in the environment, out of the process list and out of the
 * server's log (a failing statement would be logged).
 */
const ADAPT_DATABASE = `
# Kubernetes keeps no output of a hook: into the pod's log.
if [ -w /proc/1/fd/2 ]; then exec 2>/proc/1/fd/2; fi
tries=0
until pg_isready --quiet --host=127.0.0.1 --username="$POSTGRES_USER" --dbname=postgres; do
  tries=$((tries + 1))
  if [ "$tries" -ge ${START_SECONDS} ]; then echo "no server after $tries s" >&2; exit 1; fi
  sleep 1
done
export PGOPTIONS="-c log_statement=none -c log_min_error_statement=panic -c log_min_duration_statement=-1"
exec psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --username="$POSTGRES_USER" --dbname=postgres <<'SQL'
\\getenv role POSTGRES_USER
\\getenv password POSTGRES_PASSWORD
\\getenv database POSTGRES_DB
ALTER ROLE :"role" PASSWORD :'password';
SELECT format('CREATE DATABASE %I', :'database')
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database') \\gexec
SQL
`.trimStart();

/** All that decides the pod of Postgres. */
export interface PostgresPodInput {
  readonly image: string;
  readonly database: string;
  readonly user: string;
  readonly maxConnections: number;
  /** Secret with the password. */
  readonly secretName: string;
}

/**
 * `spec` of Postgres' pod. The image stops the server with SIGINT (its STOPSIGNAL), which ends the
 * connections; SIGTERM would wait for them.
 */
export function postgresPod(input: PostgresPodInput) {
  return {
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    // A checkpoint is written before the end.
    terminationGracePeriodSeconds: 120,
    securityContext: { ...restrictedPod(USER_ID), fsGroupChangePolicy: "OnRootMismatch" },
    containers: [postgresContainer(input)],
    // A container's own 64 MiB are too little for parallel queries.
    volumes: [{ name: "shm", emptyDir: { medium: "Memory", sizeLimit: "256Mi" } }],
  };
}

/**
 * Memory and processor of Postgres: 256 MiB and 2 MiB for each connection; 0.1 and 0.0005 cores.
 * Dagster's connections last for a statement or are idle, and most are never open at once.
 */
export function postgresResources(maxConnections: number): ResourceRequirements {
  const cpu = `${100 + Math.ceil(maxConnections / 2)}m`;
  return resourceRequirements({ cpu, memoryMiB: memoryMiB(maxConnections) });
}

function memoryMiB(maxConnections: number): number {
  return 256 + 2 * maxConnections;
}

function postgresContainer(input: PostgresPodInput) {
  const { maxConnections, secretName } = input;
  // A quarter of the memory, as the documentation advises.
  const sharedBuffers = `shared_buffers=${Math.floor(memoryMiB(maxConnections) / 4)}MB`;
  const passwordRef = { name: secretName, key: POSTGRES_PASSWORD_KEY };
  return {
    name: "postgres",
    image: input.image,
    imagePullPolicy: "IfNotPresent",
    args: ["postgres", "-c", `max_connections=${maxConnections}`, "-c", sharedBuffers],
    env: [
      // A volume's own folder has a lost+found, and initdb wants an empty one.
      { name: "PGDATA", value: `${VOLUME_PATH}/pgdata` },
      { name: "POSTGRES_DB", value: input.database },
      { name: "POSTGRES_USER", value: input.user },
      { name: "POSTGRES_PASSWORD", valueFrom: { secretKeyRef: passwordRef } },
    ],
    ports: [{ name: "postgres", containerPort: POSTGRES_PORT }],
    lifecycle: { postStart: { exec: { command: ["/bin/sh", "-c", ADAPT_DATABASE] } } },
    ...postgresProbes(input),
    resources: postgresResources(maxConnections),
    securityContext: RESTRICTED_CONTAINER,
    volumeMounts: [
      { name: POSTGRES_VOLUME, mountPath: VOLUME_PATH },
      { name: "shm", mountPath: "/dev/shm" },
    ],
  };
}

/** They begin when the hook is done, so the Service has no endpoint with an old password. */
function postgresProbes({ database, user }: PostgresPodInput) {
  const command = ["pg_isready", "--host=127.0.0.1", `--username=${user}`, `--dbname=${database}`];
  const probe = (periodSeconds: number, failureThreshold: number) => {
    return { exec: { command }, periodSeconds, timeoutSeconds: 5, failureThreshold };
  };
  return { readinessProbe: probe(5, 3), livenessProbe: probe(20, 6) };
}
