import { codeServerArguments, type CodeSource } from "../dagster/codeServer";

/** What the scripts of CI know of a location: its entry in `locations.json`. */
export interface LocationSettings {
  readonly repository: string;
  /** Of the repository; `.` is the repository itself. */
  readonly directory: string;
  readonly defaultBranch: string;
  /** Where released images go, without tag. */
  readonly image: string;
  /** Where images of pull requests go; null: there are none. */
  readonly branchImage: string | null;
  /** Arguments of the code server that say which code it loads. */
  readonly codeServer: readonly string[];
  /** Of the location's pods. */
  readonly env: Readonly<Record<string, string>>;
  readonly dbt: { readonly project: string; readonly target: string } | null;
}

/** A location on the list, as far as its CI needs it. */
export interface LocationSettingsInput extends CodeSource {
  readonly repository: string;
  readonly directory: string;
  readonly defaultBranch: string;
  readonly env: Readonly<Record<string, string>>;
  readonly dbt?: { readonly project: string; readonly target: string };
}

/**
 * @param image - where released images go, without tag
 * @param branchImage - where images of pull requests go; undefined: there are none
 */
export function locationSettings(
  location: LocationSettingsInput,
  image: string,
  branchImage: string | undefined,
): LocationSettings {
  const { repository, directory, defaultBranch, env, dbt } = location;
  return {
    ...{ repository, directory, defaultBranch, image, branchImage: branchImage ?? null },
    codeServer: codeServerArguments(location),
    env,
    dbt: dbt ?? null,
  };
}
