import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { stringify } from "yaml";

import { codeServerArguments } from "../components/dagster/codeServer";
import { defsStateEnvironment } from "../components/dagster/defsStateEnvironment";
import { instanceConfig } from "../components/dagster/instanceConfig";
import type { ImageCheck } from "../stacks/imageBuilder";
import type { Location } from "../stacks/list/locationSchema";

/** Where `DAGSTER_HOME`, pin and state are in the container. */
const MOUNT = "/dagster-check";

const PIN = "pin.json";

/** The folder that stands for the state store's bucket. */
export const STATE = "state";

/**
 * The code server's own command: it ends with 1 when the code does not load, and with 0 when nobody has called for a
 * second (tried on 1.13.27). `dagster definitions validate` does not take `--autoload-defs-module-name`.
 */
const LOAD_AND_END = [
  ...["api", "grpc", "--socket", "/tmp/check.sock"],
  ...["--heartbeat", "--heartbeat-timeout", "1"],
];

/**
 * Makes a folder from which a container without network loads the location with its pinned state: the cluster's
 * documents, and a copy of the state below {@link STATE}.
 * @param pin - text of the pin file
 */
export function prepareImageCheck(location: Location, folder: string, pin: string): ImageCheck {
  mkdirSync(join(folder, STATE), { recursive: true });
  const config = instanceConfig({
    storage: { kind: "sqlite", directory: "/tmp/dagster-storage" },
    defsState: { targetProtocol: "file" },
    computeLogs: { kind: "local", directory: "/tmp/compute-logs" },
    runLauncher: { kind: "default" },
  });
  writeFileSync(join(folder, "dagster.yaml"), stringify(config));
  writeFileSync(join(folder, PIN), pin);
  const state = {
    bucket: `${MOUNT}/${STATE}`,
    location: location.name,
    pinPath: `${MOUNT}/${PIN}`,
  };
  return {
    command: [...LOAD_AND_END, ...codeServerArguments(location)],
    environment: { ...location.env, DAGSTER_HOME: MOUNT, ...defsStateEnvironment(state) },
    folder,
    mountPath: MOUNT,
  };
}
