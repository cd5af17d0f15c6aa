import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
} from "node:fs";
import { basename, join, relative } from "node:path";

import writeFileAtomic from "write-file-atomic";

/** Never part of a checkout, nor of an image. */
const LEFT_OUT = new Set([
  ".git",
  ".venv",
  "venv",
  "node_modules",
  "__pycache__",
  ".sandbox",
  ".local_defs_state",
]);

/** How many builds of a location are kept, so that a rollback finds its image. */
const KEPT = 10;

/** What stands for an image in the sandbox: the code with its local defs state, and its environment. */
export interface Build {
  /** Of the location, with digest; what the release record names. */
  readonly image: string;
  /** Of the checkout before the refresh: a changed one is a push. */
  readonly sourceDigest: string;
  readonly folder: string;
  /** The code. */
  readonly project: string;
  readonly python: string;
  /** Where its programs are, for `PATH`. */
  readonly binaries: readonly string[];
}

const MANIFEST = "image.json";

/** A new folder for a build of this location; it counts as a build only after {@link finishBuild}. */
export function newBuildFolder(builds: string, location: string, now: Date): string {
  const stamp = now.toISOString().replaceAll(/[-:]/g, "").replace(/\..*/, "");
  const unique = Math.random().toString(36).slice(2, 8);
  const folder = join(builds, location, `${stamp}-${unique}`);
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** Copies a repository's folder as its CI job would check it out. */
export function checkOut(from: string, to: string): void {
  cpSync(from, to, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (source) => !LEFT_OUT.has(basename(source)),
  });
}

/** A hash of all files of a folder: names, contents, execute bits and link targets. */
export function digestOf(folder: string, leaveOut: ReadonlySet<string> = LEFT_OUT): string {
  const hash = createHash("sha256");
  const visit = (path: string): void => {
    const entries = readdirSync(path, { withFileTypes: true });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (leaveOut.has(entry.name)) continue;
      const full = join(path, entry.name);
      if (entry.isDirectory()) {
        visit(full);
        continue;
      }
      hash.update(`${relative(folder, full)}\0`);
      if (entry.isSymbolicLink()) hash.update(`link ${readlinkSync(full)}\0`);
      else
        hash
          .update(`${statSync(full).mode & 0o100} `)
          .update(readFileSync(full))
          .update("\0");
    }
  };
  visit(folder);
  return `sha256:${hash.digest("hex")}`;
}

/** Writes a build's manifest, its last file. */
export function finishBuild(build: Build): void {
  writeFileAtomic.sync(join(build.folder, MANIFEST), `${JSON.stringify(build, null, 2)}\n`);
}

/** All finished builds of a location, newest first. */
export function finishedBuilds(builds: string, location: string): readonly Build[] {
  const folder = join(builds, location);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .sort()
    .reverse()
    .map((entry) => join(folder, entry, MANIFEST))
    .filter((manifest) => existsSync(manifest))
    .map((manifest) => JSON.parse(readFileSync(manifest, "utf8")) as Build)
    .filter(isInPlace);
}

/** The build that a release record names, or undefined when it was removed by hand. */
export function findBuild(builds: string, location: string, image: string): Build | undefined {
  return finishedBuilds(builds, location).find((build) => build.image === image);
}

/** Environments hold absolute paths: a build that was moved, or whose packages are gone, is none. */
function isInPlace(build: Build): boolean {
  return existsSync(build.folder) && build.binaries.every((folder) => existsSync(folder));
}

/**
 * Removes what a killed start left half made, and old builds beyond the last ten.
 * @param inUse - image of the current release
 */
export function tidyBuilds(builds: string, location: string, inUse: string | undefined): void {
  const folder = join(builds, location);
  if (!existsSync(folder)) return;
  const finished = finishedBuilds(builds, location);
  const kept = new Set(
    finished
      .filter((build, index) => index < KEPT || build.image === inUse)
      .map((build) => basename(build.folder)),
  );
  for (const entry of readdirSync(folder))
    if (!kept.has(entry)) rmSync(join(folder, entry), { recursive: true, force: true });
}
