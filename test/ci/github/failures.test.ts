import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { answers, type Behaviour, hangs } from "../../components/ci/source";
import { ApiServer } from "../../components/ci/apiServer";
import { platformOnAct } from "./platformOnAct";
import { DOCKERFILE, type LocationInput, TestLocation } from "./testLocation";
import { describeWith } from "./tools";
import { FAILED_BUILD, FAILED_CHECK, FAILED_PUSH, FAILED_REFRESH, REFRESH } from "./whatJobsDo";
import type { WorkflowRun } from "./workflowRun";

const platform = platformOnAct();

const REFRESH_STEP = "refresh: Refresh the defs state";

/** These answers first, one each, and then good ones. */
function after(...first: readonly Behaviour[]): Behaviour {
  return (response, before) => {
    (first[before] ?? answers(200))(response, before);
  };
}

/** Nothing was built or released, and the step before says why. */
async function expectStopped(location: TestLocation, run: WorkflowRun): Promise<void> {
  expect(run.failed).toEqual([REFRESH_STEP]);
  expect(run.code).toBe(1);
  expect(run.did).toEqual({ refresh: FAILED_REFRESH });
  expect(await location.releases()).toEqual([]);
  expect(location.pushed).toEqual([]);
}

describeWith("act", "a refresh that fails for good", () => {
  test.concurrent("stops everything, and says which component and why", async () => {
    const location = new TestLocation(platform(), { name: "denied", source: answers(401) });
    const run = await location.push();
    await expectStopped(location, run);
    expect(location.fetches).toBe(1);
    expect(run.output).toContain(
      "refresh: denied: failed after 1 of 5 attempts, nothing is released",
    );
    expect(run.output).toMatch(
      /Source\[api\]: SourceError: GET \S+\/denied: HTTP 401 Unauthorized/,
    );
    expect(run.output).toContain("not retried: check the credentials that this job has");
    expect(run.output).toContain("::group::all output of refresh");
    expect(platform().written("defs-state/denied/")).toEqual([]);
  });

  test.concurrent("leaves the release before as it is", async () => {
    const location = new TestLocation(platform(), { name: "lost", source: answers(401) });
    const before = await location.release();
    const run = await location.push();
    expect(run.failed).toEqual([REFRESH_STEP]);
    expect(await location.releases()).toEqual([before]);
  });

  test.concurrent("is not repeated for code that cannot be imported", async () => {
    const files = { "tiny/defs/broken.py": "import nowhere\n" };
    const location = new TestLocation(platform(), { name: "broken", files });
    const run = await location.push();
    await expectStopped(location, run);
    expect(run.output).toContain("failed after 1 of 5 attempts");
    expect(run.output).toContain("ModuleNotFoundError: No module named 'nowhere'");
    expect(run.output).toContain("at tiny/defs/broken.py line 1");
  });

  test.concurrent("ends within its limits when the source never answers", async () => {
    const limits = { refreshAttempts: 2, refreshTimeoutSeconds: 8 };
    const location = new TestLocation(platform(), { name: "hung", source: hangs, limits });
    const run = await location.push();
    await expectStopped(location, run);
    expect(location.fetches).toBeLessThanOrEqual(2);
    expect(run.output).toContain("refresh: hung: failed after 2 of 2 attempts");
    expect(run.output).toContain("no answer within 8 s");
    expect(run.output).toContain("the source or the network fails: run the job again later");
  });
});

