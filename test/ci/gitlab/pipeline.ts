import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { stringify } from "yaml";

import { absentVariables, ID_TOKEN, type PipelineEvent, predefinedVariables } from "./events";
import type { Remotes } from "./remotes";

/** A pipeline to be run. */
export interface PipelineInput {
  readonly remotes: Remotes;
  readonly event: PipelineEvent;
  /** CI/CD variables of the project. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Of the runner. */
  readonly environment: NodeJS.ProcessEnv;
  /** Jobs, or hidden ones that they extend, whose image the shell here stands for. */
  readonly images: readonly string[];
}

/** How a job ended; a job that is not here did not run. */
export type JobEnd = "passed" | "failed";

/** A pipeline that has ended. */
export interface Pipeline {
  /** The jobs that ran, in the order of their end. */
  readonly jobs: Readonly<Record<string, JobEnd>>;
  /** All that gitlab-ci-local said. */
  readonly output: string;
  /** What a job said. */
  readonly log: (job: string) => string;
  /** The names of the files that a job has handed over. */
  readonly artifacts: (job: string) => readonly string[];
  readonly artifact: (job: string, file: string) => string;
}

/** A job on gitlab-ci-local's list. */
interface ListedJob {
  readonly name: string;
  readonly when: string;
}

/**
 * A shell has neither image nor services; and gitlab-ci-local makes the checkout anew for what comes after a script, which takes away what is handed over.
 */
const OVERLAY = { image: null, services: [], after_script: [] };

/** Runs the pipeline of a checkout to its end. */
export async function runPipeline(input: PipelineInput): Promise<Pipeline> {
  const folder = input.remotes.checkOut(input.event.project, input.event.branch);
  const withoutImage = input.images.map((job) => [job, OVERLAY]);
  // gitlab-ci-local lays it over what is in the repository.
  const overlay = stringify(Object.fromEntries(withoutImage));
  writeFileSync(join(folder, ".gitlab-ci-local.yml"), overlay);
  const output = await gitlabCiLocal(folder, input, [
    ...["--force-shell-executor", "--shell-isolation", "--no-artifacts-to-source"],
    // Without images it is no file of GitLab any more; as it is, `validate` looks at it.
    "--no-json-schema-validation",
  ]);
  const state = join(folder, ".gitlab-ci-local");
  const artifacts = (job: string): string => join(state, "artifacts", safeName(job));
  return {
    jobs: jobEnds(output),
    output,
    log: (job) => readFileSync(join(state, "output", `${safeName(job)}.log`), "utf8"),
    artifacts: (job) =>
      existsSync(artifacts(job))
        ? readdirSync(artifacts(job), { recursive: true, encoding: "utf8" }).sort()
        : [],
    artifact: (job, file) => readFileSync(join(artifacts(job), file), "utf8"),
  };
}

/** The jobs that a pipeline has. */
export async function listJobs(input: PipelineInput): Promise<readonly string[]> {
  const jobs = await listed(input, "--no-json-schema-validation");
  return jobs.filter(({ when }) => when !== "never").map(({ name }) => name);
}

/**
 * Validates a pipeline by the schema of GitLab that gitlab-ci-local brings.
 * @throws Error with what is wrong
 */
export async function validate(input: PipelineInput): Promise<void> {
  await listed(input, "--json-schema-validation");
}

async function listed(input: PipelineInput, option: string): Promise<readonly ListedJob[]> {
  const folder = input.remotes.checkOut(input.event.project, input.event.branch);
  const output = await gitlabCiLocal(folder, input, ["--list-json", option]);
  const from = output.search(/^\[/m);
  if (from < 0) throw new Error(output);
  return JSON.parse(output.slice(from)) as readonly ListedJob[];
}

function gitlabCiLocal(
  cwd: string,
  { remotes, event, variables = {}, environment }: PipelineInput,
  options: readonly string[],
): Promise<string> {
  const given = { ...predefinedVariables(event), DAGSTER_ID_TOKEN: ID_TOKEN, ...variables };
  const args = [
    ...options,
    "--no-color",
    ...Object.entries(given).flatMap(([name, value]) => ["--variable", `${name}=${value}`]),
    ...absentVariables(event).flatMap((name) => ["--unset-variable", name]),
  ];
  const child = spawn("gitlab-ci-local", args, {
    cwd,
    env: { ...environment, ...remotes.environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  return new Promise((resolve, reject) => {
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => (output += text));
    child.once("error", reject);
    child.once("close", () => {
      resolve(output);
    });
  });
}

/** From the lines ` PASS  finance:build` and ` FAIL  finance:build` at the end. */
function jobEnds(output: string): Readonly<Record<string, JobEnd>> {
  const found = [...output.matchAll(/^ (PASS|FAIL) +(\S+)/gm)];
  return Object.fromEntries(
    found.map(([, end, job = ""]) => [job, end === "PASS" ? "passed" : "failed"]),
  );
}

/** As gitlab-ci-local names folders and files of a job. */
function safeName(job: string): string {
  return job.replace(/[^\w-]+/g, (text) => Buffer.from(text).toString("base64url"));
}
