import { resolve } from "node:path";

import type { Command } from "commander";

import { findRunningSandbox, problemOf, type RunningSandbox } from "../sandbox/runningSandbox";
import { sandboxFolders } from "../sandbox/folders";
import { sandboxStore } from "../sandbox/stateServer";
import { DagsterApi } from "../stacks/dagsterApi";
import type { ReleaseRecord } from "../stacks/releaseRecord";
import type { ObjectStore } from "../stacks/objectStore";
import { S3Store } from "../stacks/s3Store";
import { InvalidInputError } from "../stacks/invalidInputError";

/** A running platform, as the commands reach it. */
export interface Platform {
  readonly api: DagsterApi;
  readonly store: ObjectStore;
  readonly listFile: string;
  readonly stack: string;
  /** Of the locations' jobs, as far as they run here. */
  readonly problems: RunningSandbox["problems"];
  /** Why a release is not served, when that is known before the time is over. */
  readonly problemOf: (release: ReleaseRecord) => string | undefined;
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
    .option("--folder <folder>", "of a sandbox that was started with --folder")
    .option("--dagster <url>", "webserver of a cluster, e.g. through kubectl port-forward")
    .option("--state-store <url>", "state store of that cluster, s3://bucket")
    .option("--endpoint-url <url>", "of an S3 that is not AWS")
    .option("--locations <file>", "the list (default: the sandbox's, or locations.yaml)")
    .option("--stack <name>", "for which entries and overrides of the list (default: sandbox)");
}

/**
 * The platform that the flags name.
 * @throws NoPlatformError
 */
export function platformOf(options: PlatformOptions): Platform {
  if (options.dagster !== undefined || options.stateStore !== undefined) return clusterOf(options);
  const folder = options.folder === undefined ? undefined : resolve(options.folder);
  const folders = sandboxFolders(folder);
  const running = findRunningSandbox(folders);
  if (running === undefined)
    throw new NoPlatformError(
      "no sandbox is running: start it with `npm start`, or name a cluster with --dagster and --state-store",
    );
  return {
    api: new DagsterApi(running.dagsterUrl),
    store: sandboxStore(running.endpointUrl),
    listFile: options.locations ?? running.listFile,
    stack: options.stack ?? "sandbox",
    problems: running.problems,
    problemOf: (release) => problemOf(folders, release),
  };
}

function clusterOf(options: PlatformOptions): Platform {
  const { dagster, stateStore, endpointUrl } = options;
  if (dagster === undefined || stateStore === undefined)
    throw new NoPlatformError("a cluster needs both --dagster <url> and --state-store <url>");
  if (!stateStore.startsWith("s3://"))
    throw new NoPlatformError(`--state-store must be s3://bucket, got ${stateStore}`);
  return {
    api: new DagsterApi(dagster.replace(/\/$/, "")),
    store: new S3Store({ url: stateStore, ...(endpointUrl === undefined ? {} : { endpointUrl }) }),
    listFile: options.locations ?? "locations.yaml",
    stack: options.stack ?? "dev",
    problems: {},
    problemOf: () => undefined,
  };
}
