import type { CiPlatform } from "./ciPlatform";
import { LOCATION_WORKFLOW } from "../identities/ciTokens";
import { locationSecrets } from "./ciSecrets";

/** A location, as far as the file in its repository depends on it. */
export interface CallerLocation {
  readonly name: string;
  readonly defaultBranch: string;
  /** Cron schedule of the refresh, in UTC. */
  readonly refreshSchedule?: string;
  /** Whether pull requests get a branch deployment. */
  readonly branches: boolean;
}

/** Where the file goes in the location's repository. */
export function githubCallerPath({ name }: Pick<CallerLocation, "name">): string {
  return `.github/workflows/dagster-${name}.yml`;
}

/** The workflow of a location's repository: when, with which rights, and whom it calls. */
export function githubCaller(platform: CiPlatform, location: CallerLocation): object {
  const { name, defaultBranch, refreshSchedule, branches } = location;
  const secrets = Object.keys(locationSecrets(platform));
  return {
    name: `dagster ${name}`,
    on: {
      push: { branches: [defaultBranch] },
      ...(branches
        ? { pull_request: { types: ["opened", "synchronize", "reopened", "closed"] } }
        : {}),
      ...(refreshSchedule === undefined ? {} : { schedule: [{ cron: refreshSchedule }] }),
      workflow_dispatch: {},
    },
    permissions: {},
    jobs: {
      [name]: {
        permissions: {
          contents: "read",
          "id-token": "write",
          statuses: "write",
          ...(platform.registryLogin ? { packages: "write" } : {}),
        },
        uses: calledWorkflow(platform),
        with: { location: name },
        secrets: Object.fromEntries(secrets.map((secret) => [secret, `\${{ secrets.${secret} }}`])),
      },
    },
  };
}

/** Not pinned: the trust of the identities is bound to the workflow on the platform's branch. */
export function calledWorkflow({ repository, branch }: CiPlatform): string {
  return `${repository}/${LOCATION_WORKFLOW}@${branch}`;
}
