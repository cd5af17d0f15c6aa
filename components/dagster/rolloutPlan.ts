import { systemNames, userCodeNames, WEBSERVER_PORT } from "./chart";
import type { SerializedDefsStateInfo } from "./defsStateEnvironment";
import type { ImageValues } from "./image";
import type { UserCodeValues } from "./userCodeValues";

/** A Deployment that has to be rolled out. */
export interface WantedDeployment {
  readonly deployment: string;
  readonly image?: string;
  /** Of the pod template. */
  readonly annotations?: Readonly<Record<string, string>>;
}

/** What the script of a rollout waits for; `rollout/main.py` explains each key. */
export interface RolloutPlan {
  readonly namespace: string;
  readonly workspaceHash: string;
  readonly timeoutSeconds: number;
  readonly webserver: WantedDeployment & { readonly port: number };
  readonly daemon: WantedDeployment;
  readonly locations: readonly (WantedDeployment & {
    readonly name: string;
    /** Version of defs state by key. */
    readonly states: Readonly<Record<string, string>>;
  })[];
  /** Hash of all values: what changes nothing above, such as memory, is waited for too. */
  readonly valuesHash: string;
}

/** All that decides what an update waits for. */
export interface RolloutPlanInput {
  readonly namespace: string;
  /** Helm release of the system. */
  readonly systemRelease: string;
  readonly workspaceHash: string;
  /** How long the update may wait, in seconds, from 1. */
  readonly timeoutSeconds: number;
  /** Hash of the values of system and locations. */
  readonly valuesHash: string;
  readonly locations: readonly {
    readonly name: string;
    readonly values: UserCodeValues;
    /** `null`: nothing is pinned. */
    readonly defsState: SerializedDefsStateInfo | null;
  }[];
}

/** What an update waits for in the end. */
export function rolloutPlan(input: RolloutPlanInput): RolloutPlan {
  const { namespace, workspaceHash, timeoutSeconds, valuesHash } = input;
  const { webserver, daemon } = systemNames(input.systemRelease);
  return {
    ...{ namespace, workspaceHash, timeoutSeconds, valuesHash },
    webserver: { deployment: webserver, port: WEBSERVER_PORT },
    daemon: { deployment: daemon },
    locations: input.locations.map(({ name, values, defsState }) => ({
      name,
      deployment: userCodeNames(name).deployment,
      image: reference(values.deployments[0].image),
      annotations: values.deployments[0].annotations,
      states: versions(defsState),
    })),
  };
}

/** The image as the chart renders it: the digest wins. */
function reference(image: ImageValues): string {
  return "digest" in image
    ? `${image.repository}@${image.digest}`
    : `${image.repository}:${image.tag}`;
}

function versions(state: SerializedDefsStateInfo | null): Readonly<Record<string, string>> {
  const entries = Object.entries(state?.info_mapping ?? {}).flatMap(([key, info]) =>
    info === null ? [] : [[key, info.version] as const],
  );
  return Object.fromEntries(entries);
}
