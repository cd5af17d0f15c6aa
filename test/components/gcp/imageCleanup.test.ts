import { branchImagePolicies, releasedImagePolicies } from "../../../components/gcp/imageCleanup";

describe("which images go", () => {
  it("of released ones: what was not released", () => {
    expect(releasedImagePolicies(30)).toEqual([
      { id: "keep-released", action: "KEEP", condition: { tagPrefixes: ["release-"] } },
      { id: "delete-old", action: "DELETE", condition: { tagState: "ANY", olderThan: "2592000s" } },
    ]);
  });

  it("of pull requests: all", () => {
    expect(branchImagePolicies(1)).toEqual([
      { id: "delete-old", action: "DELETE", condition: { tagState: "ANY", olderThan: "86400s" } },
    ]);
  });
});
