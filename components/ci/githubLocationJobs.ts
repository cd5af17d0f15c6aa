import type { CiPlatform } from "./ciPlatform";
import { REGISTRY_SECRETS } from "./ciSecrets";
import { scriptsCommand, setUpCommand } from "./githubScripts";
import {
  ACTIONS,
  checkoutStep,
  credentialsStep,
  type GithubStep,
  RUNNER,
  runStep,
  useStep,
} from "./githubSteps";
import { JOB_MINUTES, type LocationJobs } from "./locationJobs";
import type { ScriptFiles } from "./scriptFiles";

export interface GithubLocationInput {
  readonly platform: CiPlatform;
  readonly jobs: LocationJobs;
  readonly scripts: ScriptFiles;
  /** Of uv, which runs all Python. */
  readonly uvVersion: string;
}

/** Forks and Dependabot get no token of their own: a job would only fail. */
const IS_TRUSTED = [
  "github.event_name != 'pull_request'",
  "(github.event.pull_request.head.repo.full_name == github.repository && github.event.pull_request.user.login != 'dependabot[bot]')",
].join(" || ");

const HANDOVER = "${{ runner.temp }}/dagster-handover";
const STATE = "dagster-${{ inputs.location }}-state";
const IMAGE = "dagster-${{ inputs.location }}-image";
const RELEASE = "dagster-${{ inputs.location }}-release";

/** Steps that every job begins with, and that are written once. */
interface Shared {
  readonly scripts: GithubStep;
  readonly setUp: GithubStep;
  readonly uv: GithubStep;
  readonly login: GithubStep;
  readonly checkout: GithubStep;
  readonly takeState: GithubStep;
}

/** The jobs of the reusable workflow; what several have in common is one object, which YAML writes once. */
export function githubLocationJobs(input: GithubLocationInput): object {
  const shared = sharedSteps(input);
  return {
    refresh: refreshJob(input, shared),
    build: buildJob(input, shared),
    release: releaseJob(input, shared),
    deploy: deployJob(input, shared),
    branch: branchJob(input, shared),
  };
}

function sharedSteps({ platform, scripts, uvVersion }: GithubLocationInput): Shared {
  return {
    scripts: { name: "Write the scripts", run: scriptsCommand(scripts) },
    setUp: { name: "Set up", run: setUpCommand() },
    // Nothing of a run is kept for another one; and before a checkout, all commits would have the same key.
    uv: useStep("Install uv", ACTIONS.setupUv, {
      with: { version: uvVersion, "enable-cache": false, "ignore-empty-workdir": true },
    }),
    login: credentialsStep(platform.cloud, locationRole(platform)),
    checkout: checkoutStep("${{ needs.refresh.outputs.commit }}"),
    takeState: useStep("Take over the state", ACTIONS.download, {
      with: { name: STATE, path: HANDOVER },
    }),
  };
}

function locationRole({ cloud }: CiPlatform): string {
  if (cloud.kind === "gcp") return "";
  return `${cloud.locationRolePrefix}\${{ inputs.location }}-\${{ github.event_name == 'pull_request' && 'pull-request' || 'ci' }}`;
}

function refreshJob({ jobs }: GithubLocationInput, { scripts, uv, login }: Shared): object {
  const wanted = { if: "steps.plan.outputs.refresh == 'true'" };
  const env = { DAGSTER_REFRESH_ENV: "${{ secrets.DAGSTER_REFRESH_ENV }}" };
  const [install, ...refresh] = jobs.refresh.map((step, index) =>
    runStep(step, index === 0 ? wanted : { ...wanted, env }),
  );
  return {
    ...job("refresh", { "id-token": "write", contents: "read" }),
    if: IS_TRUSTED,
    outputs: Object.fromEntries(
      ["kind", "commit", "build"].map((name) => [name, `\${{ steps.plan.outputs.${name} }}`]),
    ),
    steps: [
      ...[scripts, uv, login],
      runStep(jobs.plan, { id: "plan" }),
      checkoutStep("${{ steps.plan.outputs.commit }}", wanted),
      ...[install, ...refresh],
      // Also without a refresh: the plan is in it.
      handOver(STATE, HANDOVER),
    ],
  };
}

