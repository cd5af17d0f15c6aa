import type { CiPlatform } from "./ciPlatform";
import type { CallerLocation } from "./githubCaller";

/** The template of a location's jobs, in the platform's repository on GitLab. */
export const GITLAB_TEMPLATE = ".gitlab/location.yml";

/** Where the file goes in the location's repository; an own pipeline there includes what is in it. */
export const GITLAB_CALLER = ".gitlab-ci.yml";

/** The pipeline of a location's repository, when the platform is on GitLab, too. */
export function gitlabCaller(platform: CiPlatform, location: CallerLocation): object {
  const { name, defaultBranch, branches } = location;
  return {
    include: [
      {
        project: platform.repository,
        ref: platform.branch,
        file: `/${GITLAB_TEMPLATE}`,
        inputs: { location: name, branch: defaultBranch, branches: String(branches) },
      },
    ],
  };
}
