/**
 * What the jobs of a location's CI do, as shell commands that are the same on GitHub and GitLab. They find the scripts in `$DAGSTER_CI`, hand
 * files over in `$DAGSTER_HANDOVER`, and keep what is thrown away in `$DAGSTER_WORK`; the plan of the run is `PLAN_…`.
 */
import type { CiLimits, CiPlatform } from "./ciPlatform";

/** One step: what a person reads, and what the shell runs. */
export interface CiStep {
  readonly title: string;
  readonly run: string;
}

/** The steps of each job. */
export interface LocationJobs {
  readonly plan: CiStep;
  readonly refresh: readonly CiStep[];
  readonly build: readonly CiStep[];
  readonly release: CiStep;
  readonly deploy: CiStep;
  readonly branch: CiStep;
}

/** Minutes that each job may take. */
export const JOB_MINUTES = { refresh: 60, build: 45, release: 10, deploy: 45, branch: 10 } as const;

/** The jobs of every location of a platform. */
export function locationJobs(platform: CiPlatform, limits: CiLimits): LocationJobs {
  return {
    plan: {
      title: "What is to be done",
      run: script(
        `"$DAGSTER_CI/run.sh" job_plan.py ${LOCATION}`,
        '--state-store "$DAGSTER_STATE_STORE" --output "$DAGSTER_HANDOVER"',
      ),
    },
    refresh: [installStep(), refreshStep(limits)],
    build: [contextStep(), loginStep(), buildStep()],
    release: releaseStep(),
    deploy: deployStep(platform, limits),
    branch: branchStep(),
  };
}

/** How release.py ends when a newer release is there. */
const SUPERSEDED = 3;

const LOCATION = '--location "$DAGSTER_LOCATION" --locations "$DAGSTER_CI/locations.json"';

const PLAN = '. "$DAGSTER_HANDOVER/plan.env"';

function installStep(): CiStep {
  return {
    title: "Install the location's packages",
    run: lines(
      PLAN,
      script(
        'python3 "$DAGSTER_CI/install_project.py" --project "$PLAN_DIRECTORY"',
        '--environment "$DAGSTER_WORK/venv" --log "$DAGSTER_WORK/install.log" ||',
        '"$DAGSTER_CI/show_log.sh" "$DAGSTER_WORK/install.log"',
      ),
    ),
  };
}

function refreshStep(limits: CiLimits): CiStep {
  const { refreshAttempts, refreshTimeoutSeconds, refreshBaseDelaySeconds } = limits;
  return {
    title: "Refresh the defs state",
    run: lines(
      PLAN,
      // A dbt component calls the dbt of its own packages.
      'export PATH="$DAGSTER_WORK/venv/bin:$PATH"',
      script(
        `python "$DAGSTER_CI/refresh.py" ${LOCATION}`,
        '--state-store "$PLAN_STATE_STORE" --project "$PLAN_DIRECTORY"',
        '--output "$DAGSTER_HANDOVER/defs-state.json" --log "$DAGSTER_WORK/refresh.log"',
        `--attempts ${refreshAttempts} --timeout ${refreshTimeoutSeconds} --base-delay ${refreshBaseDelaySeconds} ||`,
        '"$DAGSTER_CI/show_log.sh" "$DAGSTER_WORK/refresh.log"',
      ),
      script(
        'python3 "$DAGSTER_CI/state_archive.py" pack --project "$PLAN_DIRECTORY"',
        '--archive "$DAGSTER_HANDOVER/local-state.tar"',
      ),
      'if [ -n "$PLAN_DBT_PROJECT" ]; then',
      script(
        '  python3 "$DAGSTER_CI/dbt_manifest.py" --project "$PLAN_DIRECTORY"',
        '  --dbt-project "$PLAN_DBT_PROJECT" --target "$PLAN_DBT_TARGET"',
        '  --output "$DAGSTER_HANDOVER/dbt.json"',
      ),
      "fi",
    ),
  };
}

function contextStep(): CiStep {
  return {
    title: "Put the local state into the build context",
    run: lines(
      PLAN,
      script(
        'python3 "$DAGSTER_CI/state_archive.py" unpack --project "$PLAN_DIRECTORY"',
        '--archive "$DAGSTER_HANDOVER/local-state.tar"',
      ),
    ),
  };
}

