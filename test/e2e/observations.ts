import { gunzipSync } from "node:zlib";

import type { DagsterApi } from "../../stacks/dagsterApi";
import { findRun } from "../../stacks/dagsterRuns";
import { DATA_NAMESPACE, type E2eStack, NAMESPACE } from "./e2eStack";

interface Pod {
  metadata: {
    name: string;
    uid: string;
    labels: Record<string, string>;
    deletionTimestamp?: string;
  };
  spec: {
    serviceAccountName: string;
    priorityClassName?: string;
    enableServiceLinks?: boolean;
    containers: { image: string; envFrom?: { secretRef?: { name: string } }[] }[];
  };
  status: { containerStatuses?: { restartCount: number; ready: boolean }[] };
}

/** A pod, as far as it tells whether it was replaced or restarted. */
export interface PodState {
  readonly uid: string;
  readonly restarts: number;
}

/** Webserver and daemon by component. */
export async function systemPods(stack: E2eStack): Promise<ReadonlyMap<string, PodState>> {
  const selector = "component in (dagster-webserver,dagster-daemon)";
  const pods = await stack.objects<Pod>("pods", "-l", selector);
  return new Map(pods.map((pod) => [pod.metadata.labels["component"] ?? "", stateOf(pod)]));
}

/** The pods of a location's code server that are not ending. */
export async function podsOf(stack: E2eStack, location: string): Promise<readonly PodState[]> {
  return (await codeServers(stack))
    .filter(({ metadata }) => metadata.labels["deployment"] === location)
    .map(stateOf);
}

/** By location, its code server's pod that is ready. */
export async function codePods(stack: E2eStack): Promise<ReadonlyMap<string, PodState>> {
  const ready = (await codeServers(stack)).filter(
    ({ status }) => status.containerStatuses?.every((container) => container.ready) ?? false,
  );
  return new Map(ready.map((pod) => [pod.metadata.labels["deployment"] ?? "", stateOf(pod)]));
}

async function codeServers(stack: E2eStack): Promise<readonly Pod[]> {
  const pods = await stack.objects<Pod>("pods", "-l", "component=user-deployments");
  return pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
}

function stateOf({ metadata, status }: Pod): PodState {
  const restarts = (status.containerStatuses ?? []).map(({ restartCount }) => restartCount);
  return { uid: metadata.uid, restarts: Math.max(0, ...restarts) };
}

/** What can be left of a location. */
const KINDS = [
  ...["deployments", "replicasets", "pods", "services", "endpointslices", "configmaps"],
  ...["secrets", "serviceaccounts", "roles", "rolebindings"],
];

/** `kind/name` of all that a location has in the namespace, but the pods of its runs. */
export async function everythingOf(stack: E2eStack, location: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const kind of KINDS)
    for (const { metadata } of await stack.objects<Pod>(kind))
      if (new RegExp(`(^|[-.])${location}([-.]|$)`).test(metadata.name))
        found.push(`${kind}/${metadata.name}`);
  return found;
}

/** What Kubernetes was told of a run. */
export interface RunPod {
  readonly image: string;
  readonly account: string;
  readonly secrets: readonly string[];
  readonly priorityClass: string | undefined;
  readonly serviceLinks: boolean | undefined;
  readonly ttlSeconds: number;
}

/** The Job of a run. */
export async function runPod(stack: E2eStack, run: string): Promise<RunPod> {
  const job = JSON.parse(
    await stack.kubectl("get", "job", `dagster-run-${run}`, "-n", NAMESPACE, "-o", "json"),
  ) as { spec: { ttlSecondsAfterFinished: number; template: Pick<Pod, "spec"> } };
  const { spec } = job.spec.template;
  const [container] = spec.containers;
  return {
    image: container?.image ?? "",
    account: spec.serviceAccountName,
    secrets: (container?.envFrom ?? []).flatMap(({ secretRef }) => secretRef?.name ?? []),
    priorityClass: spec.priorityClassName,
    serviceLinks: spec.enableServiceLinks,
    ttlSeconds: job.spec.ttlSecondsAfterFinished,
  };
}

/** Ids of all runs that the platform remembers, sorted. */
export async function runIds(stack: E2eStack): Promise<readonly string[]> {
  const data = await (
    await stack.api()
  ).ask<{ runsOrError: { results: { runId: string }[] } }>(
    "{ runsOrError { ... on Runs { results { runId } } } }",
  );
  return data.runsOrError.results.map(({ runId }) => runId).sort();
}

/** A figure for people, while the tests go on. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

const RUN_SECONDS = 240;

/** Waits until a run has ended; its status. */
export async function runUntilEnd(api: DagsterApi, run: string): Promise<string> {
  for (let second = 0; second < RUN_SECONDS; second++) {
    const status = (await findRun(api, run))?.status ?? "unknown";
    if (["SUCCESS", "FAILURE", "CANCELED"].includes(status)) return status;
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
  return `not ended after ${RUN_SECONDS} s`;
}

const SECRETS: readonly (readonly [string, string])[] = [
  [DATA_NAMESPACE, "postgresql"],
  [DATA_NAMESPACE, "state-store-platform"],
  [NAMESPACE, "state-store-locations"],
];

/** Places where a generated password stands in plain text. */
export async function secretsInPlainText(stack: E2eStack): Promise<readonly string[]> {
  const secrets = await Promise.all(
    SECRETS.map(([namespace, name]) => secretValues(stack, namespace, name)),
  );
  // Names of keys are short.
  const passwords = secrets.flatMap((values) => values).filter((value) => value.length >= 20);
  if (passwords.length < SECRETS.length) return ["the passwords themselves were not found"];
  const places = {
    state: (await stack.pulumi("stack", "export")).said,
    configMaps: await everywhere(stack, "configmaps"),
    pods: await everywhere(stack, "pods"),
    helm: await helmReleases(stack),
  };
  return Object.entries(places)
    .filter(([, text]) => passwords.some((password) => text.includes(password)))
    .map(([place]) => place);
}

async function secretValues(
  stack: E2eStack,
  namespace: string,
  name: string,
): Promise<readonly string[]> {
  const text = await stack.kubectl("get", "secret", name, "-n", namespace, "-o", "json");
  const { data } = JSON.parse(text) as { data: Record<string, string> };
  return Object.values(data).map((value) => Buffer.from(value, "base64").toString());
}

async function everywhere(stack: E2eStack, kind: string): Promise<string> {
  const texts = [NAMESPACE, DATA_NAMESPACE].map((namespace) =>
    stack.kubectl("get", kind, "-n", namespace, "-o", "json"),
  );
  return (await Promise.all(texts)).join("\n");
}

/** Values and manifests of all revisions, which Helm packs. */
async function helmReleases(stack: E2eStack): Promise<string> {
  const secrets = await stack.objects<{ data: { release: string } }>("secrets", "-l", "owner=helm");
  return secrets
    .map(({ data }) => Buffer.from(data.release, "base64").toString())
    .map((packed) => gunzipSync(Buffer.from(packed, "base64")).toString())
    .join("\n");
}
