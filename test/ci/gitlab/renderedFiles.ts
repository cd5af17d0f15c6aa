import type { CiLimits } from "../../../components/ci/ciPlatform";
import { CALLERS, type CiFile, ciFiles } from "../../../stacks/ciFiles";
import type { PlatformConfig } from "../../../stacks/config";
import { AWS, cloudInput, listOf } from "../../stacks/cloudInput";

/** The platform of these tests. */
export const PLATFORM = {
  ...{ repository: "acme/dagster-platform", id: 4 },
  url: "https://gitlab.com/acme/dagster-platform",
} as const;

/** What is rendered, and with what. */
export interface Rendering {
  /** Of the list. */
  readonly locations: readonly (Readonly<Record<string, unknown>> & { readonly name: string })[];
  /** Where the platform's repository is. @defaultValue gitlab */
  readonly platform?: "github" | "gitlab";
  /** @defaultValue {@link AWS} */
  readonly cloud?: Readonly<Record<string, unknown>>;
  readonly config?: Partial<PlatformConfig>;
  readonly limits?: CiLimits;
}

/** The CI files of a platform on AWS, all locations of which are on GitLab. */
export function rendered(input: Rendering): readonly CiFile[] {
  const { platform = "gitlab", limits } = input;
  const cloud = { ...(input.cloud ?? AWS), platformRepositoryId: PLATFORM.id };
  const list = listOf(...input.locations.map((entry) => ({ provider: "gitlab", ...entry })));
  const { config, locations } = cloudInput({ ...cloud, platformProvider: platform }, list);
  return ciFiles({ ...config, ...input.config }, "prod", locations, limits);
}

/** What goes into the platform's repository, by path. */
export function platformFiles(files: readonly CiFile[]): Readonly<Record<string, string>> {
  const own = files.filter(({ path }) => !path.startsWith(`${CALLERS}/`));
  return Object.fromEntries(own.map(({ path, text }) => [path, text]));
}

/** What goes into a location's repository, by path. */
export function locationFiles(
  files: readonly CiFile[],
  location: string,
): Readonly<Record<string, string>> {
  const folder = `${CALLERS}/${location}/`;
  const own = files.filter(({ path }) => path.startsWith(folder));
  return Object.fromEntries(own.map(({ path, text }) => [path.slice(folder.length), text]));
}
