/** What the jobs of a location call, in order, as `WorkflowRun.did` says it. */

/** Where images go. */
export const REGISTRY = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";

/** ARN of a location's role without its end. */
export const CI_ROLE = "arn:aws:iam::123456789012:role/dagster-platform/prod/dagster-prod-";

const LOGIN = "configure-aws-credentials";
const TAKE_OVER = ["download-artifact", "setup-uv"];

/** Without anything to refresh. */
export const PLAN = ["setup-uv", LOGIN, "job_plan.py", "upload-artifact"];

/** As far as a refresh that fails comes. */
export const FAILED_REFRESH = ["setup-uv", LOGIN, "job_plan.py", "checkout", "uv sync"];

export const REFRESH = [...FAILED_REFRESH, "upload-artifact"];

const BUILD_IMAGE = [
  ...[...TAKE_OVER, "checkout", LOGIN, "registry_login.py", "docker login"],
  ...["build_image.py", "docker version", "docker build"],
];

/** As far as a build that fails comes. */
export const FAILED_BUILD = BUILD_IMAGE;

/** As far as a build comes whose image does not load its code. */
export const FAILED_CHECK = [
  ...[...BUILD_IMAGE, "docker create", "docker cp", "docker start"],
  ...["docker container", "docker rm"],
];

/** As far as a build comes whose image the registry does not take. */
export const FAILED_PUSH = [
  ...[...BUILD_IMAGE, "docker create", "docker cp", "docker start", "docker rm"],
  "docker push",
];

export const BUILD = [...FAILED_PUSH, "docker image", "upload-artifact"];

/** With the image that is there already. */
export const RELEASE_AGAIN = [...TAKE_OVER, LOGIN, "release.py", "upload-artifact"];

export const RELEASE = [...TAKE_OVER, "download-artifact", ...RELEASE_AGAIN.slice(2)];

export const DEPLOY = [...TAKE_OVER, LOGIN, "deploy_release.py"];

/** Of a pull request that was closed. */
export const CLOSED_BRANCH = [...TAKE_OVER, LOGIN, "branch_record.py"];

export const BRANCH = [...TAKE_OVER, "download-artifact", ...CLOSED_BRANCH.slice(2)];
