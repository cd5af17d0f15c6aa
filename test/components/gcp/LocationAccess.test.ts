import * as pulumi from "@pulumi/pulumi";

import { LocationAccess, type LocationAccessArgs } from "../../../components/gcp/LocationAccess";
import { bucketCondition } from "../../../components/gcp/stateGrants";
import { type Mocked, mocked, valueOf } from "../mocked";
import { BUCKET, LOCATION, PLATFORM, ROLES } from "./program";

const make = (args: Partial<LocationAccessArgs> = {}): Promise<Mocked<LocationAccess>> =>
  mocked(() => new LocationAccess("finance", { ...LOCATION, ...args }));

const SUBJECTS =
  "principal://iam.googleapis.com/projects/123456789012/locations/global/workloadIdentityPools/dagster-prod/subject/";
const CI = `${SUBJECTS}github:location:42:refs/heads/main`;
const PULL_REQUEST = `${SUBJECTS}github:location:42:pull_request`;
const RUNTIME = "serviceAccount:dagster-prod-finance@acme-data.iam.gserviceaccount.com";

/** Name, member, role, and where, of every grant in the store. */
function grants({ resources }: Mocked<unknown>) {
  return resources
    .filter(
      ({ type, inputs }) =>
        /^gcp:storage\/.*[Mm]ember$/.test(type) || inputs["role"] === ROLES.find,
    )
    .map(({ name, inputs }) => [name, inputs["member"], inputs["role"], inputs["managedFolder"]])
    .sort();
}

