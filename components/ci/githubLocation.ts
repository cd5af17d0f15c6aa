import { locationSecrets } from "./ciSecrets";
import { type GithubLocationInput, githubLocationJobs } from "./githubLocationJobs";

/** The reusable workflow that all locations on GitHub call. */
export function githubLocation(input: GithubLocationInput): object {
  const { platform } = input;
  const secrets = Object.entries(locationSecrets(platform)).map(([name, description]) => [
    name,
    { description, required: false },
  ]);
  return {
    name: "location",
    on: {
      workflow_call: {
        inputs: {
          location: { description: "Name on the list", type: "string", required: true },
        },
        secrets: Object.fromEntries(secrets) as object,
      },
    },
    permissions: {},
    // A new push to a pull request ends the work for its last one; what is released is never ended half-way. The schedule waits for
    // itself alone: GitHub keeps one waiting run of a group, and that has to be the newest push.
    concurrency: {
      group: `dagster-\${{ inputs.location }}-${KIND}`,
      "cancel-in-progress": "${{ github.event_name == 'pull_request' }}",
    },
    env: {
      DAGSTER_LOCATION: "${{ inputs.location }}",
      DAGSTER_STATE_STORE: platform.stateStore,
    },
    defaults: { run: { shell: "bash" } },
    jobs: githubLocationJobs(input),
  };
}

const KIND =
  "${{ github.event_name == 'pull_request' && github.event.number || github.event_name == 'schedule' && 'refresh' || 'release' }}";
