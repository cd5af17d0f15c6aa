import { z } from "zod";
import { advice } from "./advice";
import { CODE_SOURCES, ownKeys, sharedKeys } from "./locationKeys";
import { locationName } from "./locationName";
import { uniqueList } from "./locationParts";
import { stackName } from "./stackName";

const override = z.strictObject({ ...ownKeys, ...sharedKeys }).meta({
  description: "Keys of the entry that differ in this stack.",
  examples: [{ resources: { memoryMiB: 256 } }],
});

const entry = z.strictObject({
  name: locationName.meta({
    description: "Name of the location in Dagster, of its Helm release and its Service.",
    examples: ["crm"],
  }),
  ...ownKeys,
  repository: ownKeys.repository.unwrap().meta(ownKeys.repository.meta() ?? {}),
  ...sharedKeys,
  stacks: uniqueList(stackName, "stacks")
    .min(1, { error: () => advice("names no stack", "name one, or remove the key for all stacks") })
    .optional()
    .meta({
      description: "Stacks that have this location. Default: all.",
      examples: [["prod"]],
    }),
  overrides: z
    .record(stackName, override)
    .optional()
    .meta({
      description: "Per stack, the keys that differ there; maps are merged, lists replaced.",
      default: {},
      examples: [{ dev: { resources: { memoryMiB: 256 } } }],
    }),
});

/** The file `locations.yaml`: the one source of the checks, the types and the JSON Schema. */
export const listSchema = z
  .strictObject({
    defaults: z
      .strictObject(sharedKeys)
      .optional()
      .meta({
        description: "What all locations have unless their entry says otherwise.",
        examples: [{ resources: { cpu: "250m", memoryMiB: 512 } }],
      }),
    locations: z
      .array(
        entry.meta({
          description: "One location: a repository, or a folder of one, with its own image.",
          examples: [{ name: "crm", repository: "acme/crm-pipelines", module: "crm.definitions" }],
          oneOf: CODE_SOURCES.map((key) => ({ required: [key] })),
        }),
      )
      .meta({ description: "The locations, sorted by name. May be empty.", examples: [[]] }),
  })
  .meta({
    title: "locations.yaml of dagster-platform",
    description: "The list of code locations that the platform runs.",
  });

/** `defaults` as written. */
export type SharedKeys = z.infer<z.ZodObject<typeof sharedKeys>>;
/** One entry as written. */
export type Entry = z.infer<typeof entry>;
/** The part of an entry that `defaults` and `overrides` can change. */
export type Settings = Partial<z.infer<typeof override>>;

/** CPU and memory of a container. */
export interface Resources {
  /** Kubernetes quantity: `250m`, `0.5`, `2`. */
  readonly cpu: string;
  readonly memoryMiB: number;
}

/**
 * One location in one stack: `defaults`, entry and `overrides.<stack>` merged, and what nobody gave
 * filled in. Deeply frozen. What each key means stands in `docs/locations.md`.
 */
export interface Location {
  readonly name: string;
  readonly repository: string;
  readonly repositoryId?: number;
  readonly ownerId?: number;
  readonly provider: "github" | "gitlab";
  readonly defaultBranch: string;
  /** Folder inside the repository; `.` is the repository itself. */
  readonly directory: string;
  /** Relative to the folder of the list. */
  readonly checkout?: string;
  /** Exactly one of module, file, package and autoload is there. */
  readonly module?: string;
  readonly file?: string;
  readonly package?: string;
  readonly autoload?: string;
  /** The pin; undefined: the release record decides. */
  readonly image?: string;
  readonly secrets: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly resources: Resources;
  readonly runResources: Resources;
  readonly access: Access;
  readonly dbt?: { readonly project: string; readonly target: string };
  /** Undefined: pull requests get no branch deployment (no `branches`, or `enabled: false`). */
  readonly branches?: Branches;
  /** Undefined: refreshed with each push only (no `refresh`, or `schedule: never`). */
  readonly refresh?: { readonly schedule: string };
  readonly extraValues: Readonly<Record<string, unknown>>;
}

/** Rights of a location in the cloud. */
export interface Access {
  readonly aws: readonly string[];
  readonly gcp: readonly string[];
  /** Existing role; undefined: one is made. */
  readonly awsRole?: string;
  /** Existing service account; undefined: one is made. */
  readonly gcpServiceAccount?: string;
}

/** Branch deployments of a location. */
export interface Branches {
  /** 1 to 90. */
  readonly ttlDays: number;
  readonly keepLabel: string;
  readonly onOpen?: string;
  readonly onClose?: string;
  readonly schedules: boolean;
}
