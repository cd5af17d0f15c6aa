import { PLATFORM_PERMISSIONS } from "../../../components/gcp/platformPermissions";
import { PlatformCi, type PlatformCiArgs } from "../../../components/gcp/PlatformCi";
import { mocked } from "../mocked";
import { BUCKET, PLATFORM_ARGS, ROLES } from "./program";

const make = (args: Partial<PlatformCiArgs> = {}) =>
  mocked(() => new PlatformCi("ci", { ...PLATFORM_ARGS, ...args }));

const SUBJECTS =
  "principal://iam.googleapis.com/projects/123456789012/locations/global/workloadIdentityPools/dagster-prod/subject/";
const DEPLOY = `${SUBJECTS}github:platform:7:refs/heads/main`;
const PREVIEW = `${SUBJECTS}github:platform:7:pull_request`;

describe("the platform's CI on Google Cloud", () => {
  it("is made of exactly these", async () => {
    const { names } = await make({ gkeCluster: "projects/p/locations/l/clusters/c" });
    expect(names).toEqual([
      "dagster-platform:gcp:PlatformCi ci",
      "dagster-platform:gcp:StateAccess ci-deploy-state",
      "dagster-platform:gcp:StateAccess ci-preview-state",
      "gcp:projects/iAMCustomRole:IAMCustomRole ci-bucket-grant",
      "gcp:projects/iAMCustomRole:IAMCustomRole ci-bucket-read",
      "gcp:projects/iAMCustomRole:IAMCustomRole ci-bucket-write",
      "gcp:projects/iAMCustomRole:IAMCustomRole ci-cluster-read",
      "gcp:projects/iAMCustomRole:IAMCustomRole ci-project-grant",
      "gcp:projects/iAMCustomRole:IAMCustomRole ci-project-read",
      "gcp:projects/iAMCustomRole:IAMCustomRole ci-project-write",
      "gcp:projects/iAMMember:IAMMember ci-deploy-cluster-read",
      "gcp:projects/iAMMember:IAMMember ci-deploy-project-grant",
      "gcp:projects/iAMMember:IAMMember ci-deploy-project-read",
      "gcp:projects/iAMMember:IAMMember ci-deploy-project-write",
      "gcp:projects/iAMMember:IAMMember ci-deploy-state-find",
      "gcp:projects/iAMMember:IAMMember ci-preview-cluster-read",
      "gcp:projects/iAMMember:IAMMember ci-preview-project-read",
      "gcp:projects/iAMMember:IAMMember ci-preview-state-find",
      "gcp:storage/bucketIAMMember:BucketIAMMember ci-deploy-bucket-grant",
      "gcp:storage/bucketIAMMember:BucketIAMMember ci-deploy-bucket-read",
      "gcp:storage/bucketIAMMember:BucketIAMMember ci-deploy-bucket-write",
      "gcp:storage/bucketIAMMember:BucketIAMMember ci-preview-bucket-read",
      "gcp:storage/managedFolderIamMember:ManagedFolderIamMember ci-deploy-state-read-releases",
      "gcp:storage/managedFolderIamMember:ManagedFolderIamMember ci-deploy-state-write-deployments",
      "gcp:storage/managedFolderIamMember:ManagedFolderIamMember ci-preview-state-read-releases",
    ]);
  });

  it("has roles of its own, with these permissions", async () => {
    const { find } = await make();
    expect(find("ci-project-grant").inputs).toEqual({
      project: "acme-data",
      roleId: "dagster_prod_platform_project_grant",
      title: "Dagster prod: platform's CI, project-grant",
      permissions: PLATFORM_PERMISSIONS["project-grant"],
    });
  });

  it("deploys on its branch", async () => {
    const { find } = await make();
    const role = (name: string) => `projects/acme-data/roles/dagster_prod_platform_${name}`;
    expect(find("ci-deploy-project-write").inputs).toEqual({
      ...{ project: "acme-data", role: role("project_write"), member: DEPLOY },
    });
    expect(find("ci-deploy-bucket-write").inputs).toEqual({
      ...{ bucket: BUCKET, role: role("bucket_write"), member: DEPLOY },
    });
    for (const [grant, allowed] of [
      ["ci-deploy-project-grant", "roles/iam.workloadIdentityUser"],
      ["ci-deploy-bucket-grant", ROLES.write],
    ] as const) {
      const condition = find(grant).inputs["condition"] as { readonly expression: string };
      expect(condition.expression).toMatch(/modifiedGrantsByRole.*\.hasOnly\(\[.*\]\)$/);
      expect(condition.expression).toContain(`'${allowed}'`);
    }
  });

  it("reads in pull requests, and changes nothing", async () => {
    const { resources } = await make({ databaseInstance: "dagster-prod" });
    const roles = resources
      .filter(({ inputs }) => inputs["member"] === PREVIEW)
      .map(({ inputs }) => String(inputs["role"]).split("/").at(-1))
      .sort();
    expect(roles).toEqual([
      "dagster_prod_platform_bucket_read",
      "dagster_prod_platform_database_read",
      "dagster_prod_platform_project_read",
      "dagster_prod_state_find",
      "dagster_prod_state_read",
    ]);
  });

  it("tells its principals", async () => {
    const { find } = await make();
    expect(find("ci").registeredOutputs).toEqual({
      deployMember: DEPLOY,
      previewMember: PREVIEW,
    });
  });
});