function buildJob({ jobs, platform }: GithubLocationInput, shared: Shared): object {
  const { setUp, uv, login, checkout, takeState } = shared;
  const [context, registry, build] = jobs.build;
  return {
    ...job("build", {
      "id-token": "write",
      contents: "read",
      ...(platform.registryLogin ? { packages: "write" } : {}),
    }),
    needs: "refresh",
    if: "needs.refresh.outputs.build == 'true'",
    steps: [
      ...[takeState, setUp, uv, checkout],
      ...(context === undefined ? [] : [runStep(context)]),
      login,
      ...(registry === undefined ? [] : [runStep(registry, registryEnvironment(platform))]),
      ...(build === undefined ? [] : [runStep(build)]),
      // GitHub withholds an output in which it sees a secret, and a registry's user may be part of the image's name.
      handOver(IMAGE, `${HANDOVER}/image.txt`),
    ],
  };
}

function registryEnvironment({ registryLogin }: CiPlatform): Pick<GithubStep, "env"> {
  if (!registryLogin) return {};
  const secrets = Object.keys(REGISTRY_SECRETS).map((name) => [name, `\${{ secrets.${name} }}`]);
  const given = Object.fromEntries(secrets) as Readonly<Record<string, string>>;
  return { env: { GITHUB_TOKEN: "${{ github.token }}", ...given } };
}

/** The image of this run; what was not built is in the plan's folder. */
const TAKE_IMAGE = useStep("Take over the image", ACTIONS.download, {
  if: "needs.build.result == 'success'",
  with: { name: IMAGE, path: HANDOVER },
});

function afterBuild(...kinds: readonly string[]): string {
  const isKind = kinds.map((kind) => `needs.refresh.outputs.kind == '${kind}'`).join(" || ");
  return `!cancelled() && needs.refresh.result == 'success' && (needs.build.result == 'success' || needs.build.result == 'skipped') && (${isKind})`;
}

function releaseJob({ jobs }: GithubLocationInput, shared: Shared): object {
  const { setUp, uv, login, takeState } = shared;
  return {
    ...job("release", { "id-token": "write" }),
    needs: ["refresh", "build"],
    if: afterBuild("release", "refresh"),
    steps: [
      ...[takeState, setUp, uv, TAKE_IMAGE, login],
      runStep(jobs.release),
      handOver(RELEASE, `${HANDOVER}/release.json\n${HANDOVER}/scripts`),
    ],
  };
}

function deployJob({ jobs }: GithubLocationInput, { setUp, uv, login }: Shared): object {
  return {
    ...job("deploy", { "id-token": "write", statuses: "write" }),
    needs: "release",
    // Without a function GitHub would skip it when a job before it was skipped, as the build of a scheduled refresh is.
    if: "!cancelled() && needs.release.result == 'success'",
    steps: [
      useStep("Take over the release", ACTIONS.download, {
        with: { name: RELEASE, path: HANDOVER },
      }),
      ...[setUp, uv, login],
      runStep(jobs.deploy, {
        env: {
          DAGSTER_DEPLOY_TOKEN: "${{ secrets.DAGSTER_DEPLOY_TOKEN }}",
          GITHUB_TOKEN: "${{ github.token }}",
        },
      }),
    ],
  };
}

function branchJob({ jobs }: GithubLocationInput, shared: Shared): object {
  const { setUp, uv, login, takeState } = shared;
  return {
    ...job("branch", { "id-token": "write" }),
    needs: ["refresh", "build"],
    if: afterBuild("branch", "close"),
    steps: [...[takeState, setUp, uv, TAKE_IMAGE, login], runStep(jobs.branch)],
  };
}

function job(name: keyof typeof JOB_MINUTES, permissions: Readonly<Record<string, string>>) {
  return { "runs-on": RUNNER, "timeout-minutes": JOB_MINUTES[name], permissions };
}

/** A second attempt replaces what the first one handed over. The scripts go with it: all jobs have the same identity. */
function handOver(name: string, path: string): GithubStep {
  return useStep("Hand over", ACTIONS.upload, {
    with: {
      ...{ name, path },
      ...{ "if-no-files-found": "error", overwrite: true, "retention-days": 7 },
    },
  });
}
