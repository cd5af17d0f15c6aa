import { CRC32C } from "@google-cloud/storage";

/** What the API says of one generation of an object. */
export interface Resource {
  readonly name: string;
  readonly generation: string;
  readonly contentType: string;
  readonly crc32c: string;
  readonly timeCreated: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

/** One generation of an object, with its bytes. */
export interface Generation {
  readonly resource: Resource;
  readonly body: Buffer;
  isLive: boolean;
}

/** What the server answers instead. */
export class Refusal extends Error {
  public constructor(
    public readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** Buckets with all generations of their objects. */
export class GcsObjects {
  private readonly buckets = new Map<string, Generation[]>();
  private last = 1_763_750_000_000_000;

  public createBucket(bucket: string): void {
    this.buckets.set(bucket, []);
  }

  /** By name, and the oldest generation of each first. */
  public all(bucket: string): readonly Generation[] {
    const found = this.buckets.get(bucket);
    if (found === undefined) throw new Refusal(404, "The specified bucket does not exist.");
    return found.toSorted((one, other) => (one.resource.name < other.resource.name ? -1 : 1));
  }

  /** @param generation - undefined: the live one */
  public find(bucket: string, name: string, generation: string | undefined): Generation {
    const found = this.all(bucket).find(
      ({ resource, isLive }) =>
        resource.name === name &&
        (generation === undefined ? isLive : resource.generation === generation),
    );
    if (found !== undefined) return found;
    throw new Refusal(404, `No such object: ${bucket}/${name}`);
  }

  /** @param condition - generation of the live object, "0" for none */
  public insert(
    bucket: string,
    name: string,
    condition: string | undefined,
    [given, body]: readonly [Partial<Resource>, Buffer],
  ): Generation {
    const live = this.all(bucket).find(({ resource, isLive }) => isLive && resource.name === name);
    if (condition !== undefined && condition !== (live?.resource.generation ?? "0"))
      throw new Refusal(412, "At least one of the pre-conditions you specified did not hold.");
    const crc32c = checksum(body);
    if (given.crc32c !== undefined && given.crc32c !== crc32c)
      throw new Refusal(400, `Provided CRC32C "${given.crc32c}" doesn't match calculated CRC32C`);
    if (live !== undefined) live.isLive = false;
    this.last += 1000;
    const times = {
      generation: String(this.last),
      timeCreated: new Date(this.last / 1000).toISOString(),
    };
    const resource = { contentType: "application/json", ...given, name, crc32c, ...times };
    const added = { resource, body, isLive: true };
    this.buckets.get(bucket)?.push(added);
    return added;
  }

  /** Its generations stay. */
  public delete(bucket: string, name: string): void {
    this.find(bucket, name, undefined).isLive = false;
  }
}

function checksum(body: Buffer): string {
  const crc32c = new CRC32C();
  crc32c.update(body);
  return crc32c.toString();
}
