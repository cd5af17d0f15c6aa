import type { AwsCi, CiCloud, GcpCi } from "./ciPlatform";
import { type ScriptFiles, writeFilesCommand } from "./scriptFiles";

/** Folder in the checkout that GitLab carries from job to job. */
export const HANDOVER = ".dagster-ci";

/**
 * First commands of every job: scripts and folders. What is handed over leaves the checkout at once, which may be a build context.
 */
export function gitlabScriptsCommand(scripts: ScriptFiles): string {
  return [gitlabSetUp(), writeFilesCommand(scripts), 'chmod +x "$DAGSTER_CI"/*.sh'].join("\n");
}

/** First commands of the jobs after it, which take the scripts over. */
export function gitlabSetUp(): string {
  return FOLDERS;
}

const ROOT = '"${TMPDIR:-/tmp}/dagster-$CI_JOB_ID"';

/** After every job: the token and the packages are left to no other one, where runners keep their disk. */
export const TIDY = `rm -rf ${ROOT}`;

const FOLDERS = [
  "set -eu",
  `export DAGSTER_ROOT=${ROOT}`,
  'export DAGSTER_HANDOVER="$DAGSTER_ROOT/handover" DAGSTER_WORK="$DAGSTER_ROOT/work"',
  'export DAGSTER_CI="$DAGSTER_HANDOVER/scripts"',
  'mkdir -p "$DAGSTER_HANDOVER" "$DAGSTER_WORK"',
  `if [ -d "$CI_PROJECT_DIR/${HANDOVER}" ]; then`,
  `  mv "$CI_PROJECT_DIR/${HANDOVER}"/* "$DAGSTER_HANDOVER"`,
  `  rmdir "$CI_PROJECT_DIR/${HANDOVER}"`,
  "fi",
  'mkdir -p "$DAGSTER_CI"',
].join("\n");

/** Last command of a job whose files others need. */
export const HAND_OVER = `mkdir -p "$CI_PROJECT_DIR/${HANDOVER}" && cp -r "$DAGSTER_HANDOVER"/* "$CI_PROJECT_DIR/${HANDOVER}"`;

/** The claim of the job's token that says whom it is for. */
export function idToken(cloud: CiCloud): Readonly<Record<string, { readonly aud: string }>> {
  const aud =
    cloud.kind === "aws" ? cloud.audience : `https://iam.googleapis.com/${cloud.providers.gitlab}`;
  return { DAGSTER_ID_TOKEN: { aud } };
}

/**
 * Credentials of the cloud, by the job's own token: the SDKs exchange it by themselves, as it is valid as long as the job may take.
 * @param role - ARN on AWS, as the shell has it; on Google Cloud the token itself is the identity
 * @see https://docs.gitlab.com/ci/secrets/id_token_authentication/
 */
export function gitlabCredentials(cloud: CiCloud, role: string): string {
  return [
    '(umask 077 && printf %s "$DAGSTER_ID_TOKEN" > "$DAGSTER_WORK/token")',
    ...(cloud.kind === "aws" ? awsVariables(cloud, role) : googleVariables(cloud)),
  ].join("\n");
}

function awsVariables({ region }: AwsCi, role: string): readonly string[] {
  return [
    `export AWS_REGION=${region} AWS_DEFAULT_REGION=${region}`,
    `export AWS_ROLE_ARN="${role}" AWS_ROLE_SESSION_NAME="gitlab-$CI_PROJECT_ID-$CI_JOB_ID"`,
    'export AWS_WEB_IDENTITY_TOKEN_FILE="$DAGSTER_WORK/token"',
  ];
}

/** @see https://google.aip.dev/auth/4117 */
function googleVariables({ project, providers }: GcpCi): readonly string[] {
  const credentials = {
    type: "external_account",
    audience: `//iam.googleapis.com/${providers.gitlab}`,
    subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
    token_url: "https://sts.googleapis.com/v1/token",
    credential_source: { file: "$DAGSTER_WORK/token" },
  };
  return [
    'cat > "$DAGSTER_WORK/google.json" <<END',
    JSON.stringify(credentials, null, 2),
    "END",
    `export GOOGLE_CLOUD_PROJECT=${project}`,
    'export GOOGLE_APPLICATION_CREDENTIALS="$DAGSTER_WORK/google.json"',
  ];
}
