import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  utimesSync,
} from "node:fs";
import { join } from "node:path";

import { files, STATE, StateArchives } from "./stateArchives";

let archives: StateArchives;

beforeEach(() => {
  archives = new StateArchives();
});

afterEach(() => {
  archives.remove();
});

/** Of the state of the component that has folders. */
function inState(folder: string, ...names: readonly string[]): string {
  return join(folder, STATE, "Dbt__x__", "state", ...names);
}

describe("local state on its way from one job to another", () => {
  it("arrives as it was, without what is not the project's", async () => {
    const { project, checkout, archive } = archives;
    archives.write("checkout/src/shop/defs/__init__.py", "");
    archives.write(`project/${STATE}/Dbt__x__/state/run.sh`, "#!/bin/sh\n");
    chmodSync(inState(project, "run.sh"), 0o700);
    expect(await archives.pack()).toEqual({
      ...{ code: 0, stderr: "" },
      stdout: `state: 2 folders of local state -> ${archive}\n`,
    });
    expect(await archives.unpack(checkout)).toMatchObject({ code: 0, stderr: "" });
    expect(files(checkout)).toEqual({
      "src/shop/defs/__init__.py": "",
      [`${STATE}/Dbt__x__/state/run.sh`]: "#!/bin/sh\n",
      [`${STATE}/Dbt__x__/state/target/manifest.json`]: "{}",
      [`${STATE}/Äpi/state`]: "[]",
      "other/.local_defs_state/Api/state": "[1]",
    });
    // The image's user reads it, and what could be run can be run.
    const paths = [inState(checkout, "run.sh"), join(checkout, STATE, "Äpi/state"), checkout];
    const modes = [...paths.slice(0, 2), join(checkout, STATE)].map((path) =>
      (statSync(path).mode & 0o555).toString(8),
    );
    expect(modes).toEqual(["555", "444", "555"]);
  });

  it("replaces all that is there", async () => {
    const { project } = archives;
    await archives.pack();
    archives.write(`project/${STATE}/Dbt__x__/state/old.json`, "{}");
    archives.write("project/third/.local_defs_state/Gone/state", "{}");
    expect(await archives.unpack()).toMatchObject({ code: 0, stderr: "" });
    expect(existsSync(inState(project, "old.json"))).toBe(false);
    expect(existsSync(inState(project, "target/manifest.json"))).toBe(true);
    expect(existsSync(join(project, "third/.local_defs_state"))).toBe(false);
    expect(readdirSync(project).sort()).toEqual([".venv", "other", "src", "third"]);
  });

  it("is the same archive for the same state", async () => {
    const { root, project, archive } = archives;
    const names = ["q", "z", "m", "a", "b", "y"].map(
      (name) => `${STATE}/Dbt__x__/state/target/${name}.json`,
    );
    for (const name of names) archives.write(`project/${name}`, "");
    const again = join(root, "again");
    execFileSync("cp", ["-r", project, again]);
    utimesSync(join(again, STATE, "Äpi/state"), 1, 1);
    await archives.pack();
    await archives.pack(again, join(root, "again.tar"));
    expect(readFileSync(join(root, "again.tar")).equals(readFileSync(archive))).toBe(true);
    // No folder says in which order its files are.
    const listed = execFileSync("tar", ["-tf", archive], { encoding: "utf8" }).split("\n");
    expect(listed.filter((name) => names.includes(name))).toEqual([...names].sort());
  });

  it("may be none", async () => {
    expect((await archives.pack(archives.checkout)).stdout).toContain("0 folders");
    expect(await archives.unpack()).toMatchObject({ code: 0, stderr: "" });
    expect(Object.keys(files(archives.project))).toEqual([
      ".venv/lib/shop/.local_defs_state/Api/state",
      "src/shop/defs/__init__.py",
    ]);
  });

  it("keeps links, and makes absolute ones fit the other machine", async () => {
    const { project, checkout } = archives;
    mkdirSync(inState(project, "packages"));
    symlinkSync(join(project, "src/shop"), inState(project, "packages/shop"));
    symlinkSync("../target", inState(project, "packages/target"));
    symlinkSync("packages", inState(project, "again"));
    expect(await archives.pack()).toMatchObject({ code: 0, stderr: "" });
    expect(await archives.unpack(checkout)).toMatchObject({ code: 0, stderr: "" });
    const link = (name: string) => readlinkSync(inState(checkout, name));
    expect(link("packages/shop")).toBe("../../../../..");
    expect(link("packages/target")).toBe("../target");
    expect(link("again")).toBe("packages");
  });

  it.each([
    ["/etc/passwd", "/etc/passwd"],
    ["../../../../../../../outside", "outside"],
    ["loop/x", "/etc/x"],
  ])("refuses a link that leads out of the project: %s", async (target, shown) => {
    symlinkSync(target, inState(archives.project, "link"));
    if (target === "loop/x") symlinkSync("/etc", inState(archives.project, "loop"));
    archives.write("handover/local-state.tar", "older");
    const ended = await archives.pack();
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(
      /^state: pack: \S+ leads to \S+, out of the project: the image lacks it\n$/,
    );
    expect(ended.stderr).toContain(shown);
    expect(readdirSync(join(archives.root, "handover"))).toEqual(["local-state.tar"]);
  });

  it("refuses what is neither file nor folder", async () => {
    execFileSync("mkfifo", [inState(archives.project, "pipe")]);
    const ended = await archives.pack();
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(/^state: pack: \S+pipe is neither file nor folder: remove it\n$/);
  });

  it("refuses a project that is not there", async () => {
    const ended = await archives.pack(join(archives.root, "nowhere"));
    expect(ended).toMatchObject({ code: 1, stdout: "" });
    expect(ended.stderr).toMatch(/^state: pack: --project \S+nowhere is no folder\n$/);
  });
});
