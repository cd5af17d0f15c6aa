import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { CI_LIMITS, type CiLimits, type CiPlatform } from "../components/ci/ciPlatform";
import { ciYaml } from "../components/ci/ciYaml";
import {
  calledWorkflow,
  type CallerLocation,
  githubCaller,
  githubCallerPath,
} from "../components/ci/githubCaller";
import { githubLocation } from "../components/ci/githubLocation";
import { githubPlatform } from "../components/ci/githubPlatform";
import { GITLAB_CALLER, GITLAB_TEMPLATE, gitlabCaller } from "../components/ci/gitlabCaller";
import {
  GITLAB_INPUTS,
  GITLAB_STAGE,
  gitlabLocation,
  type GitlabLocationInputs,
  gitlabSpec,
} from "../components/ci/gitlabLocation";
import { gitlabPlatform } from "../components/ci/gitlabPlatform";
import { locationJobs } from "../components/ci/locationJobs";
import { locationSettings } from "../components/ci/locationSettings";
import { closureOf, type ScriptFiles } from "../components/ci/scriptFiles";
import { UV_VERSION } from "../components/ci/uv";
import { LOCATION_WORKFLOW, PLATFORM_WORKFLOW } from "../components/identities/ciTokens";
import { ciPlatform } from "./ciPlatform";
import type { PlatformConfig } from "./config";
import { branchImageName, imageName } from "./imageName";
import { InvalidInputError } from "./invalidInputError";
import type { Location } from "./list/locationSchema";

/** A file that is made from the list and the stack's config. */
export interface CiFile {
  /** In the platform's repository. What goes into a location's is below {@link CALLERS}. */
  readonly path: string;
  readonly text: string;
}

/** Folder of the files for locations' repositories: `callers/<location>/`, and then the path there. */
export const CALLERS = "callers";

/** The scripts, and the versions that everything of Python is installed in. */
const SCRIPTS = join(__dirname, "..", "components", "ci");
const CONSTRAINTS = join(__dirname, "..", "sandbox", "constraints.txt");

/** The platform's own workflow runs the program with it. */
const NODE_VERSION = "24";

/**
 * All CI files of a stack: of the platform's repository, and of each location's. Nothing is written.
 * @param limits - of the jobs
 * @throws InvalidInputError for a stack whose CI has no identities
 */
export function ciFiles(
  config: PlatformConfig,
  stack: string,
  locations: readonly Location[],
  limits: CiLimits = CI_LIMITS,
): readonly CiFile[] {
  const platform = ciPlatform(config, stack);
  requireCallable(platform, config.locationsFile, locations);
  const scripts = scriptFiles(config, platform, locations);
  const comment = closureOf(["ci_comment.py", "show_log.sh"], scripts);
  const render: Render = { platform, scripts, limits };
  const own =
    platform.provider === "github"
      ? [
          file(
            PLATFORM_WORKFLOW,
            githubPlatform({ platform, scripts: comment, nodeVersion: NODE_VERSION }),
          ),
          ...(locations.some(isOnGithub) ? [githubLocationFile(render)] : []),
        ]
      : [
          file(
            GITLAB_CALLER,
            gitlabPlatform({ platform, scripts: comment, uvVersion: UV_VERSION }),
          ),
          ...(locations.every(isOnGithub) ? [] : [gitlabTemplate(render)]),
        ];
  return [...own, ...locations.map((location) => callerFile(render, location))];
}

/** On GitHub the identities trust the reusable workflow alone, and only a repository on GitHub has one. */
function requireCallable(
  { provider }: CiPlatform,
  listFile: string,
  locations: readonly Location[],
): void {
  const names = locations.filter(isOnGithub).map(({ name }) => name);
  if (provider === "github" || names.length === 0) return;
  throw new InvalidInputError(
    `${listFile}: ${names.join(", ")}: on GitHub, and the platform's repository is on GitLab: GitHub's jobs get an identity only in the reusable workflow of a platform on GitHub; move one of the two`,
  );
}

