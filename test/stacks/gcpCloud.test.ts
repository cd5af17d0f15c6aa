import { LOOKED_UP } from "../../commands/rights/sampleStack";
import { gcpCloud } from "../../stacks/gcpCloud";
import { mocked, valueOf } from "../components/mocked";
import { cloudInput, GCP, listOf, rootParts } from "./cloudInput";

/** What Google computes. */
const COMPUTED = {
  "gcp:sql/databaseInstance:DatabaseInstance": { privateIpAddress: "10.20.0.3" },
};

const make = (given: Readonly<Record<string, unknown>> = {}, list?: string) =>
  mocked(
    async () => (await gcpCloud(cloudInput({ ...GCP, ...given }, list)))(),
    COMPUTED,
    LOOKED_UP,
  );

const parts = async (...args: Parameters<typeof make>) => rootParts("gcp", await make(...args));

describe("a stack on Google Cloud", () => {
  it("makes bucket, pool, roles, database, and who acts for platform and locations", async () => {
    expect(await parts()).toEqual([
      "CiPool ci",
      "CloudSqlPostgres database",
      "LocationAccess crm-access",
      "LocationAccess finance-access",
      "PlatformAccess platform-access",
      "StateBucket state",
      "StateRoles state-roles",
    ]);
  });

  it("uses one provider of the config's project", async () => {
    const { find, resources } = await make();
    expect(find("gcp").inputs).toMatchObject({ project: "acme-data", region: "europe-west1" });
    const others = resources.filter(
      ({ type, provider }) => type.startsWith("gcp:") && provider !== "gcp",
    );
    expect(others).toEqual([]);
  });

  it("makes nothing that is there already", async () => {
    const gcpServiceAccount = "crm-pipelines@acme-data.iam.gserviceaccount.com";
    const list = listOf({ name: "crm", access: { gcpServiceAccount } });
    const given = {
      ...{ adopt: ["stateBucket"], stateBucket: "acme-state", imageRegistry: "ghcr.io/acme" },
      ...{ postgresHost: "db.acme.internal", postgresSecret: "pg" },
    };
    const { names, result } = await make(given, list);
    expect(await parts(given, list)).toEqual([
      "CiPool ci",
      "LocationAccess crm-access",
      "PlatformAccess platform-access",
      "StateRoles state-roles",
    ]);
    expect(names.filter((name) => /Bucket bucket|artifactregistry|sql/.test(name))).toEqual([]);
    expect(result.pods.get("crm")?.annotations).toEqual({
      "iam.gke.io/gcp-service-account": gcpServiceAccount,
    });
  });

  it("tells pods of system and locations who they are", async () => {
    const { find, result } = await make();
    const accounts = [...result.pods].map(([name, { annotations }]) => [
      name,
      annotations["iam.gke.io/gcp-service-account"],
    ]);
    expect(accounts).toEqual([
      ["dagster", "dagster-prod--system@acme-data.iam.gserviceaccount.com"],
      ["crm", "dagster-prod-crm@acme-data.iam.gserviceaccount.com"],
      ["finance", "dagster-prod-finance@acme-data.iam.gserviceaccount.com"],
    ]);
    expect(find("crm-access-runtime-account").inputs).toMatchObject({
      accountId: "dagster-prod-crm",
    });
  });

  it("trusts the owners of all repositories and no others, in both CI systems", async () => {
    const list = listOf(
      { name: "crm", ownerId: 12 },
      { name: "sales", provider: "gitlab", ownerId: 34 },
    );
    const { find } = await make({ gitlabUrl: "https://gitlab.acme.com" }, list);
    expect(find("ci-github").inputs["attributeCondition"]).toContain(
      "assertion.repository_owner_id in ['1', '12']",
    );
    expect(find("ci-gitlab").inputs["attributeCondition"]).toContain(
      "assertion.namespace_id in ['34']",
    );
    expect(find("ci-gitlab").inputs["oidc"]).toEqual({ issuerUri: "https://gitlab.acme.com" });
  });

  it("puts the database into the network of the cluster, by address", async () => {
    const { find, result } = await make();
    expect(find("database-instance").inputs).toMatchObject({
      name: "dagster-prod",
      settings: {
        tier: "db-custom-2-7680",
        ipConfiguration: {
          ...{ ipv4Enabled: false, sslMode: "ENCRYPTED_ONLY" },
          privateNetwork: "projects/acme-data/global/networks/data",
        },
      },
    });
    expect(await valueOf(result.database?.ipAddress)).toBe("10.20.0.3");
  });

  it("is known to the cluster as a user, where it deploys from CI", async () => {
    const { result } = await make();
    expect(result.deployer?.kind).toBe("User");
    expect(await valueOf(result.deployer?.name)).toMatch(
      /^principal:\/\/.*\/subject\/github:platform:7:refs\/heads\/main$/,
    );
  });

  it("refuses a cluster whose pods have no identities, and says how they get them", async () => {
    const cluster = "gcp:container/getCluster:getCluster";
    const lookedUp = { ...LOOKED_UP, [cluster]: { network: "n", workloadIdentityConfigs: [] } };
    await expect(mocked(() => gcpCloud(cloudInput(GCP)), {}, lookedUp)).rejects.toThrow(
      "has no Workload Identity, needs acme-data.svc.id.goog: gcloud container clusters update data --workload-pool=acme-data.svc.id.goog",
    );
  });

  it("takes back the images of a location that was on the list before, and no others", async () => {
    const place = "projects/acme-data/locations/europe-west1/repositories";
    const lists = "gcp:artifactregistry/getRepositories:getRepositories";
    const repositories = [{ id: `${place}/dagster-prod-crm` }, { id: `${place}/finance` }];
    const lookedUp = { ...LOOKED_UP, [lists]: { repositories } };
    const { find } = await mocked(
      async () => (await gcpCloud(cloudInput(GCP)))(),
      COMPUTED,
      lookedUp,
    );
    expect(find("crm-access-images-repository").importId).toBe(`${place}/dagster-prod-crm`);
    expect(find("crm-access-branch-images-repository").importId).toBe("");
    expect(find("finance-access-images-repository").importId).toBe("");
  });

  it("makes locations after what they share", async () => {
    const { find } = await make();
    expect(find("crm-access").dependencies).toEqual(
      expect.arrayContaining(["state-bucket", "ci-pool", "platform-access-compute-logs-folder"]),
    );
  });
});
