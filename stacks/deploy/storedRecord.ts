import type { z } from "zod";

import { ConflictError, type ObjectStore } from "../objectStore";

const ATTEMPTS = 5;

/**
 * A record of one JSON object.
 * @returns undefined when there is none, or one that this version of the program has not written
 */
export async function readRecord<T>(
  store: ObjectStore,
  key: string,
  schema: z.ZodType<T>,
): Promise<T | undefined> {
  const found = await store.get(key);
  return found === undefined ? undefined : schema.safeParse(jsonOf(found.body)).data;
}

/**
 * Writes a record over what is there, by compare-and-swap: of two writers each replaces what it has seen.
 * @throws ConflictError when others write all the time
 */
export async function writeRecord(store: ObjectStore, key: string, record: object): Promise<void> {
  const body = `${JSON.stringify(record, null, 2)}\n`;
  for (let attempt = 1; ; attempt++) {
    const found = await store.get(key);
    try {
      await store.put(key, body, found?.etag);
      return;
    } catch (error) {
      if (!(error instanceof ConflictError) || attempt === ATTEMPTS) throw error;
    }
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
