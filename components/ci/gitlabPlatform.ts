import type { CiCloud, CiPlatform } from "./ciPlatform";
import { GITLAB_IMAGES, uvImage } from "./gitlabImages";
import { IS_OWN_REQUEST } from "./gitlabRules";
import { gitlabCredentials, gitlabScriptsCommand, idToken, TIDY } from "./gitlabScripts";
import { deployCommand, PLATFORM_MINUTES, previewCommand } from "./platformJobs";
import type { ScriptFiles } from "./scriptFiles";

export interface GitlabPlatformInput {
  readonly platform: CiPlatform;
  /** Of the comment. */
  readonly scripts: ScriptFiles;
  readonly uvVersion: string;
}

/** The pipeline of the platform's own repository on GitLab. */
export function gitlabPlatform({ platform, scripts, uvVersion }: GitlabPlatformInput): object {
  const [preview, fresh] = previewCommand(platform);
  const group = `deploy-${platform.stack}`;
  return {
    stages: ["preview", "deploy"],
    ".platform": template(platform.cloud),
    preview: {
      ...{ extends: ".platform", stage: "preview", timeout: minutes("preview") },
      interruptible: true,
      rules: [{ if: isRequest(platform) }],
      before_script: setUp(platform, "previewRole"),
      // The preview is worth reading also when something was not rendered.
      script: [`code=0; ${preview} || code=$?`, fresh, 'exit "$code"'],
      artifacts: ARTIFACTS,
    },
    comment: {
      ...{ stage: "preview", needs: ["preview"], image: uvImage(uvVersion) },
      timeout: minutes("comment"),
      rules: [{ if: isRequest(platform), when: "always" }],
      before_script: [gitlabScriptsCommand(scripts)],
      after_script: [TIDY],
      script: [
        'if [ -f preview.md ]; then python3 "$DAGSTER_CI/ci_comment.py" --marker preview --body preview.md; fi',
      ],
    },
    deploy: {
      ...{ extends: ".platform", stage: "deploy", timeout: minutes("deploy") },
      // One at a time; what waits for an update that did its work, too, ends at once.
      resource_group: group,
      interruptible: false,
      rules: [
        { if: `${onBranch(platform)} && $CI_PIPELINE_SOURCE == "trigger"`, variables: IF_NEEDED },
        { if: `${onBranch(platform)} && $CI_PIPELINE_SOURCE =~ /^(push|web|schedule)$/` },
      ],
      variables: { DAGSTER_CI_GROUP: group, IF_NEEDED: "" },
      before_script: setUp(platform, "deployRole"),
      script: [deployCommand(platform)],
    },
  };
}

/** What the jobs have that run the program itself. */
function template(cloud: CiCloud): object {
  return {
    // Its entrypoint is pulumi itself, which would take the runner's shell for a command.
    image: { name: GITLAB_IMAGES.pulumi, entrypoint: [""] },
    id_tokens: idToken(cloud),
    cache: { key: { files: ["package-lock.json"] }, paths: [".npm/"] },
    after_script: [TIDY],
  };
}

const ARTIFACTS = {
  ...{ paths: ["preview.md"], access: "developer", when: "always", expire_in: "7 days" },
};

/** A release that was deployed meanwhile needs nothing more. */
const IF_NEEDED = { IF_NEEDED: "--if-needed" };

function isRequest(platform: CiPlatform): string {
  return `${isOwn(platform)} && ${IS_OWN_REQUEST}`;
}

function onBranch(platform: CiPlatform): string {
  return `${isOwn(platform)} && $CI_COMMIT_BRANCH == "${platform.branch}"`;
}

/** A fork, too, has the branch and requests of its own, and nothing to deploy. */
function isOwn({ repositoryId }: CiPlatform): string {
  return `$CI_PROJECT_ID == "${repositoryId}"`;
}

function minutes(job: keyof typeof PLATFORM_MINUTES): string {
  return `${PLATFORM_MINUTES[job]} minutes`;
}

function setUp(platform: CiPlatform, role: "previewRole" | "deployRole"): readonly string[] {
  const { cloud, backendUrl } = platform;
  return [
    "set -eu",
    'export DAGSTER_WORK="${TMPDIR:-/tmp}/dagster-$CI_JOB_ID" && mkdir -p "$DAGSTER_WORK"',
    gitlabCredentials(cloud, cloud.kind === "aws" ? cloud[role] : ""),
    ...cluster(platform),
    ...(backendUrl === undefined ? [] : [`export PULUMI_BACKEND_URL='${backendUrl}'`]),
    "npm ci --cache .npm --prefer-offline",
  ];
}

/** The cluster's entry in the kubeconfig. */
function cluster({ cloud, kubeContext }: CiPlatform): readonly string[] {
  if (cloud.kind === "aws") {
    const alias = kubeContext === undefined ? "" : ` --alias ${kubeContext}`;
    return [
      `aws eks update-kubeconfig --name ${cloud.eksCluster} --region ${cloud.region}${alias}`,
    ];
  }
  const [, project = "", , location = "", , name = ""] = cloud.gkeCluster.split("/");
  return [
    'gcloud auth login --quiet --cred-file="$GOOGLE_APPLICATION_CREDENTIALS"',
    `gcloud container clusters get-credentials ${name} --location ${location} --project ${project}`,
    ...(kubeContext === undefined
      ? []
      : [`kubectl config rename-context gke_${project}_${location}_${name} ${kubeContext}`]),
  ];
}
