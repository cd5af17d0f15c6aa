import { resolve } from "node:path";

import type { Command } from "commander";

import { findRunningSandbox, problemOf, type RunningSandbox } from "../sandbox/runningSandbox";
import { sandboxFolders } from "../sandbox/folders";
import { sandboxStore } from "../sandbox/stateServer";
import { DagsterApi } from "../stacks/dagsterApi";
import type { ReleaseRecord } from "../stacks/releaseRecord";
import type { ObjectStore } from "../stacks/objectStore";
import { GcsStore } from "../stacks/gcsStore";
import { S3Store } from "../stacks/s3Store";
import { InvalidInputError } from "../stacks/invalidInputError";

/** The stack that is the sandbox on this machine; every other one is a cluster. */
export const SANDBOX_STACK = "sandbox";

/** A running platform, as the commands reach it. */
export interface Platform {
  /** The webserver's API; of a stack, it is reached when this is called. */
  readonly api: () => Promise<DagsterApi>;
  /** Where its release records are. */
  readonly store: ObjectStore;
  readonly listFile: string;
  readonly stack: string;
  /** Of the locations' jobs, as far as they run here. */
  readonly problems: RunningSandbox["problems"];
  /** Why a release is not served, when that is known before the time is over. */
  readonly problemOf: (release: ReleaseRecord) => string | undefined;
  /** The command that deploys a new record; undefined: the platform does it by itself. */
  readonly deployedBy: string | undefined;
  /** Ends what was opened to reach it. */
  close(): Promise<void>;
}

/** What the flags of {@link addPlatformOptions} give. */
export interface PlatformOptions {
  readonly folder?: string;
  readonly dagster?: string;
  readonly stateStore?: string;
  readonly endpointUrl?: string;
  readonly locations?: string;
  readonly stack?: string;
}

/** A user's mistake in the flags, or a platform that is not there; one line. */
export class NoPlatformError extends InvalidInputError {}

/** The flags that say which platform is meant; without any: the sandbox on this machine. */
export function addPlatformOptions(command: Command): Command {
  return command
    .option("--stack <name>", "stack on a cluster, as Pulumi.<name>.yaml says (default: sandbox)")
    .option("--folder <folder>", "of a sandbox that was started with --folder")
    .option("--dagster <url>", "webserver of a cluster that kubectl does not reach")
    .option("--state-store <url>", "state store of that cluster, s3://bucket or gs://bucket")
    .option("--endpoint-url <url>", "of an S3 that is not AWS")
    .option("--locations <file>", "the list (default: the stack's, or the sandbox's)");
}

/** Does something with the platform that the flags name, and ends what was opened for it. */
export async function withPlatform(
  options: PlatformOptions,
  action: (platform: Platform) => Promise<void>,
): Promise<void> {
  const platform = await platformOf(options);
  try {
    await action(platform);
  } finally {
    await platform.close();
  }
}

/**
 * The platform that the flags name; to be closed.
 * @throws NoPlatformError, KubectlError
 */
export async function platformOf(options: PlatformOptions): Promise<Platform> {
  if (options.dagster !== undefined || options.stateStore !== undefined) return byAddress(options);
  if (options.stack === undefined || options.stack === SANDBOX_STACK) return sandbox(options);
  if (options.folder !== undefined)
    throw new NoPlatformError(
      `--folder is of a sandbox, --stack ${options.stack} is a cluster: give one of them`,
    );
  return onCluster(options.stack, options.locations);
}

function sandbox(options: PlatformOptions): Platform {
  const folder = options.folder === undefined ? undefined : resolve(options.folder);
  const folders = sandboxFolders(folder);
  const running = findRunningSandbox(folders);
  if (running === undefined)
    throw new NoPlatformError(
      "no sandbox is running: start it with `npm start`, or name a stack on a cluster with --stack",
    );
  return {
    api: () => Promise.resolve(new DagsterApi(running.dagsterUrl)),
    store: sandboxStore(running.endpointUrl),
    listFile: options.locations ?? running.listFile,
    stack: SANDBOX_STACK,
    problems: running.problems,
    problemOf: (release) => problemOf(folders, release),
    deployedBy: undefined,
    close: nothingToClose,
  };
}

async function onCluster(name: string, listFile: string | undefined): Promise<Platform> {
  // Here and not above: the config brings all of Pulumi, and the sandbox does without.
  const { ReachableStack } = await import("../stacks/reachableStack");
  const stack = ReachableStack.read(name);
  try {
    return {
      api: async () => new DagsterApi(await stack.dagsterUrl()),
      store: await stack.records(),
      listFile: listFile ?? stack.listFile,
      stack: name,
      problems: {},
      problemOf: () => undefined,
      deployedBy: `pulumi up -s ${name}`,
      close: () => stack.close(),
    };
  } catch (error) {
    await stack.close();
    throw error;
  }
}

function byAddress(options: PlatformOptions): Platform {
  const { dagster, stateStore, endpointUrl } = options;
  if (dagster === undefined || stateStore === undefined)
    throw new NoPlatformError("a cluster needs both --dagster <url> and --state-store <url>");
  return {
    api: () => Promise.resolve(new DagsterApi(dagster.replace(/\/$/, ""))),
    store: storeAt(stateStore, endpointUrl),
    listFile: options.locations ?? "locations.yaml",
    stack: options.stack ?? "dev",
    problems: {},
    problemOf: () => undefined,
    deployedBy: undefined,
    close: nothingToClose,
  };
}

function storeAt(given: string, endpointUrl: string | undefined): ObjectStore {
  const [, url] = /^((?:s3|gs):\/\/[^/]+)\/?$/.exec(given) ?? [];
  if (url === undefined)
    throw new NoPlatformError(`--state-store must be s3://bucket or gs://bucket, got ${given}`);
  if (url.startsWith("s3:"))
    return new S3Store({ url, ...(endpointUrl === undefined ? {} : { endpointUrl }) });
  if (endpointUrl === undefined) return new GcsStore({ url });
  throw new NoPlatformError(`--endpoint-url is of an S3, --state-store is ${url}: remove one`);
}

function nothingToClose(): Promise<void> {
  return Promise.resolve();
}
