import { z } from "zod";

/** One key of a pinned defs state, as Dagster serializes it (`DefsKeyStateInfo`). */
const defsKeyState = z.looseObject({
  /** Seconds since 1970, UTC. */
  create_timestamp: z.number(),
  version: z.string().min(1),
});

/** The pin is an annotation of the pod; all annotations of an object have 256 KiB. */
const MAX_PIN_BYTES = 200 * 1024;

/** Dagster's serialized `DefsStateInfo`, kept word for word: it becomes the pin file. */
const defsStateInfo = z
  .looseObject({
    __class__: z.literal("DefsStateInfo"),
    info_mapping: z.record(z.string(), defsKeyState.nullable()),
  })
  .refine((state) => JSON.stringify(state).length <= MAX_PIN_BYTES, {
    error: `has more than ${MAX_PIN_BYTES} bytes: split the location`,
  });

/** What one location runs; `releases/<location>.json` in the state store, written by its CI job. */
export const releaseRecordSchema = z.strictObject({
  schemaVersion: z.literal(1),
  location: z.string().min(1),
  repository: z.string().nullable(),
  /** With tag or digest. */
  image: z.string().min(1),
  /** Full git commit; null outside git. */
  commit: z.string().nullable(),
  /** Null: no state-backed component. */
  defsState: defsStateInfo.nullable(),
  dbt: z.unknown(),
  /** ISO 8601, UTC. */
  releasedAt: z.iso.datetime(),
  releasedBy: z.string().nullable(),
  runUrl: z.string().nullable(),
});

export type ReleaseRecord = Readonly<z.infer<typeof releaseRecordSchema>>;

/** The pinned version of one key of defs state. */
export interface PinnedState {
  readonly key: string;
  readonly version: string;
  /** When it was refreshed. */
  readonly createdAt: Date;
}

/** The pinned defs state of a record, sorted by key. */
export function pinnedStates(record: ReleaseRecord): readonly PinnedState[] {
  return Object.entries(record.defsState?.info_mapping ?? {})
    .flatMap(([key, state]) =>
      state === null
        ? []
        : [{ key, version: state.version, createdAt: new Date(state.create_timestamp * 1000) }],
    )
    .sort((a, b) => a.key.localeCompare(b.key));
}

/**
 * Reads one record.
 * @param text - the JSON in the store
 * @param source - where it came from, for the message
 * @throws Error in one line, naming the record and every wrong member
 */
export function parseReleaseRecord(text: string, source: string): ReleaseRecord {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    throw new Error(`${source}: not JSON; release the location again`, { cause: error });
  }
  const result = releaseRecordSchema.safeParse(data);
  if (result.success) return result.data;
  const issues = result.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
  throw new Error(`${source}: ${issues.join("; ")}; release the location again`);
}

/** An image for people: `finance@0123456789ab`, `finance:1.2.3`. */
export function shortImage(image: string): string {
  const [name = "", digest] = image.split("@sha256:");
  const short = name.split("/").at(-1) ?? name;
  return digest === undefined ? short : `${short}@${digest.slice(0, 12)}`;
}
