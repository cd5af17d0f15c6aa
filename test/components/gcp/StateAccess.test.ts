import { StateAccess } from "../../../components/gcp/StateAccess";
import { mocked } from "../mocked";
import { program, ROLES } from "./program";
import { STATE_CASES } from "./stateCases";
import { may } from "./stateModel";

/** Once: mocks are global. */
const made = program();

describe.each(STATE_CASES)("in the state store, %s", (identity, rights) => {
  it.each(rights.may)("may %s %s", async (operation, path) => {
    expect(may(await made, identity, operation, path)).toBe(true);
  });

  it.each(rights.mayNot)("may not %s %s", async (operation, path) => {
    expect(may(await made, identity, operation, path)).toBe(false);
  });
});

describe("in the state store, marketing", () => {
  it("has the same rights, by principals of its own", async () => {
    const all = await made;
    expect(may(all, "marketing-ci", "overwrite", "releases/marketing.json")).toBe(true);
    expect(may(all, "marketing-ci", "get", "releases/finance.json")).toBe(false);
    expect(may(all, "marketing-pull-request", "get", "dbt/finance/x")).toBe(false);
    expect(may(all, "marketing-runtime", "get", "defs-state/marketing/key/1")).toBe(true);
    expect(may(all, "finance2-ci", "get", "defs-state/finance/key/1")).toBe(false);
  });
});

describe("access to the state store", () => {
  const member = "serviceAccount:ci@acme-data.iam.gserviceaccount.com";
  const access = { project: "acme-data", bucket: "b", roles: ROLES, member };

  it("is made of one grant for each right, and one to find the bucket", async () => {
    const rights = [
      { may: "read", path: "dbt/finance/" },
      { may: "put", path: "releases/finance.json" },
    ] as const;
    const { names, find } = await mocked(() => new StateAccess("ci", { ...access, rights }));
    expect(names).toEqual([
      "dagster-platform:gcp:StateAccess ci",
      "gcp:projects/iAMMember:IAMMember ci-find",
      "gcp:storage/bucketIAMMember:BucketIAMMember ci-put-releases",
      "gcp:storage/managedFolderIamMember:ManagedFolderIamMember ci-read-dbt",
    ]);
    expect(find("ci-find").inputs).toEqual({
      ...{ project: "acme-data", member, role: ROLES.find },
      condition: {
        title: "state bucket",
        expression:
          "resource.type == 'storage.googleapis.com/Bucket' && resource.name == 'projects/_/buckets/b'",
      },
    });
    expect(find("ci-read-dbt").inputs).toEqual({
      ...{ bucket: "b", member, role: ROLES.read, managedFolder: "dbt/finance/" },
    });
    expect(find("ci-put-releases").inputs).toMatchObject({ bucket: "b", member, role: ROLES.put });
    expect(find("ci").registeredOutputs).toEqual({});
  });

  it("without rights finds the bucket, and no more", async () => {
    const { names } = await mocked(() => new StateAccess("ci", { ...access, rights: [] }));
    expect(names).toHaveLength(2);
  });
});
