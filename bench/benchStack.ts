import { rmSync } from "node:fs";

import { ServerError } from "../stacks/serverError";
import { E2eStack, type Entry } from "../test/e2e/e2eStack";

/** A stack of locations whose pods no node has room for: hundreds of them cost the cluster no memory. */
export class BenchStack {
  private readonly stack = new E2eStack();
  private readonly namespace: string;

  /** @param locations - how many there are at first */
  public constructor(private readonly locations: number) {
    this.namespace = `bench-${process.pid}-${locations}`;
    this.stack.configure({
      namespace: this.namespace,
      rolloutTimeoutSeconds: 0,
      postgresMaxConnections: 10_000,
      // Database and store are of somebody else, as in production: no pod of ours to wait for.
      ...{ postgresHost: "postgres.bench.invalid", postgresSecret: "bench" },
      stateEndpointUrl: "http://s3.bench.invalid",
      ...{ stateBucket: "bench", stateSecret: "bench" },
    });
    this.list({});
  }

  public init(): Promise<void> {
    return this.stack.init();
  }

  /**
   * Writes the list.
   * @param more - locations beyond the first ones
   * @param release - of the first location; another one is another image
   */
  public list({
    more = 0,
    release = 1,
  }: {
    readonly more?: number;
    readonly release?: number;
  }): void {
    const entries = Array.from({ length: this.locations + more }, (_, index) =>
      entry(index, index === 0 ? release : 1),
    );
    this.stack.list(entries);
  }

  /**
   * A command of the engine.
   * @throws ServerError with what it said, when it fails
   */
  public async pulumi(...args: readonly string[]): Promise<void> {
    const { code, said } = await this.stack.pulumi(...args);
    if (code !== 0) throw new ServerError(`pulumi ${args.join(" ")}: ${said}`);
  }

  /** Removes everything, also what an update that failed has left. */
  public async remove(): Promise<void> {
    try {
      for (const object of [`namespace/${this.namespace}`, `priorityclass/${this.namespace}-runs`])
        await this.stack.kubectl("delete", object, "--ignore-not-found");
    } finally {
      rmSync(this.stack.folder, { recursive: true, force: true });
    }
  }
}

function entry(index: number, release: number): Entry {
  const entry = {
    name: `location-${String(index).padStart(4, "0")}`,
    checkout: "examples/crm",
    image: `registry.bench.invalid/location:${release}`,
    resources: { cpu: "64", memoryMiB: 512 },
  };
  return entry;
}
