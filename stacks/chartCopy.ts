import { createHash } from "node:crypto";
import {
  cp,
  mkdtemp,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from "node:fs/promises";
import { join } from "node:path";

import { extract } from "tar";
import { parse } from "yaml";

import { SYSTEM_CHART, USER_CODE_CHART } from "../components/dagster/chart";
import { InvalidInputError } from "./invalidInputError";

/** The two charts on this machine, as Helm takes them. Paths are relative: they stand in the stack's state. */
export interface LocalCharts {
  readonly system: string;
  readonly userCode: string;
  /** Of `Chart.yaml`. */
  readonly version: string;
}

const FOLDER = ".charts";

const NAME_LENGTH = 12;

/**
 * Makes a self-contained copy of the charts below `.charts/`, named by their content, unless it is there.
 *
 * Self-contained: the charts' schemas refer to a web site, and Helm refuses to install while that cannot be reached
 * (tried on chart 1.12.19). Such references are taken out; what the schemas say themselves goes on to count.
 * @param source - an archive of the chart `dagster`, its folder, or a folder with both charts
 * @throws InvalidInputError when the charts are not there
 */
export async function copyCharts(source: string): Promise<LocalCharts> {
  await mkdir(FOLDER, { recursive: true });
  const temporary = await mkdtemp(join(FOLDER, ".new-"));
  try {
    await unpack(source, temporary);
    const userCode = join(temporary, USER_CODE_CHART);
    const bundled = join(temporary, SYSTEM_CHART, "charts", USER_CODE_CHART);
    if (!(await exists(userCode))) await cp(bundled, userCode, { recursive: true });
    for (const file of await filesBelow(temporary)) await withoutRemoteReferences(file);
    const version = await chartVersion(temporary);
    const folder = join(
      FOLDER,
      `${version}-${(await contentHash(temporary)).slice(0, NAME_LENGTH)}`,
    );
    if (!(await exists(folder))) await rename(temporary, folder);
    return {
      system: `./${join(folder, SYSTEM_CHART)}`,
      userCode: `./${join(folder, USER_CODE_CHART)}`,
      version,
    };
  } catch (error) {
    throw new InvalidInputError(`chart ${source}: ${reasonOf(error)}`, { cause: error });
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

async function unpack(source: string, folder: string): Promise<void> {
  if (!(await stat(source)).isDirectory()) {
    await extract({ file: source, cwd: folder });
    return;
  }
  if (await exists(join(source, "Chart.yaml")))
    await cp(source, join(folder, SYSTEM_CHART), { recursive: true });
  else
    for (const chart of [SYSTEM_CHART, USER_CODE_CHART])
      if (await exists(join(source, chart)))
        await cp(join(source, chart), join(folder, chart), { recursive: true });
}

async function chartVersion(folder: string): Promise<string> {
  const versions = new Set<string>();
  for (const chart of [SYSTEM_CHART, USER_CODE_CHART]) {
    const text = await readFile(join(folder, chart, "Chart.yaml"), "utf8");
    const { name, version } = parse(text) as { name?: string; version?: string };
    if (name !== chart || version === undefined) throw new Error(`is not the chart ${chart}`);
    versions.add(version);
  }
  const [version = "", another] = versions;
  if (another !== undefined) throw new Error(`has two versions, ${version} and ${another}`);
  return version;
}

/** Takes `$ref`s to the web out of a `values.schema.json`. */
async function withoutRemoteReferences(file: string): Promise<void> {
  if (!file.endsWith("values.schema.json")) return;
  const schema: unknown = JSON.parse(await readFile(file, "utf8"), (_key, value: unknown) =>
    isRemoteReference(value) ? {} : value,
  );
  await writeFile(file, JSON.stringify(schema));
}

function isRemoteReference(value: unknown): boolean {
  if (typeof value !== "object" || value === null || !("$ref" in value)) return false;
  return typeof value.$ref === "string" && /^https?:/.test(value.$ref);
}

/** The same for the same files, wherever they came from. */
async function contentHash(folder: string): Promise<string> {
  const hash = createHash("sha256");
  for (const file of await filesBelow(folder))
    hash
      .update(`${file.slice(folder.length)}\0`)
      .update(await readFile(file))
      .update("\0");
  return hash.digest("hex");
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

function reasonOf(error: unknown): string {
  const { code, path, message } = error as NodeJS.ErrnoException;
  if (code === "ENOENT" && path !== undefined)
    return `has no ${path.replace(/^.*?\.new-[^/]*\//, "")}`;
  return message;
}
