import { canonicalJson } from "./canonicalJson";
import { PIN_FILE, PIN_MOUNT_PATH } from "./chart";

/**
 * Prefix of a location's defs state in the state store. Below it Dagster writes
 * `<key>/<version>`.
 */
export function defsStatePrefix(location: string): string {
  return `defs-state/${location}`;
}

/** Where one location's code finds its defs state. */
export interface DefsStateLocation {
  /** Bucket of the state store, or a folder (an absolute path) where the store is one. */
  readonly bucket: string;
  /** Name of the location. */
  readonly location: string;
  /**
   * Prefix in the bucket, without slashes at its ends.
   * @defaultValue - `defs-state/<location>`; a branch deployment has its own
   */
  readonly prefix?: string;
  /**
   * File with the pinned state.
   * @defaultValue - where the pin's ConfigMap is mounted
   */
  readonly pinPath?: string;
}

/** Where the storage of defs state is rooted: for code servers, runs and the refresh in CI. */
export interface DefsStateRoot {
  readonly FSSPEC_DIR_PATH: string;
}

/** All that a code server needs to load its pinned state. */
export interface DefsStateEnvironment extends DefsStateRoot {
  readonly DAGSTER_DEFS_STATE_INFO_OVERRIDE_PATH: string;
}

/**
 * The root of a location's defs state, as environment.
 *
 * `dagster.yaml` is one document for the whole instance, and runs get the daemon's. So it names
 * fsspec's `dir` file system and no path; every location's processes give the path themselves,
 * by fsspec's environment configuration (`FSSPEC_<PROTOCOL>_<ARGUMENT>`). That puts each location
 * below a prefix of its own, and rights can be given by prefix.
 * @see https://filesystem-spec.readthedocs.io/en/latest/features.html#configuration
 */
export function defsStateRoot(input: DefsStateLocation): DefsStateRoot {
  return { FSSPEC_DIR_PATH: `${input.bucket}/${input.prefix ?? defsStatePrefix(input.location)}` };
}

/**
 * The environment of a location's code server: root and pin. Runs need {@link defsStateRoot}
 * alone: the versions that they load are in their execution plan, not in the file.
 */
export function defsStateEnvironment(input: DefsStateLocation): DefsStateEnvironment {
  return {
    DAGSTER_DEFS_STATE_INFO_OVERRIDE_PATH: input.pinPath ?? `${PIN_MOUNT_PATH}/${PIN_FILE}`,
    ...defsStateRoot(input),
  };
}

/** Dagster's serialized `DefsStateInfo`, as a release record holds it. */
export interface SerializedDefsStateInfo {
  readonly __class__: "DefsStateInfo";
  /** Version by defs state key. */
  readonly info_mapping: Readonly<
    Record<
      string,
      {
        /** Seconds since 1970, UTC. */
        readonly create_timestamp: number;
        readonly version: string;
      } | null
    >
  >;
}

/**
 * Text of the pin file. Empty is Dagster's "explicitly no pin" (`dagster/_cli/utils.py`,
 * 1.13.27); the file is there in any case, so that a pin can come and go without a new pod spec.
 * @param state - of the release record; `null` when the release has no state
 */
export function pinnedDefsState(state: SerializedDefsStateInfo | null): string {
  return state === null ? "" : canonicalJson(state);
}
