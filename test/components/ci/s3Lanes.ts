import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { S3Bucket } from "./bucket";
import { upTo, type Lane } from "./faultMatrix";
import { FaultyStore } from "./faultyStore";
import { StateServer } from "./stateServer";
import { READ_TIMEOUT_SECONDS } from "./warmScripts";

/** A little longer than the clients wait. */
export const LATE_MS = READ_TIMEOUT_SECONDS * 1500;

/** Lanes with buckets in one moto. */
export class S3Lanes {
  private constructor(
    private readonly server: StateServer,
    private readonly root: string,
    public readonly lanes: readonly Lane[],
  ) {}

  public static async start(count: number): Promise<S3Lanes> {
    const server = await StateServer.start();
    const root = mkdtempSync(join(tmpdir(), "lanes-"));
    const make = async (number: number): Promise<Lane> => {
      const name = `lane-${number}`;
      await server.createBucket(name);
      const [store, url] = await FaultyStore.start(server.motoUrl, LATE_MS);
      const env = { ...server.environment, AWS_ENDPOINT_URL: url };
      const folder = join(root, name);
      mkdirSync(folder);
      return { store, bucket: new S3Bucket(server.motoUrl, name), env, folder };
    };
    return new S3Lanes(server, root, await Promise.all(upTo(count).map(make)));
  }

  /** The first of them, for what one alone can do. */
  public get first(): Lane {
    const [first] = this.lanes;
    if (first === undefined) throw new Error("there is no lane");
    return first;
  }

  public async stop(): Promise<void> {
    for (const { store } of this.lanes) store.stop();
    await this.server.stop();
    rmSync(this.root, { recursive: true });
  }
}
