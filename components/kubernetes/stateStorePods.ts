import { RESTRICTED_CONTAINER, restrictedPod } from "../dagster/podSecurity";
import { resourceRequirements } from "../dagster/resources";

/** Of Service and StatefulSet, and so the host name. */
export const STATE_STORE = "state-store";

/** Where S3 is spoken. */
export const S3_PORT = 7070;
/** Accounts are managed there; on the pod's loopback only. */
const ADMIN_PORT = 7071;

/** Where S3 is spoken, within the cluster; keys go into the path. */
export function stateStoreUrl(namespace: string): string {
  return `http://${STATE_STORE}.${namespace}.svc:${S3_PORT}`;
}

/** Of the second bucket's name. */
export const LOGS_SUFFIX = "-logs";

/**
 * Bucket of the compute logs, beside the one of the state: they are written again and again while
 * a run goes on, and this server has no life-cycle rules that would end old versions.
 */
export function stateStoreLogsBucket(bucket: string): string {
  return `${bucket}${LOGS_SUFFIX}`;
}

/** Name of the volume claim; Kubernetes makes `<volume>-<pod>` of it. */
export const STATE_STORE_VOLUME = "data";

/** Secret with the root account's key: of CI, and of the server itself. */
export const PLATFORM_SECRET = `${STATE_STORE}-platform`;
/** Secret with the key of the locations, in the namespace of the clients. */
export const LOCATIONS_SECRET = `${STATE_STORE}-locations`;
/** Secret with the server's file of accounts. */
export const ACCOUNTS_SECRET = `${STATE_STORE}-accounts`;

/** Key of the Secret with the accounts. @see versitygw 1.8.0, auth/iam_internal.go, `iamFile` */
export const ACCOUNTS_FILE = "users.json";
/** Keys of the other Secrets: the variables that every S3 client reads. */
export const KEY_ID_ENV = "AWS_ACCESS_KEY_ID";
export const SECRET_KEY_ENV = "AWS_SECRET_ACCESS_KEY";

const BUCKETS_PATH = "/data/buckets";
/** Old versions; on the same volume, so that neither is lost without the other. */
const VERSIONS_PATH = "/data/versions";
const ACCOUNTS_PATH = "/etc/state-store";
const HEALTH_PATH = "/health";

/** 35 MiB after the start, 160 MiB with 64 uploads of 30 MB at a time (measured on 1.8.0). */
const SERVER_RESOURCES = { cpu: "50m", memoryMiB: 256 };
const SETUP_RESOURCES = { cpu: "50m", memoryMiB: 128 };

/**
 * `spec` of the server's pod.
 * @param image - its entrypoint gives the arguments to `versitygw`
 */
export function stateStorePod(image: string) {
  const data = { name: STATE_STORE_VOLUME, mountPath: "/data" };
  const accounts = { name: "accounts", mountPath: ACCOUNTS_PATH, readOnly: true };
  const common = {
    image,
    imagePullPolicy: "IfNotPresent",
    resources: resourceRequirements(SERVER_RESOURCES),
    securityContext: sealedContainer(),
  };
  const folders = ["mkdir", "-p", BUCKETS_PATH, VERSIONS_PATH];
  return {
    ...sealedPod(),
    initContainers: [{ ...common, name: "folders", command: folders, volumeMounts: [data] }],
    containers: [
      {
        ...common,
        name: "server",
        args: serverArguments(),
        env: [
          secretVariable("ROOT_ACCESS_KEY_ID", KEY_ID_ENV),
          secretVariable("ROOT_SECRET_ACCESS_KEY", SECRET_KEY_ENV),
        ],
        ports: [{ name: "s3", containerPort: S3_PORT }],
        readinessProbe: probe(5, 3),
        livenessProbe: probe(20, 6),
        volumeMounts: [data, accounts],
      },
    ],
    volumes: [{ name: "accounts", secret: { secretName: ACCOUNTS_SECRET, defaultMode: 0o440 } }],
  };
}

/** All that decides the pod of the setup. */
export interface StateStoreSetupInput {
  /** Has Python and boto3. */
  readonly image: string;
  /** Of the state; the name of the other one follows from it. */
  readonly bucket: string;
  /** Policy of the state's bucket, JSON. */
  readonly policy: string;
  /** Policy of the compute logs' bucket, JSON. */
  readonly logsPolicy: string;
}

/** All of it can be done again. */
const SETUP = `
import os
import boto3

s3 = boto3.client("s3")
state, logs = os.environ["BUCKET"], os.environ["LOGS_BUCKET"]
for bucket in (state, logs):
    try:
        s3.create_bucket(Bucket=bucket)
    except s3.exceptions.BucketAlreadyOwnedByYou:
        pass
s3.put_bucket_versioning(Bucket=state, VersioningConfiguration={"Status": "Enabled"})
s3.put_bucket_policy(Bucket=state, Policy=os.environ["POLICY"])
s3.put_bucket_policy(Bucket=logs, Policy=os.environ["LOGS_POLICY"])
`.trimStart();

/** `spec` of the pod that makes the buckets, sets their policies and versions the state's. */
export function stateStoreSetupPod(input: StateStoreSetupInput) {
  const { image, bucket, policy, logsPolicy } = input;
  return {
    ...sealedPod(),
    restartPolicy: "Never",
    containers: [
      {
        name: "setup",
        image,
        imagePullPolicy: "IfNotPresent",
        command: ["python3", "-c", SETUP],
        env: [
          { name: "AWS_ENDPOINT_URL", value: `http://${STATE_STORE}:${S3_PORT}` },
          { name: "AWS_DEFAULT_REGION", value: "us-east-1" },
          { name: "BUCKET", value: bucket },
          { name: "POLICY", value: policy },
          { name: "LOGS_BUCKET", value: stateStoreLogsBucket(bucket) },
          { name: "LOGS_POLICY", value: logsPolicy },
          secretVariable(KEY_ID_ENV, KEY_ID_ENV),
          secretVariable(SECRET_KEY_ENV, SECRET_KEY_ENV),
        ],
        resources: resourceRequirements(SETUP_RESOURCES),
        securityContext: sealedContainer(),
      },
    ],
  };
}

/** Options of the server stand before the backend, options of the backend behind it. */
function serverArguments() {
  return [
    ...["--port", `:${S3_PORT}`, "--admin-port", `127.0.0.1:${ADMIN_PORT}`],
    ...["--iam-dir", ACCOUNTS_PATH, "--health", HEALTH_PATH, "--keep-alive", "--quiet"],
    ...["posix", "--versioning-dir", VERSIONS_PATH, BUCKETS_PATH],
  ];
}

function sealedPod() {
  return {
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: { ...restrictedPod(), fsGroupChangePolicy: "OnRootMismatch" },
  };
}

/** Neither program writes anywhere but to the volume. */
function sealedContainer() {
  return { ...RESTRICTED_CONTAINER, readOnlyRootFilesystem: true };
}

function secretVariable(name: string, key: string) {
  return { name, valueFrom: { secretKeyRef: { name: PLATFORM_SECRET, key } } };
}

function probe(periodSeconds: number, failureThreshold: number) {
  const httpGet = { path: HEALTH_PATH, port: S3_PORT };
  return { httpGet, periodSeconds, timeoutSeconds: 5, failureThreshold };
}
