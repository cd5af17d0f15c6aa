import type { Bucket } from "./bucket";
import { Refusal, type GcsObjects } from "../../stacks/gcsObjects";

/** A bucket of the server that stands for Google Cloud Storage. */
export class GcsBucket implements Bucket {
  public constructor(
    private readonly objects: GcsObjects,
    private readonly name: string,
  ) {
    objects.createBucket(name);
  }

  public get url(): string {
    return `gs://${this.name}`;
  }

  public put(key: string, body: string): Promise<void> {
    this.objects.insert(this.name, key, undefined, [{}, Buffer.from(body)]);
    return Promise.resolve();
  }

  public delete(key: string): Promise<void> {
    unlessAbsent(() => {
      this.objects.delete(this.name, key);
    });
    return Promise.resolve();
  }

  public get(key: string): Promise<string | undefined> {
    return Promise.resolve(
      unlessAbsent(() => this.objects.find(this.name, key, undefined).body.toString()),
    );
  }

  public versions(): Promise<ReadonlyMap<string, readonly string[]>> {
    const found = new Map<string, string[]>();
    for (const { resource, isLive } of this.objects.all(this.name)) {
      const version = `${resource.generation}${isLive ? " live" : ""}`;
      found.set(resource.name, [...(found.get(resource.name) ?? []), version]);
    }
    return Promise.resolve(found);
  }
}

function unlessAbsent<T>(call: () => T): T | undefined {
  try {
    return call();
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}
