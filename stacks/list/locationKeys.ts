import { z } from "zod";
import { isMap } from "../../components/dagster/mergeValues";
import { advice } from "./advice";
import { envName, envValue, exactImage, secretName } from "./deploymentFormats";
import {
  access,
  branches,
  dbt,
  DEFAULTS,
  refresh,
  resources,
  runResources,
  uniqueList,
} from "./locationParts";
import {
  branchName,
  checkoutFolder,
  pythonFile,
  pythonModule,
  repositoryFolder,
  repositoryName,
} from "./repositoryFormats";

/** The keys that say where a location's code is: an entry has exactly one of them. */
export const CODE_SOURCES = ["module", "file", "package", "autoload"] as const;

/** A key that says where a location's code is. */
export type CodeSourceKind = (typeof CODE_SOURCES)[number];

/** Keys that `defaults` may give for all locations. */
export const sharedKeys = {
  provider: z
    .enum(["github", "gitlab"])
    .optional()
    .meta({
      description: "Where the repository is.",
      default: DEFAULTS.provider,
      examples: ["gitlab"],
    }),
  ownerId: z
    .int()
    .min(1, {
      error: () =>
        advice("has to be 1 or more", "write what `gh api repos/OWNER/NAME --jq .owner.id` says"),
    })
    .optional()
    .meta({
      description:
        "Numeric id of the repository's owner, on GitLab of its group; needed on a cloud. The trust of the CI's identity is bound to it.",
      examples: [1234567],
    }),
  defaultBranch: branchName.optional().meta({
    description: "Branch of the repository that is released.",
    default: DEFAULTS.defaultBranch,
    examples: ["main"],
  }),
  directory: repositoryFolder.optional().meta({
    description: "Folder of the Python project inside the repository.",
    default: DEFAULTS.directory,
    examples: ["pipelines/crm"],
  }),
  secrets: uniqueList(secretName, "Secrets")
    .optional()
    .meta({
      description: "Kubernetes Secrets by name; only this location's pods get them.",
      default: [],
      examples: [["crm-warehouse"]],
    }),
  env: z
    .record(envName, envValue)
    .optional()
    .meta({
      description: "Environment of the code server and the run pods. Numbers need quotes.",
      default: {},
      examples: [{ WAREHOUSE_SCHEMA: "crm" }],
    }),
  resources: resources.optional().meta({
    description: "CPU and memory of the code server.",
    default: DEFAULTS.resources,
    examples: [{ cpu: "250m", memoryMiB: 512 }],
  }),
  runResources: runResources.optional().meta({
    description: "CPU and memory of the run pods. Default: as `resources`.",
    examples: [{ cpu: "2", memoryMiB: 4096 }],
  }),
  access: access.optional().meta({
    description: "Rights in the cloud that this location has beyond its own state.",
    default: { aws: [], gcp: [] },
    examples: [{ gcp: ["roles/bigquery.dataViewer"] }],
  }),
  branches: branches.optional().meta({
    description: "Branch deployments of pull requests. Default: none.",
    examples: [{ ttlDays: 7, onOpen: "clone_prod", onClose: "drop_prod_clone" }],
  }),
  refresh: refresh.optional().meta({
    description: "Refresh of state-backed components. Default: with each push only.",
    examples: [{ schedule: "0 6 * * *" }],
  }),
  extraValues: z
    .record(z.string(), z.unknown())
    .superRefine(checkExtraDeployments)
    .optional()
    .meta({
      description:
        "Values of the chart dagster-user-deployments, merged last. Of `deployments` the one entry is merged.",
      default: {},
      examples: [{ deployments: [{ nodeSelector: { pool: "data" } }] }],
    }),
};

/** Keys that belong to one location; a stack may override them. */
export const ownKeys = {
  repository: repositoryName.optional().meta({
    description: "Repository as owner/name; on GitLab groups may be nested.",
    examples: ["acme/crm-pipelines"],
  }),
  repositoryId: z
    .int()
    .min(1, {
      error: () =>
        advice("has to be 1 or more", "write what `gh api repos/OWNER/NAME --jq .id` says"),
    })
    .optional()
    .meta({
      description:
        "Numeric id of the repository, on GitLab of the project; needed on a cloud. The trust of the CI's identity is bound to it.",
      examples: [871234567],
    }),
  checkout: checkoutFolder.optional().meta({
    description:
      "Local working copy, relative to this file, for the sandbox and `npm run release`. Needed by the stack `sandbox` only.",
    examples: ["../crm-pipelines"],
  }),
  module: pythonModule.optional().meta({
    description: "Python module with the definitions (`dagster api grpc -m`).",
    examples: ["crm.definitions"],
  }),
  file: pythonFile.optional().meta({
    description: "Python file with the definitions (`-f`), relative to the directory.",
    examples: ["src/crm/definitions.py"],
  }),
  package: pythonModule.optional().meta({
    description: "Python package with the definitions (`--package-name`).",
    examples: ["crm"],
  }),
  autoload: pythonModule.optional().meta({
    description:
      "Python module that is searched for definitions (`--autoload-defs-module-name`): the `defs` of a dg project.",
    examples: ["crm.defs"],
  }),
  image: exactImage.optional().meta({
    description:
      "Exact image, by tag or digest, that pins the location. Default: what the release record says.",
    examples: ["ghcr.io/acme/crm:1.4.0"],
  }),
  dbt: dbt.optional().meta({
    description: "The dbt project of the location. Default: none.",
    examples: [{ project: "dbt", target: "prod" }],
  }),
};

/** A location is one deployment of the chart: a second one would be a location without an entry. */
function checkExtraDeployments(
  { deployments }: Readonly<Record<string, unknown>>,
  context: z.RefinementCtx,
): void {
  if (deployments === undefined) return;
  const given = Array.isArray(deployments) ? (deployments as readonly unknown[]) : [];
  if (given.length === 1 && isMap(given[0])) return;
  const message = advice(
    "has to be a list with one map: the values of the location's one deployment",
    "write it like `deployments: [{ nodeSelector: { pool: data } }]`",
  );
  context.addIssue({ code: "custom", message, path: ["deployments"] });
}
