import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { type Behaviour } from "../../components/ci/source";
import { describePipelines } from "./describePipelines";
import { ID_TOKEN } from "./events";
import { type LocationPipeline, LocationWorld } from "./locationWorld";
import { TRIGGER } from "./platformCi";

/** At first the source asks to wait. */
const throttlesAtFirst: Behaviour = (response, before) => {
  if (before === 0) response.writeHead(429, { "retry-after": "1" }).end();
  else response.writeHead(200).end('["one", "two"]');
};

/** All that a release of code with state in the store calls, in order. */
const RELEASE_STEPS = [
  ...["refresh: job_plan.py", "refresh: uv sync"],
  ...["build: registry_login.py", "build: docker login", "build: build_image.py"],
  ...["build: docker version", "build: docker build", "build: docker create", "build: docker cp"],
  ...["build: docker start", "build: docker rm", "build: docker push", "build: docker image"],
  ...["release: release.py", "deploy: deploy_release.py"],
];

const EACH_JOB = ["refresh", "build", "release", "deploy"];

describePipelines("a pipeline of a location on GitLab", () => {
  let world: LocationWorld;
  let pushed: LocationPipeline;

  beforeAll(async () => {
    world = await LocationWorld.start({
      locations: { crm: { source: throttlesAtFirst }, sales: {}, stock: {} },
    });
    pushed = await world.run("crm");
  });

  afterAll(() => world.stop());

  /** What became of the jobs, as long as nothing is wrong. */
  function passed(location: string, jobs = EACH_JOB): object {
    return Object.fromEntries(jobs.map((job) => [`${location}:${job}`, "passed"]));
  }

  test("refreshes, builds, releases and deploys a push, in this order", async () => {
    expect(pushed.jobs).toEqual(passed("crm"));
    expect(pushed.steps).toEqual(RELEASE_STEPS);
    expect(await world.keys("crm")).toEqual([
      "defs-state/crm/Source__api__/<version>",
      "deployments/crm.json",
      "releases/crm.json",
    ]);
    expect(pushed.log("crm:deploy")).toContain(
      "deploy: crm: loaded: https://dagster.example.com/locations/crm",
    );
  });

  test("waits as long as a throttling source asks, and tries again", () => {
    expect(world.fetches("crm")).toBe(2);
    expect(pushed.log("crm:refresh")).toMatch(/attempt 1 failed, again in 1\.\d s: .*HTTP 429/);
  });

  test("releases the digest that was pushed, with the commit and who it was", async () => {
    const [release, ...more] = await world.releases("crm");
    expect(more).toEqual([]);
    expect(release).toMatchObject({
      ...{ location: "crm", repository: "acme/crm", releasedBy: "ada" },
      commit: world.remotes.head("acme/crm"),
      runUrl: "https://gitlab.com/acme/crm/-/pipelines/1",
    });
    expect(release?.image).toBe(pushed.artifact("crm:build", ".dagster-ci/image.txt").trim());
    expect(release?.image).toMatch(/\/dagster-prod\/crm@sha256:[0-9a-f]{64}$/);
  });

  test("takes the role of its branch alone, by the job's own token", () => {
    expect(world.roles("crm")).toEqual(["dagster-platform/prod/dagster-prod-crm-ci"]);
    expect(new Set(world.sts.assumed.map(({ token }) => token))).toEqual(new Set([ID_TOKEN]));
  });

  test("asks the platform without variables, which nobody may give by default", () => {
    const [request] = world.api.requests;
    expect(request?.line).toBe(TRIGGER);
    expect([...new URLSearchParams(request?.body).keys()].sort()).toEqual(["ref", "token"]);
  });

  test("hands over files that have no secret in them", () => {
    for (const job of ["refresh", "build", "release"]) {
      const files = pushed.artifacts(`crm:${job}`).filter((name) => /\.\w+$/.test(name));
      expect(files).toContain(".dagster-ci/defs-state.json");
      for (const file of files.filter((name) => !/pyc$/.test(name)))
        expect(pushed.artifact(`crm:${job}`, file)).not.toMatch(SECRETS);
    }
  });

  test("gives the same image new state when its schedule says so", async () => {
    const scheduled = await world.run("crm", { source: "schedule" });
    expect(scheduled.jobs).toEqual(passed("crm"));
    expect(scheduled.steps).toEqual([
      ...["refresh: job_plan.py", "refresh: uv sync"],
      ...["release: release.py", "deploy: deploy_release.py"],
    ]);
    const [release, before] = await world.releases("crm");
    expect(release).toEqual({ ...before, defsState: expect.anything() as unknown });
    expect(release?.defsState).not.toEqual(before?.defsState);
  });

  test("fails when the platform could not load the release, with the reason", async () => {
    world.platform.errors.set("sales", "ModuleNotFoundError: No module named 'pandas'");
    const { jobs, log } = await world.run("sales");
    expect(jobs).toEqual({ ...passed("sales"), "sales:deploy": "failed" });
    expect(log("sales:deploy")).toContain("failed: ModuleNotFoundError: No module named 'pandas'");
    expect(await world.releases("sales")).toMatchObject([{ defsState: null }]);
  });

  test("lets the newer of two pushes win that are built at once", async () => {
    // The older one's build ends when the newer one is released.
    const waits = "RUN while [ ! -e $FLAG ]; do sleep 0.1; done";
    const flag = join(pushed.folder, "newer-is-released");
    world.remotes.push("acme/stock", { Dockerfile: `${waits.replace("$FLAG", flag)}\n` }, "main");
    const older = world.run("stock", { createdAt: "2026-11-21T12:00:00Z" });
    const commit = world.remotes.push("acme/stock", { Dockerfile: "FROM scratch\n" }, "main");
    const newer = await world.run("stock", { createdAt: "2026-11-21T12:00:30Z" });
    writeFileSync(flag, "");
    const { jobs, log } = await older;
    expect([jobs, newer.jobs]).toEqual([passed("stock"), passed("stock")]);
    expect(log("stock:deploy")).toContain("superseded");
    expect(await world.releases("stock")).toMatchObject([{ commit }]);
  });
});

/** Tokens of the job, and what stands for a password. */
const SECRETS = /eyJ|glptt-|SecretAccessKey|PASSWORD=/;
