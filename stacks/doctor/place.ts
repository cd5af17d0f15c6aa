import type { TextFile } from "../add/callerFiles";
import type { PlatformConfig } from "../config";
import type { DagsterApi } from "../dagsterApi";
import type { Location } from "../list/locationSchema";
import type { Mistake } from "../list/mistake";
import type { ObjectStore } from "../objectStore";
import type { ReleaseRecord } from "../releaseRecord";
import type { StoreProtocol } from "./projectFindings";

/** The platform that a location is looked for in. Whoever of it does not answer throws a `ServerError`. */
export interface DoctorPlace {
  readonly stack: string;
  readonly listFile: string;
  /** Of the sandbox there is none. */
  readonly config: PlatformConfig | undefined;
  readonly protocol: StoreProtocol;
  /** Locations of the stack, and mistakes of the list. */
  readonly list: { readonly locations: readonly Location[]; readonly mistakes: readonly Mistake[] };
  /** All CI files that the list makes. */
  readonly ciFiles: () => readonly TextFile[];
  /** Folder of those for locations' repositories. */
  readonly callers: string;
  /** A file beside the list. */
  readonly read: (path: string) => string | undefined;
  readonly state: () => Promise<ObjectStore>;
  readonly records: () => Promise<ObjectStore>;
  readonly deployments: () => Promise<ObjectStore>;
  readonly dagster: () => Promise<DagsterApi>;
  /** What a job here said of a release. */
  readonly problemOf: (release: ReleaseRecord) => string | undefined;
  /** The command that makes the platform serve what the records say. */
  readonly deploy: string;
  /** Where a location's code server says what is wrong with it. */
  readonly logs: (location: string) => string;
  readonly close: () => Promise<void>;
}
