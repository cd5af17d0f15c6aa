import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

import { releaseTag } from "../components/ci/imageTag";
import { checkoutFolder } from "../sandbox/ciJob";
import { keyOf } from "../stacks/configKey";
import { imageName } from "../stacks/imageName";
import { InvalidInputError } from "../stacks/invalidInputError";
import { readAdvice } from "../stacks/list/advice";
import { exactImage } from "../stacks/list/deploymentFormats";
import type { Location } from "../stacks/list/locationSchema";
import { showValue } from "../stacks/list/mistake";
import { requireLocations } from "../stacks/locations";
import type { ReachableStack } from "../stacks/reachableStack";

const exec = promisify(execFile);

/** The flags of a release to a stack on a cluster. */
export interface StackReleaseOptions {
  readonly locations?: string;
  readonly checkout?: string;
  readonly image?: string;
  /** False: the record's pinned state stays. */
  readonly refresh: boolean;
  /** False: the image is not asked whether its code loads. */
  readonly check: boolean;
  readonly builder?: string;
  readonly dryRun?: true;
}

/** What a release does, known before anything is done. */
export interface ReleasePlan {
  readonly location: Location;
  /** The project's folder; undefined: neither state nor image is made of it. */
  readonly checkout: string | undefined;
  /** Full git commit; undefined: no git, changes that are not committed, or an image that was there already. */
  readonly commit: string | undefined;
  /** What is built and pushed, or what was given. */
  readonly image: string;
  readonly isBuilt: boolean;
  readonly isRefreshed: boolean;
  readonly isChecked: boolean;
}

/**
 * Reads flags, list and checkout; reaches nothing.
 * @throws InvalidInputError in one line
 */
export async function planRelease(
  name: string,
  options: StackReleaseOptions,
  stack: ReachableStack,
  now: Date,
): Promise<ReleasePlan> {
  const listFile = options.locations ?? stack.listFile;
  const location = requireLocations(listFile, stack.stack, stack.config.cloud).find(
    (entry) => entry.name === name,
  );
  if (location === undefined)
    throw new InvalidInputError(
      `${name} is not on the list ${listFile} for stack ${stack.stack}: add it there`,
    );
  if (location.image !== undefined)
    throw new InvalidInputError(
      `${name}: ${listFile} pins image ${location.image}, and no release is looked at: remove \`image:\` first`,
    );
  const { image } = options;
  const isBuilt = image === undefined;
  const isRefreshed = options.refresh;
  if (isBuilt && !isRefreshed)
    throw new InvalidInputError(
      "--no-refresh needs --image: a build without a refresh lacks the state that belongs into it",
    );
  const checkout = isRefreshed ? findCheckout(location, options, listFile) : undefined;
  if (isBuilt) requireDockerfile(checkout);
  else requireExact(image);
  const commit = isBuilt && checkout !== undefined ? await commitOf(checkout) : undefined;
  return {
    ...{ location, checkout, commit, isBuilt, isRefreshed },
    image: image ?? `${imagesOf(stack, name)}:${releaseTag(commit, now)}`,
    isChecked: isBuilt && options.check,
  };
}

/** The steps in words, a line each. */
export function planLines(plan: ReleasePlan, stack: ReachableStack): readonly string[] {
  const { location, checkout, image } = plan;
  const record = `${stack.recordsFolder ?? `${stack.stateUrl}/releases`}/${location.name}.json`;
  return [
    ...(checkout === undefined ? [] : [`check out ${checkout}, commit ${plan.commit ?? "none"}`]),
    plan.isRefreshed
      ? `refresh its defs state in ${stack.stateUrl}`
      : "keep the pinned defs state of the record that is there",
    ...(plan.isBuilt ? [`build ${image}`] : []),
    ...(plan.isChecked ? ["check that the image loads its code"] : []),
    ...(plan.isBuilt ? [`push ${image}`] : []),
    `record ${plan.isBuilt ? "its digest" : image} in ${record}`,
  ];
}

function findCheckout(location: Location, options: StackReleaseOptions, listFile: string): string {
  if (options.checkout !== undefined) {
    const folder = resolve(options.checkout, location.directory);
    if (existsSync(folder)) return folder;
    throw new InvalidInputError(`--checkout: there is no ${folder}`);
  }
  if (location.checkout !== undefined) return checkoutFolder(location, listFile);
  const otherwise = options.image === undefined ? "" : ", or --no-refresh to keep its pinned state";
  throw new InvalidInputError(
    `${location.name} has no \`checkout:\` in ${listFile}: give its folder with --checkout${otherwise}`,
  );
}

function requireDockerfile(checkout: string | undefined): void {
  if (checkout === undefined || existsSync(join(checkout, "Dockerfile"))) return;
  throw new InvalidInputError(
    `no Dockerfile in ${checkout}: write one (examples/finance has one to copy), or give --image of an image that is pushed`,
  );
}

function requireExact(image: string): void {
  const problem = exactImage.safeParse(image).error?.issues[0]?.message;
  if (problem === undefined) return;
  const { rule, fix } = readAdvice(problem);
  throw new InvalidInputError(`--image: ${rule}, got ${showValue(image)}, ${fix}`);
}

function imagesOf({ stack, config }: ReachableStack, location: string): string {
  const name = imageName(config, stack, location);
  const key = keyOf(stack, "imageRegistry");
  if (name === undefined)
    throw new InvalidInputError(
      `${key}: needed to push an image, got nothing, set it (such as ghcr.io/acme), or give --image`,
    );
  if (name.includes("://"))
    throw new InvalidInputError(`${key}: has to be without ${name.split("//")[0] ?? ""}//`);
  return name;
}

/** The folder's last commit, if the folder is as it was committed. */
async function commitOf(folder: string): Promise<string | undefined> {
  const git = (...args: string[]) => exec("git", ["-C", folder, ...args]).catch(() => undefined);
  const status = await git("status", "--porcelain", "--", ".");
  if (status === undefined || status.stdout.trim() !== "") return undefined;
  return (await git("rev-parse", "HEAD"))?.stdout.trim();
}
