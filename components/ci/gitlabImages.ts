/** Images that GitLab's jobs run in; GitHub's runners have these programs. */
export const GITLAB_IMAGES = {
  // renovate: datasource=docker depName=docker
  docker: "docker:29.0",
  // renovate: datasource=docker depName=docker
  dockerDaemon: "docker:29.0-dind",
  // Node, kubectl, and the command lines of both clouds are in it.
  // renovate: datasource=docker depName=pulumi/pulumi
  pulumi: "pulumi/pulumi:3.259.0",
} as const;

/** Python, uv and git. */
export function uvImage(uvVersion: string): string {
  return `ghcr.io/astral-sh/uv:${uvVersion}-python3.12-trixie`;
}
