import { chmodSync, existsSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

import {
  checkOut,
  digestOf,
  findBuild,
  finishBuild,
  finishedBuilds,
  newBuildFolder,
  tidyBuilds,
  type Build,
} from "../../sandbox/builds";

function folder(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), "builds-"));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(root, name, ".."), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  return root;
}

function finished(builds: string, image: string, second: number): Build {
  const build = {
    image,
    sourceDigest: `sha256:${image}`,
    folder: newBuildFolder(builds, "crm", new Date(Date.UTC(2026, 10, 21, 12, 0, second))),
    project: "app",
    python: "python",
    binaries: [],
  };
  finishBuild(build);
  return build;
}

describe("the digest of a checkout", () => {
  it("is the same for a copy", () => {
    const original = folder({ "src/a.py": "a = 1", "pyproject.toml": "[project]" });
    const copy = join(folder({}), "copy");
    checkOut(original, copy);
    expect(digestOf(copy)).toBe(digestOf(original));
  });

  it.each<[string, (root: string) => void]>([
    [
      "a file's content",
      (root) => {
        writeFileSync(join(root, "a.py"), "a = 2");
      },
    ],
    [
      "a file's name",
      (root) => {
        writeFileSync(join(root, "b.py"), "a = 1");
      },
    ],
    [
      "an execute bit",
      (root) => {
        chmodSync(join(root, "a.py"), 0o755);
      },
    ],
    [
      "a link",
      (root) => {
        symlinkSync("a.py", join(root, "link.py"));
      },
    ],
  ])("changes with %s", (_case, change) => {
    const root = folder({ "a.py": "a = 1" });
    const before = digestOf(root);
    change(root);
    expect(digestOf(root)).not.toBe(before);
  });

  it("does not change with what no checkout has: caches, environments, local state", () => {
    const root = folder({ "a.py": "a = 1" });
    const before = digestOf(root);
    for (const name of ["__pycache__/a.pyc", ".venv/bin/python", "x/.local_defs_state/k/state"]) {
      mkdirSync(join(root, name, ".."), { recursive: true });
      writeFileSync(join(root, name), "x");
    }
    expect(digestOf(root)).toBe(before);
  });
});

describe("the builds of a location", () => {
  it("count only when they are finished, newest first", () => {
    const builds = folder({});
    const first = finished(builds, "crm@sha256:1", 1);
    const second = finished(builds, "crm@sha256:2", 2);
    newBuildFolder(builds, "crm", new Date());
    expect(finishedBuilds(builds, "crm")).toEqual([second, first]);
    expect(findBuild(builds, "crm", "crm@sha256:1")).toEqual(first);
    expect(findBuild(builds, "crm", "crm@sha256:3")).toBeUndefined();
  });

  it("do not count when their packages are gone", () => {
    const builds = folder({});
    const build = { ...finished(builds, "crm@sha256:1", 1), binaries: ["/nowhere/bin"] };
    finishBuild(build);
    expect(finishedBuilds(builds, "crm")).toEqual([]);
  });

  it("are tidied: half-made ones go, the last ten stay, and so does the one in use", () => {
    const builds = folder({});
    const made = Array.from({ length: 13 }, (_, n) => finished(builds, `crm@sha256:${n}`, n));
    const half = newBuildFolder(builds, "crm", new Date(Date.UTC(2026, 10, 22)));
    tidyBuilds(builds, "crm", "crm@sha256:0");
    const kept = finishedBuilds(builds, "crm").map(({ image }) => image);
    expect(kept).toEqual([...made.slice(3).reverse(), made[0]].map((build) => build?.image));
    expect(existsSync(half)).toBe(false);
  });

  it("have folders that sort by time", () => {
    const builds = folder({});
    const early = newBuildFolder(builds, "crm", new Date("2026-01-01T00:00:00Z"));
    const late = newBuildFolder(builds, "crm", new Date("2026-10-01T00:00:00Z"));
    expect(basename(early) < basename(late)).toBe(true);
  });
});
