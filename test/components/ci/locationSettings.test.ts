import { locationSettings } from "../../../components/ci/locationSettings";

const LOCATION = {
  ...{ repository: "acme/finance-pipelines", directory: "finance", defaultBranch: "main" },
  env: { WAREHOUSE_SCHEMA: "finance" },
  module: "finance.definitions",
};

describe("what the scripts of CI know of a location", () => {
  it("is its entry, and where its images go", () => {
    expect(locationSettings(LOCATION, "registry/finance", "registry/branches/finance")).toEqual({
      ...{ repository: "acme/finance-pipelines", directory: "finance", defaultBranch: "main" },
      ...{ image: "registry/finance", branchImage: "registry/branches/finance" },
      codeServer: ["--module-name", "finance.definitions"],
      env: { WAREHOUSE_SCHEMA: "finance" },
      dbt: null,
    });
  });

  it.each([
    [{ file: "defs.py" }, ["--python-file", "defs.py"]],
    [{ package: "finance" }, ["--package-name", "finance"]],
    [{ autoload: "finance.defs" }, ["--autoload-defs-module-name", "finance.defs"]],
  ])("has the code server's own arguments of %j", (source, expected) => {
    const location = { ...LOCATION, module: undefined, ...source };
    expect(locationSettings(location, "r/x", undefined).codeServer).toEqual(expected);
  });

  it("says null for what a location does not have, which JSON keeps", () => {
    const dbt = { project: "dbt", target: "prod" };
    const without = JSON.parse(
      JSON.stringify(locationSettings(LOCATION, "r/x", undefined)),
    ) as object;
    expect(without).toMatchObject({ branchImage: null, dbt: null });
    expect(locationSettings({ ...LOCATION, dbt }, "r/x", undefined).dbt).toEqual(dbt);
  });
});
