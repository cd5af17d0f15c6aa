import type { CiPlatform } from "./ciPlatform";
import { GITLAB_IMAGES, uvImage } from "./gitlabImages";
import { locationRules } from "./gitlabRules";
import {
  gitlabCredentials,
  gitlabScriptsCommand,
  gitlabSetUp,
  HAND_OVER,
  HANDOVER,
  idToken,
  TIDY,
} from "./gitlabScripts";
import { type CiStep, JOB_MINUTES, type LocationJobs } from "./locationJobs";
import type { ScriptFiles } from "./scriptFiles";

/** What the including file says of its location. */
export interface GitlabLocationInputs {
  readonly location: string;
  readonly branch: string;
  /** `true` or `false`: whether merge requests get a branch deployment. */
  readonly branches: string;
  /** Of the including pipeline. */
  readonly stage: string;
}

export interface GitlabLocationInput {
  readonly platform: CiPlatform;
  readonly jobs: LocationJobs;
  readonly scripts: ScriptFiles;
  readonly uvVersion: string;
  /** The values, or GitLab's placeholders for them. */
  readonly inputs: GitlabLocationInputs;
}

/** Placeholders for what the including file says. */
export const GITLAB_INPUTS: GitlabLocationInputs = {
  location: "$[[ inputs.location ]]",
  branch: "$[[ inputs.branch ]]",
  branches: "$[[ inputs.branches ]]",
  stage: "$[[ inputs.stage ]]",
};

/** Stage of all jobs: they begin after the stages before it, and then in the order of their needs. Every pipeline has it unless it says otherwise. */
export const GITLAB_STAGE = "deploy";

/** The header of a file with {@link GITLAB_INPUTS}. */
export function gitlabSpec(): object {
  return {
    spec: {
      inputs: {
        location: { description: "Name on the platform's list" },
        branch: { description: "Branch that is released", default: "main" },
        branches: {
          description: "Whether merge requests get a branch deployment",
          options: ["true", "false"],
          default: "false",
        },
        stage: { description: "Stage of the jobs", default: GITLAB_STAGE },
      },
    },
  };
}

/** The jobs of one location on GitLab. */
export function gitlabLocation(input: GitlabLocationInput): object {
  const { jobs, inputs } = input;
  const job = jobsOf(input);
  const [context, ...build] = jobs.build;
  const isBranch = '[ "$PLAN_KIND" = branch ] || [ "$PLAN_KIND" = close ]';
  const isRelease = '[ "$PLAN_KIND" = release ] || [ "$PLAN_KIND" = refresh ]';
  const { request, branch } = locationRules(inputs);
  return {
    [`.dagster-${inputs.location}`]: { ...template(input), rules: [request, branch] },
    ...job("refresh", [], { ...handsOver(), before_script: beforeScript(input, true) }, [
      ...[jobs.plan, stopUnless('[ "$PLAN_REFRESH" = true ]', HAND_OVER), checkOutCommit],
      ...jobs.refresh,
      handOver,
    ]),
    ...job("build", ["refresh"], { ...docker(input), ...handsOver() }, [
      ...[stopUnless('[ "$PLAN_BUILD" = true ]', HAND_OVER), checkOutCommit],
      ...(context === undefined ? [] : [context]),
      ...[...build, handOver],
    ]),
    ...job("release", ["refresh", "build"], { ...handsOver(), rules: [branch] }, [
      ...[stopUnless(isRelease, HAND_OVER), jobs.release, handOver],
    ]),
    ...job("deploy", ["release"], { rules: [branch] }, [stopUnless(isRelease), jobs.deploy]),
    ...job("branch", ["refresh", "build"], { rules: [request] }, [
      ...[stopUnless(isBranch), jobs.branch],
    ]),
  };
}

