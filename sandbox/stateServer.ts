import { join } from "node:path";

import { S3Store } from "../stacks/s3Store";
import { PROJECT, type Folders } from "./folders";
import { LOOPBACK, poll } from "./network";
import { tail, type Processes } from "./processes";

/** The sandbox's bucket; only its own S3 server knows it. */
export const BUCKET = "dagster-platform";

const URL = `s3://${BUCKET}`;

/** The server takes any key; these stand for the static keys that an S3 without a cloud has. */
const CREDENTIALS = { accessKeyId: "sandbox", secretAccessKey: "sandbox" };

const REGION = "us-east-1";

/** The running S3 server, and how to reach it. */
export interface StateServer {
  readonly endpointUrl: string;
  readonly store: S3Store;
}

/** A store in the sandbox's S3 server, from any command. */
export function sandboxStore(endpointUrl: string): S3Store {
  return new S3Store({ url: URL, endpointUrl, credentials: CREDENTIALS, region: REGION });
}

/** What a process needs to reach the sandbox's S3 server by the standard SDKs. */
export function stateEnvironment(endpointUrl: string): NodeJS.ProcessEnv {
  return {
    AWS_ENDPOINT_URL: endpointUrl,
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
    AWS_DEFAULT_REGION: REGION,
    AWS_REGION: REGION,
  };
}

/**
 * Starts the S3 server with the objects of earlier starts.
 * @param python - of the platform's environment
 */
export async function startStateServer(
  python: string,
  processes: Processes,
  folders: Folders,
  port: number,
): Promise<StateServer> {
  const running = processes.start({
    name: "state-store",
    command: python,
    args: [
      join(PROJECT, "sandbox", "s3.py"),
      ...["--bucket", BUCKET, "--journal", folders.journal, "--port", String(port)],
    ],
  });
  const endpointUrl = `http://${LOOPBACK}:${port}`;
  const store = sandboxStore(endpointUrl);
  const ready = (): Promise<boolean> =>
    store.list("releases/").then(
      () => true,
      () => false,
    );
  if (!(await poll(ready, () => !running.isRunning())))
    throw new Error(`the S3 server ended: ${tail(running.logFile, 3)} (${running.logFile})`);
  return { endpointUrl, store };
}
