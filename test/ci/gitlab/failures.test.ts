import { answers, hangs } from "../../components/ci/source";
import { describePipelines } from "./describePipelines";
import { type LocationPipeline, LocationWorld } from "./locationWorld";

describePipelines("a pipeline of a location on GitLab that fails", () => {
  let world: LocationWorld;
  let hung: Promise<LocationPipeline>;

  beforeAll(async () => {
    world = await LocationWorld.start({
      limits: { refreshAttempts: 2, refreshTimeoutSeconds: 12 },
      locations: {
        crm: { source: answers(401) },
        erp: { source: hangs },
        broken: { dockerfile: "RUN echo 'no space left' >&2; exit 28\n" },
        hollow: { dockerfile: "RUN rm plain.py\n" },
        tested: { pipeline: "unit-tests: { stage: test, script: [exit 1] }\n" },
        renamed: { entry: { repository: "acme/old-name" } },
      },
    });
    // It waits more than it works.
    hung = world.run("erp");
  });

  afterAll(async () => {
    await hung.catch(() => undefined);
    await world.stop();
  });

  test("ends at a refresh that will not pass, without another attempt", async () => {
    const { jobs, steps, log, artifacts } = await world.run("crm");
    expect(jobs).toEqual({ "crm:refresh": "failed" });
    expect(steps).toEqual(["refresh: job_plan.py", "refresh: uv sync"]);
    expect(world.fetches("crm")).toBe(1);
    expect(log("crm:refresh")).toMatch(/failed after 1 of 2 attempts, nothing is released/);
    expect(log("crm:refresh")).toMatch(/HTTP 401/);
    // All that dg said, folded.
    expect(log("crm:refresh")).toContain("all output of refresh");
    expect(artifacts("crm:refresh")).toEqual([]);
    expect(await world.keys("crm")).toEqual([]);
  });

  test("ends at an image that cannot be built", async () => {
    const { jobs, steps, log } = await world.run("broken");
    expect(jobs).toEqual({ "broken:refresh": "passed", "broken:build": "failed" });
    expect(steps.at(-1)).toBe("build: docker build");
    expect(log("broken:build")).toMatch(/did not complete successfully: exit code: 28/);
    expect(await world.keys("broken")).toEqual([]);
  });

  test("ends at an image that does not load its code, which is not pushed", async () => {
    const { jobs, steps, log } = await world.run("hollow");
    expect(jobs).toEqual({ "hollow:refresh": "passed", "hollow:build": "failed" });
    expect(steps).toContain("build: docker start");
    expect(steps).not.toContain("build: docker push");
    expect(log("hollow:build")).toMatch(/its code does not load in the image: .*'plain'/);
    expect(await world.keys("hollow")).toEqual([]);
  });

  test("does not begin when the repository's own tests fail, in a stage before", async () => {
    const { jobs, steps } = await world.run("tested");
    expect({ jobs, steps }).toEqual({ jobs: { "unit-tests": "failed" }, steps: [] });
  });

  test("refuses a repository that is not the location's on the list", async () => {
    const { jobs, log } = await world.run("renamed");
    expect(jobs).toEqual({ "renamed:refresh": "failed" });
    expect(log("renamed:refresh")).toContain("renamed is of acme/old-name on the platform's list");
  });

  test("ends at a source that never answers", async () => {
    const { jobs, log } = await hung;
    expect(jobs).toEqual({ "erp:refresh": "failed" });
    expect(log("erp:refresh")).toMatch(/failed after 2 of 2 attempts, nothing is released/);
    expect(log("erp:refresh")).toMatch(/no answer within 12 s/);
    expect(await world.keys("erp")).toEqual([]);
  });
});
