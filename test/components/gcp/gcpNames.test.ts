import fc from "fast-check";

import {
  branchImageRepositoryId,
  ciAudience,
  ciMember,
  ciPoolId,
  ciProviderName,
  customRoleId,
  imageAddress,
  imageRepositoryId,
  podMember,
  serviceAccountAnnotations,
  serviceAccountEmail,
  serviceAccountId,
  serviceAccountName,
  stackPart,
  systemServiceAccountId,
} from "../../../components/gcp/gcpNames";

const locations = fc.stringMatching(/^[a-z][a-z0-9-]{0,29}[a-z0-9]$/);
/** Pulumi allows these; they are long, with hyphens, and nearly the same. */
const stacks = fc.oneof(
  fc.constantFrom("prod", "prod-eu", "prod_eu", "prod.eu", "Prod", "prodeu", "dagster-prod", "1"),
  fc.stringMatching(/^[A-Za-z0-9._-]{1,40}$/),
);

describe("names on Google Cloud", () => {
  it("are readable where they fit", () => {
    expect(serviceAccountId("prod", "finance")).toBe("dagster-prod-finance");
    expect(systemServiceAccountId("prod")).toBe("dagster-prod--system");
    expect(customRoleId("prod", "state_read")).toBe("dagster_prod_state_read");
    expect(imageRepositoryId("prod", "finance")).toBe("dagster-prod-finance");
    expect(branchImageRepositoryId("prod", "finance")).toBe("branches-dagster-prod-finance");
    expect(ciPoolId("prod")).toBe("dagster-prod");
  });

  it("are shortened with a hash, always the same", () => {
    expect(serviceAccountId("prod", "customer-relationship-manager")).toBe(
      "dagster-prod-customer-c2fd87e4",
    );
    expect(stackPart("prod-eu")).toBe("prod-eu-3312b6");
    expect(customRoleId("prod-eu", "state_read")).toBe("dagster_prod_eu_3312b6_state_read");
  });

  it("are as Google takes them", () => {
    fc.assert(
      fc.property(stacks, locations, (stack, location) => {
        for (const id of [serviceAccountId(stack, location), systemServiceAccountId(stack)])
          expect(id).toMatch(/^(?=.{6,30}$)[a-z]([-a-z0-9]*[a-z0-9])$/);
        for (const id of [
          imageRepositoryId(stack, location),
          branchImageRepositoryId(stack, location),
        ])
          expect(id).toMatch(/^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/);
        expect(customRoleId(stack, "platform_database-write")).toMatch(/^[A-Za-z0-9_.]{3,64}$/);
        expect(ciPoolId(stack)).toMatch(/^(?!gcp-)[a-z0-9-]{4,32}$/);
      }),
      { numRuns: 500 },
    );
  });

  it("are no other location's, of no other stack", () => {
    fc.assert(
      fc.property(stacks, locations, stacks, locations, (stack, location, other, second) => {
        fc.pre(stack !== other || location !== second);
        const mine = [imageRepositoryId(stack, location), branchImageRepositoryId(stack, location)];
        expect(serviceAccountId(stack, location)).not.toBe(serviceAccountId(other, second));
        expect(serviceAccountId(stack, location)).not.toBe(systemServiceAccountId(other));
        expect(mine).not.toContain(imageRepositoryId(other, second));
        expect(mine).not.toContain(branchImageRepositoryId(other, second));
        if (stack !== other) expect(customRoleId(stack, "x")).not.toBe(customRoleId(other, "x"));
      }),
      { numRuns: 2000 },
    );
    expect(imageRepositoryId("prod-eu", "crm")).not.toBe(imageRepositoryId("prod", "eu-crm"));
  });

  it("are addresses and members", () => {
    const email = serviceAccountEmail("acme-data", "dagster-prod-finance");
    expect(email).toBe("dagster-prod-finance@acme-data.iam.gserviceaccount.com");
    expect(serviceAccountName(email)).toBe(`projects/acme-data/serviceAccounts/${email}`);
    expect(serviceAccountAnnotations(email)).toEqual({ "iam.gke.io/gcp-service-account": email });
    expect(podMember("acme-data", "dagster", "finance")).toBe(
      "serviceAccount:acme-data.svc.id.goog[dagster/finance]",
    );
    const place = { region: "europe-west3", project: "acme-data" };
    expect(imageAddress(place, "dagster-prod-finance", "finance")).toBe(
      "europe-west3-docker.pkg.dev/acme-data/dagster-prod-finance/finance",
    );
  });

  it("are of the pool, by the project's number", () => {
    const pool = "projects/123/locations/global/workloadIdentityPools/dagster-prod";
    expect(ciProviderName("123", "dagster-prod", "github")).toBe(`${pool}/providers/github`);
    expect(ciAudience("123", "dagster-prod", "gitlab")).toBe(
      `https://iam.googleapis.com/${pool}/providers/gitlab`,
    );
    expect(ciMember("123", "dagster-prod", "github:location:42:pull_request")).toBe(
      `principal://iam.googleapis.com/${pool}/subject/github:location:42:pull_request`,
    );
  });
});