/** What every file of a platform is made from. */
interface Render {
  readonly platform: CiPlatform;
  readonly scripts: ScriptFiles;
  readonly limits: CiLimits;
}

function isOnGithub({ provider }: Location): boolean {
  return provider === "github";
}

function githubLocationFile({ platform, scripts, limits }: Render): CiFile {
  const jobs = locationJobs(platform, limits);
  return file(
    LOCATION_WORKFLOW,
    githubLocation({ platform, jobs, scripts, uvVersion: UV_VERSION }),
  );
}

function gitlabTemplate(render: Render): CiFile {
  const { path, text } = file(GITLAB_TEMPLATE, gitlabJobs(render, GITLAB_INPUTS));
  return { path, text: `${ciYaml(gitlabSpec(), HEADER)}---\n${text}` };
}

function gitlabJobs({ platform, scripts, limits }: Render, inputs: GitlabLocationInputs): object {
  const jobs = locationJobs(platform, limits);
  return gitlabLocation({ platform, jobs, scripts, inputs, uvVersion: UV_VERSION });
}

function callerFile(render: Render, location: Location): CiFile {
  const { platform } = render;
  const caller = callerLocation(location);
  const folder = `${CALLERS}/${location.name}`;
  if (isOnGithub(location)) {
    const pinned = new Map([[calledWorkflow(platform), UNPINNED]]);
    const path = `${folder}/${githubCallerPath(location)}`;
    return file(path, githubCaller(platform, caller), CALLER_HEADER, pinned);
  }
  const path = `${folder}/${GITLAB_CALLER}`;
  // A pipeline on GitLab cannot include a file of GitHub: then all of it is there.
  if (platform.provider === "gitlab")
    return file(path, gitlabCaller(platform, caller), CALLER_HEADER);
  const { name, defaultBranch: branch, branches } = caller;
  const inputs = { location: name, branch, branches: String(branches), stage: GITLAB_STAGE };
  return file(path, gitlabJobs(render, inputs), CALLER_HEADER);
}

const UNPINNED = "zizmor: ignore[unpinned-uses] the cloud trusts the workflow of this branch alone";

function callerLocation({ name, defaultBranch, refresh, branches }: Location): CallerLocation {
  return {
    ...{ name, defaultBranch, branches: branches !== undefined },
    ...(refresh === undefined ? {} : { refreshSchedule: refresh.schedule }),
  };
}

const HEADER = [
  "Made by `npm run render` from locations.yaml and the stack's config: change it there.",
];

const CALLER_HEADER = [
  "Made by `npm run render` in the platform's repository from its locations.yaml: change it there, and copy it here.",
];

function file(
  path: string,
  value: object,
  header = HEADER,
  comments?: ReadonlyMap<unknown, string>,
): CiFile {
  return { path, text: ciYaml(value, header, comments) };
}

/** Everything that a job of a location has beside its checkout. */
function scriptFiles(
  config: PlatformConfig,
  { stack, cloud }: CiPlatform,
  locations: readonly Location[],
): ScriptFiles {
  const names = readdirSync(SCRIPTS).filter((name) => /\.(py|sh)$/.test(name));
  const settings = locations.map((location) => [
    location.name,
    locationSettings(
      location,
      imageName(config, stack, location.name) ?? "",
      location.branches === undefined ? undefined : branchImageName(config, stack, location.name),
    ),
  ]);
  const library = cloud.kind === "aws" ? "botocore" : "google-cloud-storage";
  return {
    ...Object.fromEntries(names.map((name) => [name, readFileSync(join(SCRIPTS, name), "utf8")])),
    "constraints.txt": readFileSync(CONSTRAINTS, "utf8"),
    "locations.json": locationsJson(Object.fromEntries(settings)),
    "requirements.txt": `${library}\n-c constraints.txt\n`,
  };
}

/** No value can look like something that a CI system replaces. */
function locationsJson(settings: unknown): string {
  return `${JSON.stringify(settings, null, 2).replaceAll(/\$(?=\{\{|\[\[)/g, "\\u0024")}\n`;
}
