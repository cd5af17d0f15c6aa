import type { CiPlatform } from "./ciPlatform";
import { scriptsCommand } from "./githubScripts";
import {
  ACTIONS,
  checkoutStep,
  credentialsStep,
  type GithubStep,
  RUNNER,
  useStep,
} from "./githubSteps";
import { deployCommand, PLATFORM_MINUTES, previewCommand } from "./platformJobs";
import type { ScriptFiles } from "./scriptFiles";

export interface GithubPlatformInput {
  readonly platform: CiPlatform;
  /** Of the comment. */
  readonly scripts: ScriptFiles;
  readonly nodeVersion: string;
}

/** The workflow of the platform's own repository. */
export function githubPlatform(input: GithubPlatformInput): object {
  const { platform } = input;
  const text = (description: string) => ({ description, type: "string", required: false });
  return {
    name: "platform",
    on: {
      pull_request: {},
      push: { branches: [platform.branch] },
      schedule: [{ cron: platform.deploySchedule }],
      workflow_dispatch: {
        inputs: {
          location: text("that was released; all are looked at in any case"),
          commit: text("of the release"),
        },
      },
    },
    permissions: {},
    defaults: { run: { shell: "bash" } },
    jobs: {
      preview: previewJob(input),
      comment: commentJob(input),
      deploy: deployJob(input),
    },
  };
}

/** In a fork, or a copy of this repository, there is nothing to deploy. */
function isOwn({ repository }: CiPlatform): string {
  return `github.repository == '${repository}'`;
}

function previewJob({ platform, nodeVersion }: GithubPlatformInput): object {
  const { cloud } = platform;
  const [preview, fresh] = previewCommand(platform);
  return {
    ...job("preview", { contents: "read", "id-token": "write" }),
    if: `${isOwn(platform)} && github.event_name == 'pull_request' && github.event.pull_request.head.repo.full_name == github.repository && github.event.pull_request.user.login != 'dependabot[bot]'`,
    concurrency: { group: "preview-${{ github.event.number }}", "cancel-in-progress": true },
    env: environment(platform),
    outputs: { comment: "${{ steps.comment.outputs.artifact-id }}" },
    steps: [
      ...setUp(nodeVersion),
      credentialsStep(cloud, cloud.kind === "aws" ? cloud.previewRole : ""),
      ...clusterSteps(platform),
      { name: "Install the program's packages", run: "npm ci" },
      { name: "Preview", run: preview },
      {
        ...useStep("Hand over the comment", ACTIONS.upload, {
          if: "!cancelled()",
          with: {
            ...{ name: "preview", path: "preview.md", "if-no-files-found": "ignore" },
            ...{ overwrite: true, "retention-days": 7 },
          },
        }),
        id: "comment",
      },
      { name: "See that the rendered files are fresh", if: "!cancelled()", run: fresh },
    ],
  };
}

/** Apart: what runs the pull request's code may not write to it. */
function commentJob({ scripts }: GithubPlatformInput): object {
  return {
    ...job("comment", { "pull-requests": "write" }),
    needs: "preview",
    if: "!cancelled() && needs.preview.result != 'skipped' && needs.preview.outputs.comment != ''",
    steps: [
      { name: "Write the scripts", run: scriptsCommand(scripts) },
      useStep("Take over the comment", ACTIONS.download, { with: { name: "preview" } }),
      {
        name: "Comment",
        env: { GITHUB_TOKEN: "${{ github.token }}" },
        run: 'python3 "$DAGSTER_CI/ci_comment.py" --marker preview --body preview.md',
      },
    ],
  };
}

function deployJob({ platform, nodeVersion }: GithubPlatformInput): object {
  const { cloud } = platform;
  const group = `deploy-${platform.stack}`;
  return {
    ...job("deploy", { contents: "read", "id-token": "write" }),
    if: `${isOwn(platform)} && github.event_name != 'pull_request' && github.ref == 'refs/heads/${platform.branch}'`,
    // One at a time, and one that waits: GitHub drops the others, and the one that waits does the work of all.
    concurrency: { group, "cancel-in-progress": false },
    env: {
      ...environment(platform),
      // A release that was deployed meanwhile needs nothing more.
      IF_NEEDED: "${{ github.event_name == 'workflow_dispatch' && '--if-needed' || '' }}",
      DAGSTER_CI_GROUP: group,
    },
    steps: [
      ...setUp(nodeVersion),
      credentialsStep(cloud, cloud.kind === "aws" ? cloud.deployRole : ""),
      ...clusterSteps(platform),
      { name: "Install the program's packages", run: "npm ci" },
      { name: "Deploy", run: deployCommand(platform) },
    ],
  };
}

function setUp(nodeVersion: string): readonly GithubStep[] {
  return [
    checkoutStep(),
    useStep("Install Node", ACTIONS.setupNode, {
      with: { "node-version": nodeVersion, "package-manager-cache": false },
    }),
    // Without a command it installs the CLI and no more.
    useStep("Install Pulumi", ACTIONS.pulumi),
  ];
}

/** The cluster's entry in the kubeconfig. */
function clusterSteps({ cloud, kubeContext }: CiPlatform): readonly GithubStep[] {
  if (cloud.kind === "aws") {
    const alias = kubeContext === undefined ? "" : ` --alias ${kubeContext}`;
    const run = `aws eks update-kubeconfig --name ${cloud.eksCluster} --region ${cloud.region}${alias}`;
    return [{ name: "Find the cluster", run }];
  }
  const named = { cluster_name: cloud.gkeCluster };
  return [
    useStep("Find the cluster", ACTIONS.gke, {
      with: kubeContext === undefined ? named : { ...named, context_name: kubeContext },
    }),
  ];
}

/** Of Pulumi. Empty secrets are as good as none. */
function environment({ backendUrl }: CiPlatform): Readonly<Record<string, string>> {
  return {
    ...(backendUrl === undefined
      ? { PULUMI_ACCESS_TOKEN: "${{ secrets.PULUMI_ACCESS_TOKEN }}" }
      : { PULUMI_BACKEND_URL: backendUrl }),
    PULUMI_CONFIG_PASSPHRASE: "${{ secrets.PULUMI_CONFIG_PASSPHRASE }}",
  };
}

function job(name: keyof typeof PLATFORM_MINUTES, permissions: Readonly<Record<string, string>>) {
  return { "runs-on": RUNNER, "timeout-minutes": PLATFORM_MINUTES[name], permissions };
}
