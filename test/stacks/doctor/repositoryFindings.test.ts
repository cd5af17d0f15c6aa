import {
  branchFinding,
  deployTokenFinding,
  idsFinding,
  workflowAccessFinding,
} from "../../../stacks/doctor/repositoryFindings";
import type { RepositoryFacts } from "../../../stacks/repositories/repositoryApi";

const FACTS: RepositoryFacts = {
  ...{ repository: "acme/crm", repositoryId: 700, ownerId: 10, defaultBranch: "main" },
  ...{ isPrivate: true, isArchived: false },
};

const LISTED = {
  ...{ repository: "acme/crm", repositoryId: 700, ownerId: 10, defaultBranch: "main" },
};

describe("the ids of a repository", () => {
  it("are those of the list", () => {
    expect(idsFinding(LISTED, FACTS)).toEqual({
      state: "ok",
      found: "acme/crm is 700 of owner 10",
    });
  });

  it.each<[string, object, object, string, string]>([
    [
      "after a rename",
      {},
      { repository: "acme/sales" },
      "repository acme/crm is now acme/sales",
      "write repository: acme/sales into the entry, and deploy the platform",
    ],
    [
      "in another case",
      { repository: "Acme/crm" },
      {},
      "repository Acme/crm is now acme/crm",
      "write repository: acme/crm into the entry, and deploy the platform",
    ],
    [
      "after it was made anew",
      {},
      { repositoryId: 701, ownerId: 11 },
      "repositoryId 700 is now 701, ownerId 10 is now 11",
      "write repositoryId: 701, ownerId: 11 into the entry, and deploy the platform",
    ],
    [
      "that nobody wrote down",
      { ownerId: undefined },
      {},
      "ownerId is missing",
      "write ownerId: 10 into the entry, and deploy the platform",
    ],
    [
      "that is archived",
      {},
      { isArchived: true },
      "acme/crm is archived: its CI does not run",
      "unarchive it in its settings",
    ],
  ])("are a problem %s", (_title, listed, facts, found, fix) => {
    const finding = idsFinding({ ...LISTED, ...listed }, { ...FACTS, ...facts });
    expect(finding).toEqual({ state: "problem", found, fix });
  });
});

it.each([
  ["main", "main", { state: "ok", found: "main" }],
  [
    "main",
    "trunk",
    {
      state: "problem",
      found: "acme/crm has trunk, the list main",
      fix: "write defaultBranch: trunk into the entry, or make main the repository's default branch",
    },
  ],
  ["main", "", { state: "problem", found: "acme/crm has no branch yet", fix: "push main" }],
])("compares the list's branch %s with the repository's %j", (listed, found, finding) => {
  const location = { ...LISTED, defaultBranch: listed };
  expect(branchFinding(location, { ...FACTS, defaultBranch: found })).toEqual(finding);
});

describe("workflows of the platform's repository", () => {
  const platform = { ...FACTS, repository: "acme/platform" };

  it.each([
    ["is public", { ...platform, isPrivate: false }, undefined, "other/crm"],
    ["is open to acme/platform's organization", platform, "organization", "Acme/crm"],
    ["is open to its owner's", platform, "user", "acme/crm"],
    ["is open to its enterprise's", platform, "enterprise", "other/crm"],
  ])("can be called when it %s", (_title, facts, access, repository) => {
    expect(workflowAccessFinding(facts, access, repository).state).toBe("ok");
  });

  it("cannot be called when it is closed", () => {
    expect(workflowAccessFinding(platform, "none", "acme/crm")).toEqual({
      state: "problem",
      found: "no other repository may call workflows of acme/platform",
      fix: "acme/platform: Settings → Actions → General → Access: accessible from repositories of the organization, or `gh api -X PUT repos/acme/platform/actions/permissions/access -f access_level=organization`",
    });
  });

  it("cannot be called from another owner's repository", () => {
    expect(workflowAccessFinding(platform, "organization", "other/crm")).toEqual({
      state: "problem",
      found: "acme/platform is private, and open to repositories of its organization alone",
      fix: "move other/crm to acme, or make acme/platform internal or public",
    });
  });

  it("are not judged when nobody tells", () => {
    expect(workflowAccessFinding(platform, undefined, "acme/crm").state).toBe("skipped");
  });
});

it("says what a release waits for without the token, which is no mistake", () => {
  expect(deployTokenFinding("TOKEN", true, "acme/platform").state).toBe("ok");
  expect(deployTokenFinding("TOKEN", false, "acme/platform")).toEqual({
    state: "skipped",
    found:
      "no TOKEN: the schedule of acme/platform deploys; with this secret a push is deployed at once",
  });
});
