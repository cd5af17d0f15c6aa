import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";

import { planLines, planRelease, type StackReleaseOptions } from "../../commands/releasePlan";
import { InvalidInputError } from "../../stacks/invalidInputError";
import { ReachableStack } from "../../stacks/reachableStack";
import { ClusterPlace } from "./clusterPlace";

const FINANCE = { name: "finance", repository: "acme/finance", module: "finance" };

const NOW = new Date("2026-11-21T15:16:17.180Z");

let place: ClusterPlace;

beforeAll(() => {
  place = new ClusterPlace([
    { ...FINANCE, checkout: "finance" },
    { ...FINANCE, name: "elsewhere" },
    { ...FINANCE, name: "pinned", image: "registry.test/pinned:1" },
    { ...FINANCE, name: "plain", checkout: "plain" },
  ]);
  for (const folder of ["finance", "plain"]) mkdirSync(join(place.folder, folder));
  place.write("finance/Dockerfile", "FROM scratch\n");
});

afterAll(() => {
  place.remove();
});

function plan(name: string, options: Partial<StackReleaseOptions>, registry = "ghcr.io/acme/") {
  place.configure({ imageRegistry: registry });
  const stack = ReachableStack.read("dev", place.folder);
  const all = { refresh: true, check: true, ...options };
  return planRelease(name, all, stack, NOW).then((made) => ({
    made,
    lines: planLines(made, stack),
  }));
}

async function refusal(...args: Parameters<typeof plan>): Promise<string> {
  const error: unknown = await plan(...args).catch((reason: unknown) => reason);
  if (error instanceof InvalidInputError) return error.message;
  throw new Error(`not refused: ${String(error)}`);
}

describe("the plan of a release", () => {
  it("builds the listed checkout, tagged by time outside git", async () => {
    const { made, lines } = await plan("finance", {});
    expect(made).toMatchObject({ commit: undefined, isBuilt: true, isChecked: true });
    expect(lines).toEqual([
      `check out ${place.folder}/finance, commit none`,
      "refresh its defs state in s3://dagster-platform-dev",
      "build ghcr.io/acme/finance:release-20261121T151617Z",
      "check that the image loads its code",
      "push ghcr.io/acme/finance:release-20261121T151617Z",
      `record its digest in ${place.folder}/releases/finance.json`,
    ]);
  });

  it("names the commit when nothing else is in the folder, and never the same tag twice", async () => {
    const git = (...args: string[]) =>
      execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b", ...args], {
        cwd: place.folder,
        encoding: "utf8",
      });
    git("init", "-q");
    git("add", "finance");
    git("commit", "-qm", "x");
    const commit = git("rev-parse", "HEAD").trim();
    const { made } = await plan("finance", { check: false });
    expect(made).toMatchObject({ commit, isChecked: false });
    expect(made.image).toBe(`ghcr.io/acme/finance:release-${commit.slice(0, 12)}-20261121T151617Z`);
    place.write("finance/new.py", "");
    expect((await plan("finance", {})).made.commit).toBeUndefined();
    rmSync(join(place.folder, ".git"), { recursive: true });
  });

  it("needs no checkout for an image whose state stays", async () => {
    const { lines } = await plan("elsewhere", { image: "r.test/x:1", refresh: false }, "");
    expect(lines).toEqual([
      "keep the pinned defs state of the record that is there",
      `record r.test/x:1 in ${place.folder}/releases/elsewhere.json`,
    ]);
  });

  it.each([
    ["nobody", {}, "nobody is not on the list"],
    ["pinned", {}, "pins image registry.test/pinned:1, and no release is looked at: remove"],
    ["elsewhere", {}, "elsewhere has no `checkout:` in"],
    ["elsewhere", { image: "r.test/x:1" }, "or --no-refresh to keep its pinned state"],
    ["elsewhere", { checkout: "/nowhere" }, "--checkout: there is no /nowhere"],
    ["plain", {}, "no Dockerfile in "],
    ["finance", { refresh: false }, "--no-refresh needs --image"],
    [
      "finance",
      { image: "finance" },
      '--image: has to be an exact image, with a tag, got "finance"',
    ],
    ["finance", { image: "r.test/x:latest" }, "never latest"],
  ] as const)("refuses %s with %j in one line", async (name, options, message) => {
    const said = await refusal(name, options);
    expect(said).toContain(message);
    expect(said).not.toContain("\n");
  });

  it.each([
    ["", "dagster-platform:imageRegistry: needed to push an image, got nothing, set it"],
    ["https://ghcr.io", "dagster-platform:imageRegistry: has to be without https://"],
  ])("refuses the registry %j", async (registry, message) => {
    expect(await refusal("finance", {}, registry)).toContain(message);
  });
});
