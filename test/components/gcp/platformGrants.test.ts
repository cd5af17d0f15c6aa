import { platformGrants } from "../../../components/gcp/platformGrants";
import { evaluated } from "./tokenExchange";

const SCOPE = { stack: "prod", project: "acme-data", projectRoles: ["roles/bigquery.dataViewer"] };

describe("what the platform's CI is granted", () => {
  it("is these roles, in the project and on the bucket", () => {
    const grants = platformGrants(SCOPE).map(({ role, on, jobs }) => [role, on, jobs.join()]);
    expect(grants).toEqual([
      ["project-read", "project", "deploy,preview"],
      ["project-write", "project", "deploy"],
      ["project-grant", "project", "deploy"],
      ["bucket-read", "bucket", "deploy,preview"],
      ["bucket-write", "bucket", "deploy"],
      ["bucket-grant", "bucket", "deploy"],
    ]);
  });

  it("lets it give the roles that the program gives, and no others", () => {
    const [project, bucket] = platformGrants(SCOPE)
      .filter(({ role }) => role.endsWith("-grant"))
      .map(({ condition }) => condition?.expression);
    expect(project).toBe(
      "api.getAttribute('iam.googleapis.com/modifiedGrantsByRole', [])" +
        ".hasOnly(['projects/acme-data/roles/dagster_prod_state_find', 'roles/artifactregistry.writer', 'roles/bigquery.dataViewer', 'roles/iam.workloadIdentityUser'])",
    );
    const role = (name: string) => `'projects/acme-data/roles/dagster_prod_state_${name}'`;
    const roles = ["create", "put", "read", "write"].map(role).join(", ");
    expect(bucket).toBe(
      `api.getAttribute('iam.googleapis.com/modifiedGrantsByRole', []).hasOnly([${roles}])`,
    );
  });

  it.each([
    ["container.googleapis.com", "projects/acme-data/locations/europe-west3/clusters/data", true],
    ["container.googleapis.com", "projects/acme-data/locations/europe-west3/clusters/data2", false],
    ["sqladmin.googleapis.com", "projects/acme-data/locations/europe-west3/clusters/data", false],
    ["container.googleapis.com", "", false],
  ])("finds one cluster: %s %s is %s", (service, name, expected) => {
    const gkeCluster = "projects/acme-data/locations/europe-west3/clusters/data";
    const grant = platformGrants({ ...SCOPE, gkeCluster }).find(
      (each) => each.role === "cluster-read",
    );
    const resource = new Map(Object.entries({ service, name }));
    expect(evaluated(grant?.condition?.expression ?? "", { resource })).toBe(expected);
    expect(grant?.condition?.title).toBe("clusters data");
  });

  it("works on one database", () => {
    const grants = platformGrants({ ...SCOPE, databaseInstance: "dagster-prod" }).slice(6);
    expect(grants.map(({ role, jobs }) => [role, jobs.join()])).toEqual([
      ["database-read", "deploy,preview"],
      ["database-write", "deploy"],
    ]);
    for (const { condition } of grants)
      expect(condition?.expression).toBe(
        "resource.service == 'sqladmin.googleapis.com' && resource.name == 'projects/acme-data/instances/dagster-prod'",
      );
  });
});
