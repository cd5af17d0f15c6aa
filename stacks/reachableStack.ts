import { join, resolve } from "node:path";

import { systemNames, WEBSERVER_PORT } from "../components/dagster/chart";
import { DEPLOYMENTS_PREFIX } from "../components/identities/stateRights";
import { ROLE_LABEL, ROLLOUT_ROLE } from "../components/kubernetes/podLabels";
import { PLATFORM_SECRET, S3_PORT, STATE_STORE } from "../components/kubernetes/stateStorePods";
import type { PlatformConfig } from "./config";
import { FolderStore, releasesFolder } from "./folderStore";
import { GcsStore } from "./gcsStore";
import type { HelmSecret } from "./deploy/interruptedUpdate";
import { InvalidInputError } from "./invalidInputError";
import { Kubectl, type PortForward } from "./kubectl";
import type { ObjectStore } from "./objectStore";
import { dataNamespace, stateBucketName, SYSTEM_RELEASE } from "./platformNames";
import { S3Store, type S3StoreArgs } from "./s3Store";
import { readStackConfig } from "./stackConfig";

/** The state store of a stack, from this machine. */
export interface ReachableState {
  readonly store: ObjectStore;
  /** What a child process needs to reach it by the standard SDKs; undefined: not to be inherited. */
  readonly environment: NodeJS.ProcessEnv;
}

/** An S3 that is not AWS wants any region. */
const ANY_REGION = "us-east-1";

/**
 * A stack that runs on a cluster, as a laptop reaches it: config from its files, the rest through kubectl. Pulumi is not
 * asked, and nothing is reached before it is needed.
 */
export class ReachableStack {
  private readonly kubectl: Kubectl;
  private readonly forwards: Promise<PortForward>[] = [];
  private reached: Promise<ReachableState> | undefined;

  private constructor(
    public readonly stack: string,
    public readonly config: PlatformConfig,
    private readonly folder: string,
  ) {
    this.kubectl = new Kubectl(config.kubeContext);
  }

  /**
   * Reads the stack's files and asks nobody.
   * @param folder - of Pulumi.yaml
   * @throws InvalidInputError
   */
  public static read(stack: string, folder = process.cwd()): ReachableStack {
    return ReachableStack.of(stack, readStackConfig(stack, folder), folder);
  }

  /** A stack whose config is known. */
  public static of(stack: string, config: PlatformConfig, folder = process.cwd()): ReachableStack {
    return new ReachableStack(stack, config, folder);
  }

  /** The list, relative to the working directory where it is below. */
  public get listFile(): string {
    return this.folder === process.cwd()
      ? this.config.locationsFile
      : resolve(this.folder, this.config.locationsFile);
  }

  /** Of the state store, `s3://bucket` or `gs://bucket`. */
  public get stateUrl(): string {
    const { cloud, stateEndpointUrl } = this.config;
    const protocol = cloud === "gcp" && stateEndpointUrl === undefined ? "gs" : "s3";
    return `${protocol}://${stateBucketName(this.config, this.stack)}`;
  }

  /** The folder of the release records, `<location>.json`; undefined: they are in the state store. */
  public get recordsFolder(): string | undefined {
    const folder = this.config.releasesFolder;
    return folder === undefined ? undefined : resolve(this.folder, folder);
  }

  /** The context that is used. */
  public context(): Promise<string> {
    return this.kubectl.currentContext();
  }

  /** Of the webserver, on this machine. */
  public dagsterUrl(): Promise<string> {
    const service = systemNames(SYSTEM_RELEASE).webserver;
    return this.forward(this.config.namespace, service, WEBSERVER_PORT);
  }

  /** Where the stack's release records are. */
  public async records(): Promise<ObjectStore> {
    const { recordsFolder } = this;
    return recordsFolder === undefined ? (await this.state()).store : releasesFolder(recordsFolder);
  }

