import { parseLocations } from "../../../stacks/locations";
import type { Cloud } from "../../../stacks/list/cloudEntryChecks";
import { formatMistake } from "../../../stacks/list/mistake";
import { expectRefusal, listWith, type Refusal } from "./listText";

const mistakes = (text: string, cloud: Cloud) =>
  parseLocations(text, { file: "locations.yaml", stack: "prod", cloud }).mistakes.map(
    formatMistake,
  );

const REFUSALS: readonly Refusal[] = [
  [
    "a role that is there beside policies",
    listWith(
      "access:",
      "  aws: [arn:aws:iam::123456789012:policy/crm]",
      "  awsRole: arn:aws:iam::123456789012:role/crm",
    ),
    7,
    "locations[0].access.awsRole",
    "cannot stand beside aws",
    "attach the policies to the role yourself",
  ],
  [
    "a service account that is there beside roles",
    listWith(
      "access:",
      "  gcp: [roles/bigquery.dataViewer]",
      "  gcpServiceAccount: crm-pipelines@acme-data.iam.gserviceaccount.com",
    ),
    7,
    "locations[0].access.gcpServiceAccount",
    "cannot stand beside gcp",
    "grant the roles to the account yourself",
  ],
  [
    "a role that is none",
    listWith("access: { awsRole: crm }"),
    5,
    "locations[0].access.awsRole",
    "has to be the ARN of an IAM role",
    "arn:aws:iam::123456789012:role/crm",
  ],
  [
    "a wildcard in the branch that is released",
    listWith("defaultBranch: release/*"),
    5,
    "locations[0].defaultBranch",
    "has to be the name of a branch",
    "without refs/heads/",
  ],
];

describe("an entry of a stack on a cloud", () => {
  it.each(REFUSALS)("refuses %s", (...refusal) => {
    expectRefusal(refusal);
  });

  it("refuses a repository without ids, and says where they are found", () => {
    expect(mistakes(listWith(), "aws")).toEqual([
      "locations.yaml:2: locations[0].repositoryId: is required with cloud aws: the trust in the repository's CI is bound to it, got nothing, write what `gh api repos/acme/crm --jq .id` says",
      "locations.yaml:2: locations[0].ownerId: is required with cloud aws: the trust in the repository's CI is bound to it, got nothing, write what `gh api repos/acme/crm --jq .owner.id` says",
    ]);
    expect(mistakes(listWith("provider: gitlab"), "gcp").join()).toContain(
      "write the id that the page of the project shows",
    );
  });

  it("takes ids from defaults, and none without a cloud", () => {
    const withOwner = `defaults: { ownerId: 1 }\n${listWith("repositoryId: 7")}`;
    expect(mistakes(withOwner, "gcp")).toEqual([]);
    expect(mistakes(listWith(), "none")).toEqual([]);
  });

  it("says of a wrong id only what is wrong with it", () => {
    expect(mistakes(listWith("repositoryId: 0", "ownerId: 1"), "aws")).toHaveLength(1);
  });
});
