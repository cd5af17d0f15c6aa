import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { platformOnAct } from "./platformOnAct";
import { DOCKERFILE, TestLocation } from "./testLocation";
import { describeWith } from "./tools";
import { FAILED_BUILD, FAILED_CHECK, FAILED_PUSH, REFRESH } from "./whatJobsDo";

const platform = platformOnAct();

const STEP = "build: Build the image, see that it loads its code, push it";

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
    expect(run.failed).toEqual([STEP]);
    expect(run.code).toBe(1);
    expect(run.did).toEqual({ refresh: REFRESH, build });
    expect(run.output).toContain(reason);
    expect(location.pushed).toEqual([]);
    expect(await location.releases()).toEqual([]);
    expect(location.statuses(location.repository.head)).toEqual([]);
  });

  test.concurrent("leaves the release before as it is", async () => {
    const location = new TestLocation(platform(), { name: "kept" });
    await location.push();
    const before = await location.releases();
    const run = await location.push({ Dockerfile: `${DOCKERFILE}RUN exit 3\n` });
    expect(run.failed).toEqual([STEP]);
    expect(before).toHaveLength(1);
    expect(await location.releases()).toEqual(before);
  });
});