  /** Where stands what was deployed: beside the release records. */
  public async deployments(): Promise<ObjectStore> {
    const { recordsFolder } = this;
    if (recordsFolder === undefined) return (await this.state()).store;
    return new FolderStore({
      folder: join(recordsFolder, ".deployments"),
      prefix: DEPLOYMENTS_PREFIX,
    });
  }

  /** Whether the cluster has a Helm release besides the system's. */
  public async hasLocations(): Promise<boolean> {
    return (await this.helmSecrets()).some(({ release }) => release !== SYSTEM_RELEASE);
  }

  /** The Secrets in which Helm keeps the revisions of its releases. */
  public helmSecrets(): Promise<readonly HelmSecret[]> {
    return this.kubectl.helmSecrets(this.config.namespace);
  }

  public deleteHelmSecrets(names: readonly string[]): Promise<void> {
    return this.kubectl.deleteSecrets(this.config.namespace, names);
  }

  /** Names of the Jobs with which updates have ended. */
  public rolloutJobs(): Promise<readonly string[]> {
    return this.kubectl.jobs(this.config.namespace, `${ROLE_LABEL}=${ROLLOUT_ROLE}`);
  }

  public rolloutLog(job: string): Promise<string> {
    return this.kubectl.jobLog(this.config.namespace, job);
  }

  /** The state store; reached once. */
  public state(): Promise<ReachableState> {
    this.reached ??= this.reachState();
    return this.reached;
  }

  /** Ends everything that was opened; what is asked for then is reached anew. */
  public async close(): Promise<void> {
    this.reached = undefined;
    for (const opened of await Promise.allSettled(this.forwards.splice(0)))
      if (opened.status === "fulfilled") await opened.value.close();
  }

  private async reachState(): Promise<ReachableState> {
    const { cloud, region = ANY_REGION, namespace, stateEndpointUrl, stateSecret } = this.config;
    if (stateEndpointUrl !== undefined && stateSecret !== undefined)
      return this.withKeys(stateEndpointUrl, namespace, stateSecret);
    // Google's default credentials are files and servers that a child process finds, too.
    if (cloud === "gcp") return { store: new GcsStore({ url: this.stateUrl }), environment: {} };
    if (cloud === "aws") {
      const environment = { AWS_REGION: region, AWS_DEFAULT_REGION: region };
      return { store: new S3Store({ url: this.stateUrl, region }), environment };
    }
    const data = dataNamespace(namespace);
    const endpointUrl = this.forward(data, STATE_STORE, S3_PORT);
    return this.withKeys(await endpointUrl, data, PLATFORM_SECRET);
  }

  private async withKeys(
    endpointUrl: string,
    namespace: string,
    secret: string,
  ): Promise<ReachableState> {
    const credentials = credentialsIn(await this.kubectl.readSecret(namespace, secret), secret);
    const args = { url: this.stateUrl, endpointUrl, credentials, region: ANY_REGION };
    return { store: new S3Store(args), environment: keyEnvironment(endpointUrl, credentials) };
  }

  private async forward(namespace: string, service: string, port: number): Promise<string> {
    const forward = this.kubectl.portForward(namespace, `svc/${service}`, port);
    this.forwards.push(forward);
    return (await forward).url;
  }
}

type Credentials = NonNullable<S3StoreArgs["credentials"]>;

function credentialsIn(values: Readonly<Record<string, string>>, secret: string): Credentials {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = values;
  if (accessKeyId !== undefined && secretAccessKey !== undefined)
    return { accessKeyId, secretAccessKey };
  throw new InvalidInputError(
    `Secret ${secret}: needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, has ${Object.keys(values).sort().join(", ") || "nothing"}`,
  );
}

/** The user's own AWS account must not get in between. */
function keyEnvironment(endpointUrl: string, credentials: Credentials): NodeJS.ProcessEnv {
  return {
    AWS_ENDPOINT_URL: endpointUrl,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_DEFAULT_REGION: ANY_REGION,
    AWS_REGION: ANY_REGION,
    AWS_PROFILE: undefined,
    AWS_SESSION_TOKEN: undefined,
    AWS_ENDPOINT_URL_S3: undefined,
  };
}
