import { readFileSync } from "node:fs";

import { DAGSTER_VERSION } from "../../../components/dagster/chart";
import {
  dockerfileFinding,
  localStateFinding,
  packagesFinding,
  versionFinding,
} from "../../../stacks/doctor/projectFindings";
import {
  isDgProject,
  type ProjectTexts,
  requirementsOf,
  rootModule,
} from "../../../stacks/doctor/requirements";

const NO_TEXTS: ProjectTexts = {
  ...{ "pyproject.toml": undefined, "uv.lock": undefined },
  ...{ "requirements.txt": undefined, "dg.toml": undefined },
};

const texts = (change: Partial<ProjectTexts>): ProjectTexts => ({ ...NO_TEXTS, ...change });

const project = (dependencies: readonly string[], more = "") =>
  texts({ "pyproject.toml": `[project]\ndependencies = ${JSON.stringify(dependencies)}\n${more}` });

const lock = (packages: Readonly<Record<string, string>>) =>
  Object.entries(packages)
    .map(([name, version]) => `[[package]]\nname = "${name}"\nversion = "${version}"\n`)
    .join("\n");

describe("the packages of a project", () => {
  it.each([
    ["plain, on S3", project(["Dagster>=1.13", "S3FS"]), "s3", "dagster, s3fs"],
    ["plain, on Google Cloud", project(["dagster", "gcsfs>2"]), "gs", "dagster, gcsfs"],
    [
      "of a dg project",
      project(["dagster", "s3fs", "dagster_dg.cli~=1.13"], "[tool.dg]\n"),
      "s3",
      "dagster, s3fs, dagster-dg-cli",
    ],
    [
      "in requirements.txt",
      texts({
        "requirements.txt": "# all\n-r more.txt\ndagster[x] == 1.13 ; python_version > '3'\ns3fs\n",
      }),
      "s3",
      "dagster, s3fs",
    ],
    [
      "in the lock, which something else brings",
      { ...project(["acme-base"]), "uv.lock": lock({ dagster: "1.13.0", s3fs: "2026.1" }) },
      "s3",
      "dagster, s3fs",
    ],
  ] as const)("are all there: %s", (_title, given, protocol, found) => {
    expect(packagesFinding(given, protocol)).toEqual({ state: "ok", found });
  });

  it.each([
    [project(["dagster", "s3fs"]), "gs", "gcsfs"],
    [project(["dagster"], "[tool.dg]\n"), "s3", "s3fs, dagster-dg-cli"],
    [{ ...project(["dagster", "s3fs"]), "dg.toml": "" }, "s3", "dagster-dg-cli"],
    [project(["dagster-dbt", "s3fs"]), "s3", "dagster"],
  ] as const)(
    "lack what the refresh or the image needs: %j with %s",
    (given, protocol, missing) => {
      expect(packagesFinding(given, protocol)).toEqual({
        ...{ state: "problem", found: `${missing} not among its packages` },
        fix: `add ${missing} to the dependencies of the location; its image needs it, too`,
      });
    },
  );

  it("are not judged where no file names them", () => {
    expect(packagesFinding(NO_TEXTS, "s3").state).toBe("skipped");
    expect(packagesFinding(texts({ "pyproject.toml": "no toml" }), "s3").state).toBe("skipped");
  });

  it("are read as they are written", () => {
    const lines = ["a.B_c[x,y] >= 1, <2", "d (>=3)", "e @ https://x.test/e.whl", "f", "--no-deps"];
    expect(requirementsOf(project(lines))).toEqual([
      { name: "a-b-c", versions: ">=1,<2" },
      { name: "d", versions: ">=3" },
      { name: "e", versions: "" },
      { name: "f", versions: "" },
    ]);
  });

  it.each(["crm", "finance", "shop"])("of the example %s are right", (name) => {
    const given = texts({
      "pyproject.toml": readFileSync(`examples/${name}/pyproject.toml`, "utf8"),
    });
    expect(packagesFinding(given, "s3").state).toBe("ok");
    expect(versionFinding(given).state).toBe("ok");
    expect(isDgProject(given)).toBe(name !== "finance");
    expect(rootModule(given)).toBe(name === "finance" ? undefined : name);
  });
});

describe("the version of Dagster", () => {
  const runs = `the platform runs ${DAGSTER_VERSION}`;
  const fix = "write dagster>=1.13,<1.14, and lock again";

  it.each([
    [texts({ "uv.lock": lock({ dagster: "1.13.1" }) }), "ok", `1.13.1 in uv.lock, ${runs}`],
    [texts({ "uv.lock": lock({ dagster: "1.12.19" }) }), "problem", `1.12.19 in uv.lock, ${runs}`],
    [project(["dagster>=1.13,<1.14"]), "ok", `dagster>=1.13,<1.14 takes ${DAGSTER_VERSION}`],
    [project(["dagster"]), "ok", `dagster takes ${DAGSTER_VERSION}`],
    [project(["dagster~=1.12.0"]), "problem", `dagster~=1.12.0, ${runs}`],
    [project(["dagster>=1.13rc1"]), "skipped", `dagster>=1.13rc1 is not compared here, ${runs}`],
    [project(["s3fs"]), "skipped", "its packages do not name dagster"],
  ])("is compared with the platform's: %j", (given, state, found) => {
    expect(versionFinding(given)).toEqual({
      state,
      found,
      ...(state === "problem" ? { fix } : {}),
    });
  });
});

it("says whether an image can be built, and has its local state", () => {
  expect(dockerfileFinding(true, "main")).toEqual({ state: "ok", found: "Dockerfile in main" });
  expect(dockerfileFinding(false, "main")).toMatchObject({ found: "no Dockerfile in main" });
  expect(localStateFinding(null).state).toBe("ok");
  const excluded = { path: "a/b", file: ".dockerignore", line: 3, pattern: "a" };
  expect(localStateFinding(excluded)).toEqual({
    state: "problem",
    found: ".dockerignore line 3, a, keeps a/b out of the image",
    fix: "remove that line, or add !**/.local_defs_state below it",
  });
});
