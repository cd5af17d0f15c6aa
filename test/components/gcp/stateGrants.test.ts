import {
  locationFolders,
  objectCondition,
  SHARED_FOLDERS,
  stateGrants,
} from "../../../components/gcp/stateGrants";
import { locationCiRights } from "../../../components/identities/stateRights";
import { evaluated } from "./tokenExchange";

describe("grants in the state store", () => {
  it("are on folders, and for one object on the bucket", () => {
    expect(stateGrants(locationCiRights("finance"))).toEqual([
      { key: "create-defs-state", may: "create", folder: "defs-state/finance/" },
      { key: "write-releases", may: "write", object: "releases/finance.json" },
      { key: "read-deployments", may: "read", object: "deployments/finance.json" },
      { key: "write-dbt", may: "write", folder: "dbt/finance/" },
      { key: "write-snapshots", may: "write", folder: "snapshots/finance/" },
    ]);
  });

  it("need these folders", () => {
    expect(SHARED_FOLDERS).toEqual(["compute-logs/", "deployments/", "releases/"]);
    const own = ["dbt/finance/", "defs-state/finance/", "snapshots/finance/"];
    expect(locationFolders("finance", false)).toEqual(own);
    expect(locationFolders("finance", true)).toEqual(["branches/finance/", ...own]);
  });

  it.each([
    ["storage.googleapis.com/Object", "projects/_/buckets/b/objects/releases/a.json", true],
    ["storage.googleapis.com/Object", "projects/_/buckets/b/objects/releases/a.json2", false],
    ["storage.googleapis.com/Object", "projects/_/buckets/b/objects/x/releases/a.json", false],
    ["storage.googleapis.com/Object", "projects/_/buckets/b2/objects/releases/a.json", false],
    ["storage.googleapis.com/Object", "projects/_/buckets/b", false],
    ["storage.googleapis.com/Bucket", "projects/_/buckets/b", false],
    ["storage.googleapis.com/Bucket", "projects/_/buckets/b/objects/releases/a.json", false],
    ["", "", false],
  ])("for one object: %s %s is %s", (type, name, expected) => {
    const resource = new Map(Object.entries({ type, name }));
    expect(evaluated(objectCondition("b", "releases/a.json"), { resource })).toBe(expected);
  });
});
