import { PodAccount, type PodAccountArgs } from "../../../components/gcp/PodAccount";
import { mocked } from "../mocked";

const ARGS: PodAccountArgs = {
  ...{ project: "acme-data", accountId: "dagster-prod-finance", description: "Pods of finance" },
  ...{ namespace: "dagster", serviceAccount: "finance" },
};
const EMAIL = "dagster-prod-finance@acme-data.iam.gserviceaccount.com";

const make = (args: Partial<PodAccountArgs> = {}) =>
  mocked(() => new PodAccount("runtime", { ...ARGS, ...args }));

describe("the service account of pods", () => {
  it("is the pods' of one ServiceAccount", async () => {
    const { names, find } = await make();
    expect(names).toEqual([
      "dagster-platform:gcp:PodAccount runtime",
      "gcp:serviceaccount/account:Account runtime-account",
      "gcp:serviceaccount/iAMMember:IAMMember runtime-pods",
    ]);
    expect(find("runtime-account").inputs).toEqual({
      project: "acme-data",
      accountId: "dagster-prod-finance",
      displayName: "dagster-prod-finance",
      description: "Pods of finance",
    });
    expect(find("runtime-pods").inputs).toEqual({
      serviceAccountId: `projects/acme-data/serviceAccounts/${EMAIL}`,
      role: "roles/iam.workloadIdentityUser",
      member: "serviceAccount:acme-data.svc.id.goog[dagster/finance]",
    });
    expect(find("runtime-pods").dependencies).toEqual(["runtime-account"]);
    expect(find("runtime").registeredOutputs).toEqual({
      email: EMAIL,
      member: `serviceAccount:${EMAIL}`,
    });
  });

  it("has the roles of the list, each once, when it is there", async () => {
    const role = "projects/acme/roles/crmReader";
    const { find } = await make({ projectRoles: [role, role] });
    const { inputs, dependencies } = find("runtime-projects-acme-roles-crmReader");
    expect(inputs).toEqual({ project: "acme-data", role, member: `serviceAccount:${EMAIL}` });
    expect(dependencies).toEqual(["runtime-account"]);
  });

  it("is left as it is when it is adopted", async () => {
    const adoptedEmail = "crm@acme-other.iam.gserviceaccount.com";
    const { names, find } = await make({ adoptedEmail });
    expect(names).toEqual([
      "dagster-platform:gcp:PodAccount runtime",
      "gcp:serviceaccount/iAMMember:IAMMember runtime-pods",
    ]);
    expect(find("runtime").registeredOutputs).toMatchObject({ email: adoptedEmail });
  });
});
