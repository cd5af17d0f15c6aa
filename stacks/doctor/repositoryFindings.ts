import type { Location } from "../list/locationSchema";
import type { RepositoryFacts } from "../repositories/repositoryApi";
import { type Finding, ok, problem, skipped } from "./finding";

type Named = Pick<Location, "repository" | "repositoryId" | "ownerId" | "defaultBranch">;

/** Whether the ids that the cloud's trust is bound to are those of the repository. */
export function idsFinding(location: Named, facts: RepositoryFacts): Finding {
  const { repository, repositoryId, ownerId } = location;
  const wrong: string[] = [];
  const fixes: string[] = [];
  const expect = (key: string, listed: string | number | undefined, right: string | number) => {
    if (listed === right) return;
    wrong.push(
      `${key} ${listed === undefined ? "is missing" : `${String(listed)} is now ${right}`}`,
    );
    fixes.push(`${key}: ${right}`);
  };
  // The tokens of its CI have the name as it is written now.
  expect("repository", repository, facts.repository);
  expect("repositoryId", repositoryId, facts.repositoryId);
  expect("ownerId", ownerId, facts.ownerId);
  if (wrong.length > 0)
    return problem(
      wrong.join(", "),
      `write ${fixes.join(", ")} into the entry, and deploy the platform`,
    );
  if (facts.isArchived)
    return problem(
      `${repository} is archived: its CI does not run`,
      "unarchive it in its settings",
    );
  return ok(`${repository} is ${facts.repositoryId} of owner ${facts.ownerId}`);
}

/** Whether the branch that is released is the one that the repository's people work on. */
export function branchFinding(
  { defaultBranch, repository }: Named,
  facts: RepositoryFacts,
): Finding {
  const { defaultBranch: found } = facts;
  if (found === "") return problem(`${repository} has no branch yet`, `push ${defaultBranch}`);
  if (found === defaultBranch) return ok(found);
  return problem(
    `${repository} has ${found}, the list ${defaultBranch}`,
    `write defaultBranch: ${found} into the entry, or make ${defaultBranch} the repository's default branch`,
  );
}

/** Settings of GitHub that let others call the workflows of a private repository. */
const OPEN_TO: Readonly<Record<string, string>> = {
  user: "repositories of its owner",
  organization: "repositories of its organization",
  enterprise: "repositories of its enterprise",
};

/**
 * Whether a location's repository may call the platform's reusable workflow.
 * @param access - undefined: GitHub has no such setting for a repository that everybody sees
 */
export function workflowAccessFinding(
  platform: RepositoryFacts,
  access: string | undefined,
  repository: string,
): Finding {
  const name = platform.repository;
  if (!platform.isPrivate) return ok(`${name} is public`);
  if (access === undefined)
    return skipped(`GitHub does not tell who may call workflows of ${name}`);
  const to = OPEN_TO[access];
  const set = `gh api -X PUT repos/${name}/actions/permissions/access -f access_level=organization`;
  if (to === undefined)
    return problem(
      `no other repository may call workflows of ${name}`,
      `${name}: Settings → Actions → General → Access: accessible from repositories of the organization, or \`${set}\``,
    );
  const isSameOwner = ownerOf(name) === ownerOf(repository);
  if (isSameOwner || access === "enterprise") return ok(`${name} is open to ${to}`);
  return problem(
    `${name} is private, and open to ${to} alone`,
    `move ${repository} to ${ownerOf(name)}, or make ${name} internal or public`,
  );
}

/** Without the token a release waits for the platform's schedule: that is slower, not wrong. */
export function deployTokenFinding(name: string, isThere: boolean, platform: string): Finding {
  if (isThere) return ok(`${name} is there`);
  return skipped(
    `no ${name}: the schedule of ${platform} deploys; with this secret a push is deployed at once`,
  );
}

function ownerOf(repository: string): string {
  return (repository.split("/")[0] ?? "").toLowerCase();
}
