import { existsSync, readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";

import { userCodeNames } from "../components/dagster/chart";
import { findRunningSandbox, problemOf } from "../sandbox/runningSandbox";
import { sandboxFolders } from "../sandbox/folders";
import { sandboxStore } from "../sandbox/stateServer";
import { DagsterApi } from "../stacks/dagsterApi";
import type { DoctorPlace } from "../stacks/doctor/place";
import { stackCloud } from "../stacks/list/stackCloud";
import { loadLocations } from "../stacks/locations";
import type { ObjectStore } from "../stacks/objectStore";
import { ServerError } from "../stacks/serverError";
import { SANDBOX_STACK } from "./platformOf";

/**
 * The stack that is meant when nobody names one: the one on a cloud, which CI deploys, else the sandbox.
 * @throws InvalidInputError when more than one is on a cloud
 */
export async function defaultStack(): Promise<string> {
  const stacks = readdirSync(".").flatMap((name) => /^Pulumi\.(.+)\.yaml$/.exec(name)?.[1] ?? []);
  if (stacks.every((stack) => stackCloud("locations.yaml", stack) === "none")) return SANDBOX_STACK;
  // Here and not above: the config brings all of Pulumi, and the sandbox does without.
  return (await import("../stacks/ciStack")).ciStack();
}

/** The platform of a stack; to be closed. It is reached when a check asks it. */
export function doctorPlace(stack: string, listFile: string | undefined): Promise<DoctorPlace> {
  return stack === SANDBOX_STACK ? Promise.resolve(sandbox(listFile)) : onCluster(stack, listFile);
}

function sandbox(given: string | undefined): DoctorPlace {
  const folders = sandboxFolders();
  const running = findRunningSandbox(folders);
  const listFile = given ?? running?.listFile ?? "locations.yaml";
  const reached = <T>(reach: (found: NonNullable<typeof running>) => T): Promise<T> =>
    running === undefined
      ? Promise.reject(new ServerError("no sandbox is running: `npm start` starts it"))
      : Promise.resolve(reach(running));
  const store = (): Promise<ObjectStore> => reached(({ endpointUrl }) => sandboxStore(endpointUrl));
  return {
    ...{ stack: SANDBOX_STACK, listFile, config: undefined, protocol: "s3" },
    list: loadLocations(listFile, SANDBOX_STACK),
    ciFiles: () => [],
    callers: "",
    read: () => undefined,
    ...{ state: store, records: store, deployments: store },
    dagster: () => reached(({ dagsterUrl }) => new DagsterApi(dagsterUrl)),
    problemOf: (release) => problemOf(folders, release),
    deploy: "look at what `npm start` says: it serves each release by itself",
    logs: () => `its logs are in ${folders.logs}`,
    close: () => Promise.resolve(),
  };
}

async function onCluster(name: string, given: string | undefined): Promise<DoctorPlace> {
  // Here and not above: the config brings all of Pulumi, and the sandbox does without.
  const [{ CALLERS, ciFiles }, { ReachableStack }] = await Promise.all([
    import("../stacks/ciFiles"),
    import("../stacks/reachableStack"),
  ]);
  const stack = ReachableStack.read(name);
  const { config, stateUrl } = stack;
  const listFile = given ?? stack.listFile;
  const list = loadLocations(listFile, name, config.cloud);
  return {
    ...{ stack: name, listFile, config, list },
    protocol: stateUrl.startsWith("gs:") ? "gs" : "s3",
    ciFiles: () => ciFiles(config, name, list.locations),
    callers: CALLERS,
    read: readBesideConfig,
    state: async () => (await stack.state()).store,
    records: () => stack.records(),
    deployments: () => stack.deployments(),
    dagster: async () => new DagsterApi(await stack.dagsterUrl()),
    problemOf: () => undefined,
    deploy: `run \`pulumi up -s ${name}\`, or wait until the platform's CI has done so`,
    logs: (location) =>
      `\`kubectl logs -n ${config.namespace} deployment/${userCodeNames(location).deployment}\``,
    close: () => stack.close(),
  };
}

function readBesideConfig(path: string): string | undefined {
  const file = resolve(path);
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}
