import type { Deployment } from "./deployments";
import type { PlatformRecord, UpdateRecord } from "./platformRecords";
import { isDeployed, type WantedLocation, type WantedRelease } from "./wantedReleases";

/** What is wanted, and what was deployed. */
export interface DeployNeedsInput {
  readonly wanted: readonly WantedLocation[];
  readonly deployments: ReadonlyMap<string, Deployment>;
  /** The last update that succeeded; undefined: none. */
  readonly platform: PlatformRecord | undefined;
  /** The last that was begun; undefined: none. */
  readonly update: UpdateRecord | undefined;
  /** Of the working copy; null: not known. */
  readonly commit: string | null;
}

/** Why there is something to deploy, a line for each reason; empty: all is as it is wanted. */
export function deployNeeds(input: DeployNeedsInput): readonly string[] {
  const { wanted, platform, update } = input;
  if (platform === undefined) return ["nothing was deployed before"];
  const deployed = new Set(platform.locations);
  const names = wanted.filter(isDeployed).map(({ name }) => name);
  return [
    ...(update?.endedAt === null ? ["the last update has not ended"] : []),
    ...commitNeeds(platform.commit, input.commit),
    ...wanted.flatMap((location) => releaseNeeds(location, input.deployments)),
    ...names.filter((name) => !deployed.has(name)).map((name) => `${name}: is new`),
    ...platform.locations
      .filter((name) => !names.includes(name))
      .map((name) => `${name}: is to be removed`),
  ];
}

function commitNeeds(deployed: string | null, commit: string | null): readonly string[] {
  if (commit === null) return ["the working copy is not as a commit has it"];
  if (commit === deployed) return [];
  return [`commit ${shortCommit(commit)}, deployed is ${shortCommit(deployed)}`];
}

function releaseNeeds(
  { name, release }: WantedLocation,
  deployments: ReadonlyMap<string, Deployment>,
): readonly string[] {
  if (release === undefined) return [];
  const deployment = deployments.get(name);
  if (deployment?.release !== release.digest) return [`${name}: ${described(release)}`];
  return deployment.status === "loaded" ? [] : [`${name}: did not load the last time`];
}

function described({ record }: WantedRelease): string {
  if (record === undefined) return "a release that cannot be read";
  const commit = record.commit === null ? "" : ` ${shortCommit(record.commit)}`;
  return `release${commit} of ${record.releasedAt}`;
}

function shortCommit(commit: string | null): string {
  return commit?.slice(0, 10) ?? "none";
}