/** What all jobs of the location have. */
function template(input: GitlabLocationInput): object {
  const { platform, uvVersion, inputs } = input;
  const { cloud, stateStore } = platform;
  return {
    stage: inputs.stage,
    image: uvImage(uvVersion),
    variables: {
      ...{ DAGSTER_LOCATION: inputs.location, DAGSTER_STATE_STORE: stateStore },
      DAGSTER_ROLE: "ci",
    },
    id_tokens: idToken(cloud),
    before_script: beforeScript(input, false),
    after_script: [TIDY],
    // Of the machine, never of the job: what may be tried again is.
    retry: { max: 2, when: ["runner_system_failure", "stuck_or_timeout_failure"] },
  };
}

/** Makes jobs that extend the template, called after the location. */
function jobsOf({ inputs }: GitlabLocationInput) {
  const name = (job: string): string => `${inputs.location}:${job}`;
  return (
    job: keyof typeof JOB_MINUTES,
    needs: readonly string[],
    more: object,
    steps: readonly CiStep[],
  ): Readonly<Record<string, object>> => ({
    [name(job)]: {
      extends: `.dagster-${inputs.location}`,
      // Without needs it begins when the stages before are done: a repository may have tests there.
      ...(needs.length === 0 ? {} : { needs: needs.map(name) }),
      timeout: `${JOB_MINUTES[job]} minutes`,
      ...more,
      script: steps.map(({ title, run }) => `# ${title}\n${run}`),
    },
  });
}

/** The plan, which ends the job when it has nothing to do. */
function stopUnless(condition: string, last = ":"): CiStep {
  return {
    title: "Is there something to do?",
    run: [
      '. "$DAGSTER_HANDOVER/plan.env"',
      `if ! { ${condition}; }; then`,
      `  echo "nothing to do in this job"`,
      `  ${last}`,
      "  exit 0",
      "fi",
    ].join("\n"),
  };
}

/** A scheduled refresh is of the commit that was released, not of the branch's last one. */
const checkOutCommit: CiStep = {
  title: "Check out the commit",
  run: [
    'if [ "$PLAN_COMMIT" != "$(git rev-parse HEAD)" ]; then',
    '  git fetch --quiet --depth 1 origin "$PLAN_COMMIT"',
    '  git checkout --quiet --force --detach "$PLAN_COMMIT"',
    "fi",
  ].join("\n"),
};

const handOver: CiStep = { title: "Hand over", run: HAND_OVER };

function handsOver(): object {
  // Without it, everybody may read them in a public project.
  return { artifacts: { paths: [`${HANDOVER}/`], access: "developer", expire_in: "7 days" } };
}

/**
 * Docker's own image, and a daemon beside the job that it reaches over TLS. The image's entrypoint sets the last two by itself, but runners on Kubernetes do not
 * run it.
 * @see https://docs.gitlab.com/ci/docker/using_docker_build/#docker-in-docker-with-tls-enabled-in-kubernetes
 */
function docker(input: GitlabLocationInput): object {
  return {
    image: GITLAB_IMAGES.docker,
    services: [GITLAB_IMAGES.dockerDaemon],
    variables: {
      ...{ DOCKER_HOST: "tcp://docker:2376", DOCKER_TLS_CERTDIR: "/certs" },
      ...{ DOCKER_TLS_VERIFY: "1", DOCKER_CERT_PATH: "/certs/client" },
    },
    before_script: [
      "command -v uv > /dev/null || apk add --no-cache --quiet git python3 uv",
      ...beforeScript(input, false),
    ],
  };
}

/** @param brings - whether the job writes the scripts; the others take them over */
function beforeScript(
  { platform, scripts }: GitlabLocationInput,
  brings: boolean,
): readonly string[] {
  const { cloud } = platform;
  const role =
    cloud.kind === "aws" ? `${cloud.locationRolePrefix}$DAGSTER_LOCATION-$DAGSTER_ROLE` : "";
  return [brings ? gitlabScriptsCommand(scripts) : gitlabSetUp(), gitlabCredentials(cloud, role)];
}
