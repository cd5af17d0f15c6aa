import { parse } from "yaml";

import { type CiFile, ciFiles } from "../../../stacks/ciFiles";
import { AWS, cloudInput, GCP, listOf } from "../../stacks/cloudInput";

/** A workflow of GitHub, as far as the tests look at it. */
export interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: unknown;
  readonly concurrency?: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}

export interface Job {
  readonly permissions: Readonly<Record<string, string>>;
  readonly "timeout-minutes"?: number;
  readonly "runs-on"?: string;
  readonly if?: string;
  readonly environment?: unknown;
  readonly concurrency?: unknown;
  readonly uses?: string;
  readonly secrets?: unknown;
  readonly outputs?: Readonly<Record<string, string>>;
  readonly steps?: readonly Step[];
}

export interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly run?: string;
}

/** Platforms that differ in what their files have. */
export const PLATFORMS = {
  "on AWS": AWS,
  "on AWS, with a backend of its own and the registry of GitHub": {
    ...AWS,
    ...{ pulumiBackendUrl: "s3://acme-pulumi", imageRegistry: "ghcr.io/acme" },
  },
  "on Google Cloud": GCP,
} as const;

/** Locations that differ in what their files have. */
export const LOCATIONS = listOf(
  { name: "crm", branches: {}, refresh: { schedule: "0 6 * * *" } },
  { name: "finance", repository: "acme/finance-pipelines" },
  { name: "shop", dbt: { project: "dbt", target: "prod" }, branches: {} },
);

/** The CI files of a platform. */
export function rendering(
  config: Readonly<Record<string, unknown>> = AWS,
  list = LOCATIONS,
): readonly CiFile[] {
  const input = cloudInput(config, list);
  return ciFiles(input.config, "prod", input.locations);
}

export function workflow({ text }: CiFile): Workflow {
  return parse(text) as Workflow;
}

/** The file with a name. */
export function fileOf(files: readonly CiFile[], name: string): CiFile {
  const found = files.find(({ path }) => path.endsWith(`/${name}.yml`));
  if (found === undefined) throw new Error(`no ${name}.yml`);
  return found;
}

/** All jobs of all files, `file job`. */
export function jobsOf(files: readonly CiFile[]): readonly (readonly [string, Job])[] {
  return files.flatMap((file) =>
    Object.entries(workflow(file).jobs).map(
      ([name, job]) => [`${file.path.replace(/.*\//, "")} ${name}`, job] as const,
    ),
  );
}

/** All steps of all files. */
export function stepsOf(files: readonly CiFile[]): readonly Step[] {
  return jobsOf(files).flatMap(([, { steps = [] }]) => steps);
}