function loginStep(): CiStep {
  return {
    title: "Log in to the registry",
    run: lines(PLAN, '"$DAGSTER_CI/run.sh" registry_login.py --image "${PLAN_IMAGE%:*}"'),
  };
}

function buildStep(): CiStep {
  return {
    title: "Build the image, see that it loads its code, push it",
    run: lines(
      PLAN,
      script(
        `"$DAGSTER_CI/run.sh" build_image.py ${LOCATION}`,
        '--project "$PLAN_DIRECTORY" --image "$PLAN_IMAGE" --state-store "$PLAN_STATE_STORE"',
        '--defs-state "$DAGSTER_HANDOVER/defs-state.json" --output "$DAGSTER_HANDOVER/image.txt"',
        '${PLAN_CACHE_IMAGE:+--cache-from "$PLAN_CACHE_IMAGE"} --log "$DAGSTER_WORK/build.log" ||',
        '"$DAGSTER_CI/show_log.sh" "$DAGSTER_WORK/build.log"',
      ),
    ),
  };
}

function releaseStep(): CiStep {
  return {
    title: "Write the release record",
    run: lines(
      PLAN,
      'dbt="$DAGSTER_HANDOVER/dbt.json"',
      '[ -f "$dbt" ] || dbt=',
      // Superseded is not a failure: a newer release is there.
      "code=0",
      script(
        '"$DAGSTER_CI/run.sh" release.py --location "$DAGSTER_LOCATION"',
        '--state-store "$DAGSTER_STATE_STORE" --repository "$PLAN_REPOSITORY"',
        '--image "$(cat "$DAGSTER_HANDOVER/image.txt")" --commit "$PLAN_COMMIT"',
        '--defs-state "$DAGSTER_HANDOVER/defs-state.json" ${dbt:+--dbt "$dbt"}',
        '--released-by "$PLAN_ACTOR" --run-url "$PLAN_RUN_URL" --committed-at "$PLAN_WANTED_AT"',
        '--output "$DAGSTER_HANDOVER/release.json" || code=$?',
      ),
      `[ "$code" -eq 0 ] || [ "$code" -eq ${SUPERSEDED} ]`,
    ),
  };
}

function deployStep(platform: CiPlatform, limits: CiLimits): CiStep {
  const { provider, repository, repositoryId, branch, gitlabUrl } = platform;
  // An enterprise has a GitHub of its own, and says so in its jobs.
  const github = '"${GITHUB_API_URL:-https://api.github.com}"';
  const api = provider === "github" ? github : `${gitlabUrl}/api/v4`;
  return {
    title: "Wait until the platform serves it",
    run: script(
      '"$DAGSTER_CI/run.sh" deploy_release.py --location "$DAGSTER_LOCATION"',
      '--state-store "$DAGSTER_STATE_STORE" --release "$DAGSTER_HANDOVER/release.json"',
      `--platform-provider ${provider} --platform-api ${api} --platform-repository ${repository}`,
      `--platform-id ${repositoryId} --platform-branch ${branch} --status`,
      `--timeout ${limits.deployTimeoutSeconds} --poll ${limits.deployPollSeconds}`,
    ),
  };
}

function branchStep(): CiStep {
  return {
    title: "Record what the pull request wants",
    run: lines(
      PLAN,
      'set -- --plan "$DAGSTER_HANDOVER/plan.json" --state-store "$DAGSTER_STATE_STORE"',
      'if [ "$PLAN_KIND" = branch ]; then',
      script(
        '  set -- "$@" --image-file "$DAGSTER_HANDOVER/image.txt"',
        '  --defs-state "$DAGSTER_HANDOVER/defs-state.json"',
      ),
      "fi",
      '"$DAGSTER_CI/run.sh" branch_record.py "$@"',
    ),
  };
}

function lines(...all: readonly string[]): string {
  return all.join("\n");
}

/** One command on several lines. */
function script(...parts: readonly string[]): string {
  const [first = "", ...more] = parts;
  return [first, ...more.map((part) => `  ${part}`)].join(" \\\n");
}
