import { PlatformAccess } from "../../../components/gcp/PlatformAccess";
import { mocked } from "../mocked";
import { BUCKET, PLATFORM_ARGS, program, ROLES } from "./program";

const make = () => mocked(() => new PlatformAccess("platform", PLATFORM_ARGS));

describe("who acts for the platform on Google Cloud", () => {
  it("is made of exactly these", async () => {
    const { names } = await make();
    expect(names.filter((name) => !name.includes(" platform-ci-"))).toEqual([
      "dagster-platform:gcp:PlatformAccess platform",
      "dagster-platform:gcp:PlatformCi platform-ci",
      "dagster-platform:gcp:PodAccount platform-system",
      "dagster-platform:gcp:StateAccess platform-system-state",
      "gcp:projects/iAMMember:IAMMember platform-system-state-find",
      "gcp:serviceaccount/account:Account platform-system-account",
      "gcp:serviceaccount/iAMMember:IAMMember platform-system-pods",
      "gcp:storage/managedFolder:ManagedFolder platform-compute-logs-folder",
      "gcp:storage/managedFolder:ManagedFolder platform-deployments-folder",
      "gcp:storage/managedFolder:ManagedFolder platform-releases-folder",
      "gcp:storage/managedFolderIamMember:ManagedFolderIamMember platform-system-state-read-compute-logs",
    ]);
  });

  it("has the folders that locations share, before the grants on them", async () => {
    const { find } = await make();
    expect(find("platform-compute-logs-folder").inputs).toEqual({
      ...{ bucket: BUCKET, name: "compute-logs/", forceDestroy: true },
    });
    expect(find("platform-system-state-read-compute-logs")).toMatchObject({
      dependencies: ["platform-compute-logs-folder", "platform-system-account"],
      inputs: { managedFolder: "compute-logs/", role: ROLES.read },
    });
    expect(find("platform-ci-deploy-state-read-releases").dependencies).toEqual([
      "platform-releases-folder",
    ]);
    expect(find("platform-ci-deploy-state-write-deployments")).toMatchObject({
      dependencies: ["platform-deployments-folder"],
      inputs: { managedFolder: "deployments/", role: ROLES.write },
    });
  });

  it("gives webserver and daemon one service account", async () => {
    const { find } = await make();
    expect(find("platform-system-account").inputs).toMatchObject({
      accountId: "dagster-prod--system",
    });
    expect(find("platform-system-pods").inputs["member"]).toBe(
      "serviceAccount:acme-data.svc.id.goog[dagster/dagster]",
    );
    expect(find("platform").registeredOutputs).toEqual({
      systemEmail: "dagster-prod--system@acme-data.iam.gserviceaccount.com",
      deployMember: expect.stringMatching(/github:platform:7:refs\/heads\/main$/) as unknown,
      previewMember: expect.stringMatching(/github:platform:7:pull_request$/) as unknown,
    });
  });
});

describe("in a whole platform on Google Cloud", () => {
  it("every member is one principal", async () => {
    const { resources } = await program();
    const members = resources.flatMap(({ inputs }) =>
      "member" in inputs ? [inputs["member"]] : [],
    );
    expect(members.length).toBeGreaterThan(50);
    const subject =
      /^principal:\/\/iam\.googleapis\.com\/projects\/[0-9]+\/locations\/global\/workloadIdentityPools\/[a-z0-9-]+\/subject\/[a-z]+:[a-z]+:[0-9]+:[A-Za-z0-9._/-]+$/;
    const account = /^serviceAccount:[a-z0-9-]+@acme-data\.iam\.gserviceaccount\.com$/;
    const pods = /^serviceAccount:acme-data\.svc\.id\.goog\[dagster\/[a-z0-9]+\]$/;
    for (const member of members)
      expect([subject, account, pods].some((form) => form.test(String(member)))).toBe(true);
  });

  it("nothing is for everybody, by a key, or of a broad role", async () => {
    const { resources, names } = await program();
    const text = JSON.stringify(resources.map(({ inputs }) => inputs));
    expect(text).not.toMatch(
      /allUsers|allAuthenticatedUsers|principalSet|\*|project(Owner|Editor)/,
    );
    expect(names.join("\n")).not.toMatch(/:Key |HmacKey|SignedUrl|IAMPolicy|IAMBinding|IamBinding/);
    const roles = new Set(resources.map(({ inputs }) => inputs["role"]).filter(Boolean));
    const predefined = [...roles].filter((role) => !String(role).startsWith("projects/"));
    expect(predefined.sort()).toEqual([
      "roles/artifactregistry.writer",
      "roles/iam.workloadIdentityUser",
    ]);
  });
});