describeWith("act", "a refresh whose source recovers", () => {
  test.concurrent.each<[string, LocationInput, number, RegExp]>([
    [
      "is repeated until it answers",
      { name: "flaky", source: after(answers(503), answers(503)) },
      3,
      /attempt 2 failed, again in 0\.\d s: SourceError: GET \S+\/flaky: HTTP 503/,
    ],
    [
      "waits as long as it asks for",
      { name: "throttled", source: after(answers(429, { "Retry-After": "2" })) },
      2,
      /attempt 1 failed, again in 2\.\d s: SourceError: GET \S+\/throttled: HTTP 429/,
    ],
  ])("%s, and is released", async (_case, input, requests, said) => {
    const location = new TestLocation(platform(), input);
    const run = await location.push();
    expect(run.failed).toEqual([]);
    expect(location.fetches).toBe(requests);
    expect(run.output).toMatch(said);
    expect(await location.releases()).toMatchObject([{ commit: location.repository.head }]);
  });
});

describeWith("act", "a state store that cannot be reached", () => {
  test.concurrent("stops everything before anything is checked out", async () => {
    const location = new TestLocation(platform(), { name: "storeless" });
    // Nobody listens there.
    const run = await location.run(location.pushEvent(), {
      AWS_ENDPOINT_URL: "http://127.0.0.1:9",
    });
    expect(run.failed).toEqual(["refresh: What is to be done"]);
    expect(run.output).toMatch(
      /plan: storeless: state store s3:\/\/\S+: GetObject \S+: Could not connect/,
    );
    expect(location.fetches).toBe(0);
  });

  test.concurrent("is found out before the source is asked", async () => {
    const location = new TestLocation(platform(), { name: "unreachable" });
    const store = await ApiServer.start();
    // It has no release, as far as the plan hears, and then it is gone.
    store.answer = ({ line }) =>
      line.endsWith("/releases/unreachable.json") ? { status: 404 } : "break";
    const run = await location.run(location.pushEvent(), { AWS_ENDPOINT_URL: store.url });
    store.stop();
    await expectStopped(location, run);
    expect(run.output).toContain("refresh: unreachable: not started, nothing is released");
    expect(run.output).toMatch(/ {2}state store s3:\/\/\S+: HeadBucket: Connection was closed/);
    expect(location.fetches).toBe(0);
  });
});

const BUILD_STEP = "build: Build the image, see that it loads its code, push it";

describeWith("act", "an image that cannot be released", () => {
  test.concurrent.each<[string, string, string, readonly string[], string]>([
    [
      ...(["does not build", "unbuilt", "RUN exit 3\n", FAILED_BUILD] as const),
      'build: unbuilt: build: docker build: ERROR: failed to build: failed to solve: process "/bin/sh -c exit 3" did not complete successfully: exit code: 3; nothing is pushed',
    ],
    [
      ...([
        "does not load its code",
        "unloadable",
        "RUN rm tiny/source.py\n",
        FAILED_CHECK,
      ] as const),
      "its code does not load in the image: ModuleNotFoundError: No module named 'tiny.source'; nothing is pushed",
    ],
    [
      ...(["is not taken by the registry", "unpushed", "", FAILED_PUSH] as const),
      "build: unpushed: push: denied: User is not authorized to perform: ecr:PutImage",
    ],
  ])("that %s stops everything", async (_case, name, lines, build, reason) => {
    const location = new TestLocation(platform(), { name });
    mkdirSync(location.registry, { recursive: true });
    if (name === "unpushed") writeFileSync(join(location.registry, "deny-push"), "");
    const run = await location.push({ Dockerfile: DOCKERFILE + lines });
    expect(run.failed).toEqual([BUILD_STEP]);
    expect(run.code).toBe(1);
    expect(run.did).toEqual({ refresh: REFRESH, build });
    expect(run.output).toContain(reason);
    expect(location.pushed).toEqual([]);
    expect(await location.releases()).toEqual([]);
    expect(location.statuses(location.repository.head)).toEqual([]);
  });

  test.concurrent("leaves the release before as it is", async () => {
    const location = new TestLocation(platform(), { name: "kept" });
    const before = await location.release();
    const run = await location.push({ Dockerfile: `${DOCKERFILE}RUN exit 3\n` });
    expect(run.failed).toEqual([BUILD_STEP]);
    expect(await location.releases()).toEqual([before]);
  });
});
