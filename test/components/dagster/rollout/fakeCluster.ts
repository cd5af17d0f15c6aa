import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import { FakeWebserver, type CodeServer } from "./fakeWebserver";

/** A part of a Kubernetes object. */
export type Part = Readonly<Record<string, unknown>>;

/** What is in the cluster for webserver, daemon or a location; by default all is as wanted. */
export interface FakeWorkload {
  readonly component?: string;
  readonly deployment?: Part;
  /** `false`: its new pod is not ready. */
  readonly rolledOut?: boolean;
  /** Condition `ReplicaFailure`. */
  readonly refused?: string;
  /** `null`: there is no new pod. */
  readonly pod?: FakePod | null;
  /** A pod of the version before, that is ready. */
  readonly previous?: boolean;
}

export interface FakePod {
  readonly ip?: string;
  /** Status of the one container. */
  readonly container?: Part;
  readonly initContainer?: Part;
  readonly conditions?: readonly Part[];
  readonly spec?: Part;
}

export const IMAGE = "registry/code:2";
export const LONG_AGO = "2026-01-02T03:04:05Z";
const LOGS = /\/pods\/([^/]+)\/log\?(.*)$/;

/** Kubernetes' API and the webserver pods, as one HTTP server; a pod's address is its Host header. */
export class FakeCluster {
  public readonly patched: string[] = [];
  /** Answered before anything else, one by one. */
  public readonly refusals: number[] = [];
  /** Logs by pod; with ` previous` after its name: of the start before. */
  public readonly logs = new Map<string, string>();
  public readonly events = new Map<string, readonly Part[]>();
  public readonly codeServers = new Map<string, CodeServer>();
  private readonly deployments: Part[] = [];
  private readonly pods: Part[] = [];
  private readonly webservers = new Map<string, FakeWebserver>();
  private readonly server = createServer((request, response) => {
    void this.answer(request, response);
  });

  private constructor() {
    // Made by start, which knows when it listens.
  }

  public static async start(): Promise<FakeCluster> {
    const cluster = new FakeCluster();
    await new Promise<void>((resolve) => cluster.server.listen(0, resolve));
    return cluster;
  }

  public get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  public stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  /** A webserver pod; `listed` is its workspace until it reloads, `mounted` what it reads then. */
  public webserver(
    ip: string,
    listed: readonly string[],
    mounted: readonly string[],
  ): FakeWebserver {
    const webserver = new FakeWebserver(this.codeServers, listed, mounted);
    this.webservers.set(ip, webserver);
    return webserver;
  }

  public add(name: string, workload: FakeWorkload = {}): void {
    const { component = "user-deployments", rolledOut = workload.pod === undefined } = workload;
    const labels = { deployment: name, component };
    const ready = rolledOut ? 1 : 0;
    const conditions =
      workload.refused === undefined
        ? []
        : [{ type: "ReplicaFailure", status: "True", message: workload.refused }];
    this.deployments.push({
      metadata: { name, generation: 2 },
      spec: {
        replicas: 1,
        selector: { matchLabels: labels },
        template: {
          metadata: { annotations: { version: "2" } },
          spec: { containers: [{ name: "code", image: IMAGE }] },
        },
        ...workload.deployment,
      },
      status: {
        observedGeneration: 2,
        replicas: ready,
        updatedReplicas: ready,
        availableReplicas: ready,
        conditions,
      },
    });
    if (workload.pod !== null) this.addPod(name, labels, workload.pod ?? {}, rolledOut);
    if (workload.previous === true) this.addPod(name, labels, {}, true, "old");
  }

  /** One more pod of a workload; the second webserver, for one. */
  public addPod(
    name: string,
    labels: Part,
    pod: FakePod,
    ready: boolean,
    version: "old" | "new" | "second" = "new",
  ): void {
    const podName = `${name}-${version}`;
    const statuses = (status: Part | undefined): readonly Part[] =>
      status === undefined ? [] : [{ name: "code", restartCount: 0, ready, ...status }];
    this.pods.push({
      metadata: {
        name: podName,
        uid: podName,
        labels,
        creationTimestamp: LONG_AGO,
        annotations: { version: version === "old" ? "1" : "2" },
      },
      spec: { containers: [{ name: "code", image: IMAGE, ...pod.spec }], initContainers: [] },
      status: {
        phase: "Running",
        podIP: pod.ip,
        conditions: [
          { type: "PodScheduled", status: "True" },
          { type: "Ready", status: ready ? "True" : "False" },
          ...(pod.conditions ?? []),
        ].reverse(),
        containerStatuses: statuses(
          pod.container ?? { state: { running: { startedAt: LONG_AGO } } },
        ),
        initContainerStatuses: statuses(pod.initContainer),
      },
    });
  }

  /** The pod has ended. */
  public removePod(name: string): void {
    const index = this.pods.findIndex(
      ({ metadata }) => (metadata as { name: string }).name === name,
    );
    this.pods.splice(index, 1);
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = "";
    for await (const chunk of request) body += String(chunk);
    const host = (request.headers.host ?? "").replace(/:\d+$/, "");
    const path = request.url ?? "";
    if (path.endsWith("/graphql")) {
      const answer = this.webservers.get(host)?.answer(body);
      response.writeHead(answer === undefined ? 503 : 200).end(JSON.stringify(answer));
      return;
    }
    const refusal = this.refusals.shift();
    if (refusal !== undefined) {
      response.writeHead(refusal).end(JSON.stringify({ message: "not now" }));
      return;
    }
    response.writeHead(200).end(this.kubernetes(request.method ?? "", path, body));
  }

  private kubernetes(method: string, path: string, body: string): string {
    const [, pod = "", query = ""] = LOGS.exec(path) ?? [];
    if (pod !== "")
      return this.logs.get(query.includes("previous=true") ? `${pod} previous` : pod) ?? "";
    if (method === "PATCH") {
      const { metadata } = JSON.parse(body) as { metadata: { annotations: Part } };
      const name = path.split("/").at(-1) ?? "";
      this.patched.push(`${name} ${JSON.stringify(metadata.annotations)}`);
      return "{}";
    }
    if (path.includes("/events?")) {
      const name = decodeURIComponent(path).split("involvedObject.name=")[1] ?? "";
      return JSON.stringify({ items: this.events.get(name) ?? [] });
    }
    return JSON.stringify({ items: path.includes("/deployments?") ? this.deployments : this.pods });
  }
}
