import { createHash } from "node:crypto";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";

import writeFileAtomic from "write-file-atomic";
import { parse } from "yaml";
import { z } from "zod";

import { DAGSTER_VERSION, SYSTEM_CHART } from "../components/dagster/chart";
import { InvalidInputError } from "./invalidInputError";

/** Committed beside the program: which archive was accepted once is what everybody gets. */
const LOCK_FILE = "charts.lock.json";
const FOLDER = ".charts";
const TIMEOUT_MS = 60_000;

const lockSchema = z.strictObject({
  version: z.string(),
  /** Of the archive, `sha256:…` */
  digest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
});

type Lock = z.infer<typeof lockSchema>;

/** The part of a Helm repository's `index.yaml` that counts here. */
const indexSchema = z.looseObject({
  entries: z.record(
    z.string(),
    z.array(z.looseObject({ version: z.string(), urls: z.array(z.string()), digest: z.string() })),
  ),
});

/**
 * The archive of Dagster's chart (it has the user-code chart inside), from this machine or fetched once.
 *
 * Its digest is compared with `charts.lock.json`. Without that file (the first time, or after a new version of
 * Dagster) the digest of the repository's index counts, and the file is written: commit it.
 * @param repository - a Helm repository, https
 * @returns path of the archive
 * @throws InvalidInputError when it cannot be had, or is another than the locked one
 */
export async function chartArchive(repository: string): Promise<string> {
  const file = join(FOLDER, `${SYSTEM_CHART}-${DAGSTER_VERSION}.tgz`);
  const lock = await readLock();
  if (lock !== undefined) {
    const kept = await readFile(file).catch(() => undefined);
    if (kept !== undefined && digestOf(kept) === lock.digest) return file;
  }
  const { archive, digest } = await fetched(repository);
  if (lock !== undefined && digest !== lock.digest)
    throw new InvalidInputError(
      `chart ${SYSTEM_CHART} ${DAGSTER_VERSION}: ${repository} has the digest ${digest}, ${LOCK_FILE} has ${lock.digest}: find out why before you remove that file`,
    );
  await mkdir(FOLDER, { recursive: true });
  await writeFileAtomic(file, archive);
  if (lock === undefined) await writeLock({ version: DAGSTER_VERSION, digest });
  return file;
}

async function fetched(repository: string): Promise<{ archive: Buffer; digest: string }> {
  const base = `${repository.replace(/\/$/, "")}/`;
  const index = indexSchema.safeParse(parse((await download(`${base}index.yaml`)).toString()));
  if (!index.success) throw failure(base, "its index.yaml is not that of a Helm repository");
  const entry = index.data.entries[SYSTEM_CHART]?.find(
    ({ version }) => version === DAGSTER_VERSION,
  );
  const [url] = entry?.urls ?? [];
  if (entry === undefined || url === undefined) throw failure(base, "has no such version");
  const archive = await download(new URL(url, base).href);
  const digest = digestOf(archive);
  if (digest !== `sha256:${entry.digest.replace(/^sha256:/, "")}`)
    throw failure(url, `its digest is ${digest}, the repository's index says ${entry.digest}`);
  return { archive, digest };
}

async function download(url: string): Promise<Buffer> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    return Buffer.from(await response.arrayBuffer());
  } catch (error) {
    throw failure(url, reasonOf(error), error);
  }
}

function failure(url: string, reason: string, cause?: unknown): InvalidInputError {
  const advice =
    "give a folder or an archive by dagster-platform:chartPath, or a mirror by dagster-platform:chartRepository";
  const text = `chart ${SYSTEM_CHART} ${DAGSTER_VERSION} from ${url}: ${reason}; ${advice}`;
  return new InvalidInputError(text, { cause });
}

/** fetch says "fetch failed", and the reason in its cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message || error.message : error.message;
}

/** Undefined when there is none, or one of another version. */
async function readLock(): Promise<Lock | undefined> {
  const text = await readFile(LOCK_FILE, "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  const lock = lockSchema.safeParse(parse(text));
  if (!lock.success) throw new InvalidInputError(`${LOCK_FILE}: is broken, restore it from git`);
  return lock.data.version === DAGSTER_VERSION ? lock.data : undefined;
}

async function writeLock(lock: Lock): Promise<void> {
  await writeFileAtomic(LOCK_FILE, `${JSON.stringify(lock, null, 2)}\n`);
}

function digestOf(content: Buffer): string {
  return `sha256:${createHash("sha256").update(content).digest("hex")}`;
}
