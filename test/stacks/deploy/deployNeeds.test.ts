import { deployNeeds, type DeployNeedsInput } from "../../../stacks/deploy/deployNeeds";
import type { Deployment } from "../../../stacks/deploy/deployments";
import type { WantedLocation } from "../../../stacks/deploy/wantedReleases";
import { DEPLOYED, PLATFORM, RELEASE, UPDATE, wanted } from "./deployCases";

const needs = (changes: Partial<DeployNeedsInput> = {}) =>
  deployNeeds({
    wanted: [wanted("crm"), wanted("finance")],
    deployments: new Map(["crm", "finance"].map((name) => [name, { ...DEPLOYED, location: name }])),
    platform: PLATFORM,
    update: UPDATE,
    commit: "c".repeat(40),
    ...changes,
  });

const only = (name: string, changes: Partial<Deployment>) =>
  new Map([
    ["crm", { ...DEPLOYED, location: "crm" }],
    ["finance", { ...DEPLOYED, location: "finance" }],
    [name, { ...DEPLOYED, location: name, ...changes }],
  ]);

const pinned: WantedLocation = { name: "shop", pinned: "acme/shop:1", release: undefined };
const unreleased: WantedLocation = { name: "shop", pinned: undefined, release: undefined };

describe("a deployment", () => {
  it("is not needed when every release is loaded, and commit and locations are those of the last", () => {
    expect(needs()).toEqual([]);
  });

  it("is not needed for a location that has nothing to run", () => {
    expect(needs({ wanted: [wanted("crm"), wanted("finance"), unreleased] })).toEqual([]);
  });

  it.each<[string, Partial<DeployNeedsInput>, readonly string[]]>([
    ["nothing was deployed", { platform: undefined }, ["nothing was deployed before"]],
    [
      "a release is new",
      { deployments: only("crm", { release: "0".repeat(64) }) },
      ["crm: release aaaaaaaaaa of 2026-11-21T12:00:00Z"],
    ],
    [
      "a release never got an answer",
      { deployments: new Map([["finance", DEPLOYED]]) },
      ["crm: release aaaaaaaaaa of 2026-11-21T12:00:00Z"],
    ],
    [
      "a release did not load",
      { deployments: only("finance", { status: "failed", error: "ImportError" }) },
      ["finance: did not load the last time"],
    ],
    [
      "a record cannot be read",
      {
        wanted: [
          wanted("crm", { release: { digest: "e".repeat(64), record: undefined, problem: "x" } }),
          wanted("finance"),
        ],
      },
      ["crm: a release that cannot be read"],
    ],
    [
      "the repository has another commit",
      { commit: "d".repeat(40) },
      ["commit dddddddddd, deployed is cccccccccc"],
    ],
    [
      "nobody knows which commit was deployed",
      { platform: { ...PLATFORM, commit: null } },
      ["commit cccccccccc, deployed is none"],
    ],
    ["files are changed", { commit: null }, ["the working copy is not as a commit has it"]],
    [
      "the last one was killed",
      { update: { ...UPDATE, endedAt: null } },
      ["the last update has not ended"],
    ],
    ["a location is gone", { wanted: [wanted("crm")] }, ["finance: is to be removed"]],
    [
      "a location has come with its image",
      { wanted: [wanted("crm"), wanted("finance"), pinned] },
      ["shop: is new"],
    ],
  ])("is needed when %s", (_case, changes, expected) => {
    expect(needs(changes)).toEqual(expected);
  });

  it("says of a release outside git when it was made", () => {
    const release = { ...RELEASE, record: { ...RELEASE.record, commit: null } };
    expect(needs({ wanted: [wanted("crm", { release })], deployments: new Map() })).toContain(
      "crm: release of 2026-11-21T12:00:00Z",
    );
  });
});
