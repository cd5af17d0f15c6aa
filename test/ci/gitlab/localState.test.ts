import { parse } from "yaml";

import { answers, type Behaviour } from "../../components/ci/source";
import { describePipelines } from "./describePipelines";
import { type LocationPipeline, LocationWorld } from "./locationWorld";

/** The source is not there for a while. */
const comesBack: Behaviour = (response, before) => {
  answers(before < 2 ? 503 : 200)(response, before);
};

/** The state that is in the image which a pipeline has built. */
const IN_IMAGE = /\/tiny\/defs\/\.local_defs_state\/Source__api__\/state$/;

describePipelines("a pipeline on GitLab of a platform on GitHub", () => {
  let world: LocationWorld;
  let pushed: LocationPipeline;
  let commit: string;

  beforeAll(async () => {
    world = await LocationWorld.start({
      platform: "github",
      locations: { shop: { source: comesBack, isLocal: true }, fresh: {} },
    });
    // Nobody is asked: the platform finds the release by its own schedule, after the job's first look.
    world.store.meanwhile = async (request) => {
      if (/^GET .*\/deployments\//.test(request)) await world.platform.deploy();
    };
    commit = world.remotes.head("acme/shop");
    pushed = await world.run("shop", {}, {});
  });

  afterAll(() => world.stop());

  test("has all jobs in the location's own file", () => {
    expect(parse(world.remotes.read("acme/shop", ".gitlab-ci.yml"))).not.toHaveProperty("include");
    expect(Object.keys(pushed.jobs)).toEqual(
      ["refresh", "build", "release", "deploy"].map((job) => `shop:${job}`),
    );
  });

  test("refreshes in the end when the source is away for two attempts", () => {
    expect(world.fetches("shop")).toBe(3);
    expect(pushed.log("shop:refresh")).toMatch(/attempt 2 failed, again in .*HTTP 503/);
  });

  test("carries state that lives in the image from the refresh to the build", async () => {
    expect(new Set(Object.values(pushed.jobs))).toEqual(new Set(["passed"]));
    expect(world.images(pushed).filter((file) => IN_IMAGE.test(file))).toHaveLength(1);
    expect(await world.releases("shop")).toMatchObject([
      { commit, defsState: { info_mapping: { "Source[api]": { version: "__local__" } } } },
    ]);
    // Nothing of it is in the state store.
    expect(await world.keys("shop")).toEqual(["deployments/shop.json", "releases/shop.json"]);
  });

  test("waits for the platform's schedule without a token to ask it", () => {
    expect(world.api.lines).toEqual([]);
    expect(pushed.log("shop:deploy")).toContain("its schedule will deploy it");
    expect(pushed.log("shop:deploy")).toContain("loaded");
  });

  test("builds the released commit anew on schedule, though the branch has moved on", async () => {
    world.remotes.push("acme/shop", { Dockerfile: "RUN false\n" });
    const scheduled = await world.run("shop", { source: "schedule" }, {});
    expect(new Set(Object.values(scheduled.jobs))).toEqual(new Set(["passed"]));
    expect(scheduled.steps).toContain("build: docker push");
    expect(scheduled.calls.find(({ arguments: [word] = [] }) => word === "build")).toMatchObject({
      arguments: ["build", "--cache-from", expect.anything(), ...MORE_OF_BUILD],
    });
    const [release, before] = await world.releases("shop");
    expect(release).toMatchObject({ commit, releasedAt: before?.releasedAt });
  });

  test("does nothing on the schedule of a location that has no release", async () => {
    const scheduled = await world.run("fresh", { source: "schedule" }, {});
    expect(new Set(Object.values(scheduled.jobs))).toEqual(new Set(["passed"]));
    expect(scheduled.steps).toEqual(["refresh: job_plan.py"]);
    expect(scheduled.log("fresh:refresh")).toContain("nothing to do: it has no release yet");
    expect(await world.keys("fresh")).toEqual([]);
  });
});

const MORE_OF_BUILD = [
  ...["--build-arg", "BUILDKIT_INLINE_CACHE=1", "--tag"],
  ...[expect.anything() as unknown, expect.anything() as unknown],
];