describe("who acts for a location on Google Cloud", () => {
  it("is made of exactly these", async () => {
    const { names } = await make();
    expect(names).toEqual([
      "dagster-platform:gcp:ImageRepository finance-branch-images",
      "dagster-platform:gcp:ImageRepository finance-images",
      "dagster-platform:gcp:LocationAccess finance",
      "dagster-platform:gcp:PodAccount finance-runtime",
      "dagster-platform:gcp:StateAccess finance-ci-state",
      "dagster-platform:gcp:StateAccess finance-pull-request-state",
      "dagster-platform:gcp:StateAccess finance-runtime-state",
      "gcp:artifactregistry/repository:Repository finance-branch-images-repository",
      "gcp:artifactregistry/repository:Repository finance-images-repository",
      "gcp:artifactregistry/repositoryIamMember:RepositoryIamMember finance-branch-images-writer",
      "gcp:artifactregistry/repositoryIamMember:RepositoryIamMember finance-images-writer",
      "gcp:projects/iAMMember:IAMMember finance-ci-state-find",
      "gcp:projects/iAMMember:IAMMember finance-pull-request-state-find",
      "gcp:projects/iAMMember:IAMMember finance-runtime-state-find",
      "gcp:serviceaccount/account:Account finance-runtime-account",
      "gcp:serviceaccount/iAMMember:IAMMember finance-runtime-pods",
      "gcp:storage/bucketIAMMember:BucketIAMMember finance-ci-state-read-deployments",
      "gcp:storage/bucketIAMMember:BucketIAMMember finance-ci-state-write-releases",
      "gcp:storage/managedFolder:ManagedFolder finance-branches-folder",
      "gcp:storage/managedFolder:ManagedFolder finance-dbt-folder",
      "gcp:storage/managedFolder:ManagedFolder finance-defs-state-folder",
      "gcp:storage/managedFolder:ManagedFolder finance-snapshots-folder",
      "gcp:storage/managedFolderIamMember:ManagedFolderIamMember finance-ci-state-create-defs-state",
      "gcp:storage/managedFolderIamMember:ManagedFolderIamMember finance-ci-state-write-dbt",
      "gcp:storage/managedFolderIamMember:ManagedFolderIamMember finance-ci-state-write-snapshots",
      "gcp:storage/managedFolderIamMember:ManagedFolderIamMember finance-pull-request-state-read-dbt",
      "gcp:storage/managedFolderIamMember:ManagedFolderIamMember finance-pull-request-state-read-snapshots",
      "gcp:storage/managedFolderIamMember:ManagedFolderIamMember finance-pull-request-state-write-branches",
      "gcp:storage/managedFolderIamMember:ManagedFolderIamMember finance-runtime-state-put-compute-logs",
      "gcp:storage/managedFolderIamMember:ManagedFolderIamMember finance-runtime-state-read-defs-state",
    ]);
  });

  it("has these grants in the state store, each to one identity", async () => {
    expect(grants(await make())).toEqual([
      ["finance-ci-state-create-defs-state", CI, ROLES.create, "defs-state/finance/"],
      ["finance-ci-state-find", CI, ROLES.find, undefined],
      ["finance-ci-state-read-deployments", CI, ROLES.read, undefined],
      ["finance-ci-state-write-dbt", CI, ROLES.write, "dbt/finance/"],
      ["finance-ci-state-write-releases", CI, ROLES.write, undefined],
      ["finance-ci-state-write-snapshots", CI, ROLES.write, "snapshots/finance/"],
      ["finance-pull-request-state-find", PULL_REQUEST, ROLES.find, undefined],
      ["finance-pull-request-state-read-dbt", PULL_REQUEST, ROLES.read, "dbt/finance/"],
      ["finance-pull-request-state-read-snapshots", PULL_REQUEST, ROLES.read, "snapshots/finance/"],
      ["finance-pull-request-state-write-branches", PULL_REQUEST, ROLES.write, "branches/finance/"],
      ["finance-runtime-state-find", RUNTIME, ROLES.find, undefined],
      ["finance-runtime-state-put-compute-logs", RUNTIME, ROLES.put, "compute-logs/"],
      ["finance-runtime-state-read-defs-state", RUNTIME, ROLES.read, "defs-state/finance/"],
    ]);
  });

  it("has folders that go without an object, and grants that wait for them", async () => {
    const { find } = await make();
    expect(find("finance-dbt-folder").inputs).toEqual({
      ...{ bucket: BUCKET, name: "dbt/finance/", forceDestroy: true },
    });
    expect(find("finance-ci-state-write-dbt").dependencies).toEqual(["finance-dbt-folder"]);
    expect(find("finance-pull-request-state-read-dbt").dependencies).toEqual([
      "finance-dbt-folder",
    ]);
    expect(find("finance-runtime-state-read-defs-state").dependencies).toEqual([
      "finance-defs-state-folder",
      "finance-runtime-account",
    ]);
  });

  it("pushes released images with the branch's jobs, the others with pull requests'", async () => {
    const { find } = await make();
    expect(find("finance-images-repository")).toMatchObject({
      inputs: { repositoryId: "dagster-prod-finance", dockerConfig: { immutableTags: true } },
      retainOnDelete: true,
    });
    expect(find("finance-branch-images-repository")).toMatchObject({
      inputs: { repositoryId: "branches-dagster-prod-finance", location: "europe-west3" },
      retainOnDelete: false,
    });
    expect(find("finance-images-writer").inputs["member"]).toBe(CI);
    expect(find("finance-branch-images-writer").inputs["member"]).toBe(PULL_REQUEST);
  });

  it("tells the service account of the pods", async () => {
    const { find, result } = await make();
    const email = "dagster-prod-finance@acme-data.iam.gserviceaccount.com";
    expect(find("finance").registeredOutputs).toEqual({ serviceAccountEmail: email });
    expect(await valueOf(result.serviceAccountEmail)).toBe(email);
    expect(find("finance-runtime-account").inputs).toMatchObject({
      accountId: "dagster-prod-finance",
      description: "Pods of location finance of Dagster prod",
    });
  });

  it("gives pull requests nothing where they have no business", async () => {
    const { names, resources } = await make({ pullRequests: false, branchImages: false });
    expect(names.filter((name) => /pull|branch/.test(name))).toEqual([]);
    expect(JSON.stringify(resources)).not.toContain("pull_request");
  });

  it("makes no repositories where images are elsewhere", async () => {
    const { names } = await make({ images: false });
    expect(names.filter((name) => name.includes("rtifactregistry"))).toEqual([]);
  });

  it("encrypts images with a key", async () => {
    const { find } = await make({ kmsKeyName: "k" });
    for (const images of ["images", "branch-images"])
      expect(find(`finance-${images}-repository`).inputs).toHaveProperty("kmsKeyName", "k");
  });

  it("adopts a service account of another project", async () => {
    const serviceAccountEmail = "crm@acme-other.iam.gserviceaccount.com";
    const made = await make({ serviceAccountEmail });
    expect(made.names.filter((name) => name.includes(":Account"))).toEqual([]);
    expect(made.find("finance-runtime-pods").inputs["serviceAccountId"]).toBe(
      `projects/acme-other/serviceAccounts/${serviceAccountEmail}`,
    );
    expect(made.find("finance-runtime-state-find").inputs["member"]).toBe(
      `serviceAccount:${serviceAccountEmail}`,
    );
  });

  it("grants roles in the project to the pods alone, but for finding the one bucket", async () => {
    const made = await make({ projectRoles: ["roles/bigquery.dataViewer"] });
    const inProject = made.resources.filter(({ type }) => type.startsWith("gcp:projects/"));
    const finding = inProject.filter(({ inputs }) => inputs["role"] === ROLES.find);
    expect(finding.map(({ inputs }) => inputs["condition"])).toEqual(
      finding.map(() => ({ title: "state bucket", expression: bucketCondition(BUCKET) })),
    );
    const members = inProject.filter((member) => !finding.includes(member));
    expect(members.map(({ name, inputs }) => [name, inputs])).toEqual([
      [
        "finance-runtime-roles-bigquery.dataViewer",
        { project: "acme-data", role: "roles/bigquery.dataViewer", member: RUNTIME },
      ],
    ]);
  });

  it("takes bucket and pool from what makes them", async () => {
    const made = await make({ bucket: pulumi.output("b"), poolId: pulumi.output("p") });
    const { inputs } = made.find("finance-ci-state-write-releases");
    expect(inputs["member"]).toContain("/workloadIdentityPools/p/subject/");
    expect(inputs["condition"]).toEqual({
      title: "releases/finance.json",
      expression:
        "resource.type == 'storage.googleapis.com/Object' && resource.name == 'projects/_/buckets/b/objects/releases/finance.json'",
    });
  });

  it("refuses a branch that no subject has room for", async () => {
    await expect(make({ branch: "b".repeat(100) })).rejects.toThrow(/Google Cloud takes 127/);
  });

  it("of the platform's repository is not the platform's CI", async () => {
    const made = await make({ repository: PLATFORM });
    expect(made.find("finance-ci-state-find").inputs["member"]).toBe(
      `${SUBJECTS}github:location:7:refs/heads/main`,
    );
  });
});
