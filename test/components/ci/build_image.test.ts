import { join } from "node:path";

import { DIGEST, IMAGE, ImageBuilds, type Answer } from "./imageBuilds";
import { SCRIPTS, startPython } from "./python";
import { StateServer } from "./stateServer";

const TAGGED = `${IMAGE}:release-1`;

const LOAD = [
  ...["api", "grpc", "--socket", "/tmp/check.sock", "--heartbeat", "--heartbeat-timeout", "1"],
  ...["--autoload-defs-module-name", "tiny.defs"],
];

const VARIABLES = [
  "--env=A=b c=d",
  "--env=DAGSTER_HOME=/dagster-check",
  "--env=DAGSTER_DEFS_STATE_INFO_OVERRIDE_PATH=/dagster-check/pin.json",
  "--env=FSSPEC_DIR_PATH=/dagster-check/state/defs-state/tiny",
];

const BUILDAH = ["--builder", "buildah"];

const builds = new ImageBuilds();

beforeEach(() => {
  builds.reset();
});

afterAll(() => {
  builds.remove();
});

/** Puts into the image what the next build takes its layers by. */
const INLINE = ["--build-arg", "BUILDKIT_INLINE_CACHE=1"];

describe("the image of a location", () => {
  it("is built, loads its code with the pinned state of the store, and is pushed: docker", async () => {
    const server = await StateServer.start();
    const url = await server.createBucket("state");
    const put =
      "from object_store import open_store; open_store(sys.argv[1]).put(sys.argv[2], b'[]', None)";
    const code = `import sys; sys.path.insert(0, ${JSON.stringify(SCRIPTS)}); ${put}`;
    const args = ["-c", code, url, "defs-state/tiny/Source__api__/v-1"];
    expect((await startPython(args, server.environment).ended).code).toBe(0);
    const ended = await builds.run(["--state-store", url], {
      ...server.environment,
      BUILDX_BUILDER: "elsewhere",
    });
    await server.stop();
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    expect(ended.stdout.trim().split("\n")).toEqual([
      `build: ${TAGGED} with docker`,
      "build: the image loads its code",
      `build: pushing ${TAGGED}`,
      `build: pushed ${IMAGE}@${DIGEST}`,
    ]);
    expect(builds.output).toBe(`${IMAGE}@${DIGEST}\n`);
    expect(builds.calls).toEqual([
      ["docker", "version", "--format", "{{.Server.Version}}"],
      ["docker", "build", ...INLINE, "--tag", TAGGED, builds.project],
      [
        ...["docker", "create", "--name", "CONTAINER", ...VARIABLES],
        ...["--entrypoint", "dagster", TAGGED, ...LOAD],
      ],
      ["docker", "cp", "TEMPORARY/check", "CONTAINER:/dagster-check"],
      ["docker", "start", "--attach", "CONTAINER"],
      ["docker", "rm", "--force", "CONTAINER"],
      ["docker", "push", TAGGED],
      ["docker", "image", "inspect", "--format", "{{json .RepoDigests}}", TAGGED],
    ]);
    // The image stays with the daemon, wherever `docker buildx use` sends others.
    expect(builds.read("environment.json")).not.toContain("BUILDX_BUILDER");
    expect(builds.read("logs/image.log")).toMatch(/\$ docker start[^]*defs_state_info from overri/);
    expect(builds.containers).toEqual([]);
  }, 120_000);

  it("is built by buildah, too", async () => {
    const ended = await builds.run(BUILDAH);
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    expect(builds.output).toBe(`${IMAGE}@${DIGEST}\n`);
    const volume = "--volume=TEMPORARY/check:/dagster-check:ro,z";
    const file = join(builds.project, "Dockerfile");
    expect(builds.calls).toEqual([
      ["buildah", "--version"],
      ["buildah", "build", "--file", file, "--tag", TAGGED, builds.project],
      ["buildah", "from", "--name", "CONTAINER", TAGGED],
      ["buildah", "run", "CONTAINER", "--", "true"],
      ["buildah", "run", ...VARIABLES, volume, "CONTAINER", "--", "dagster", ...LOAD],
      ["buildah", "rm", "CONTAINER"],
      ["buildah", "push", "--digestfile", "TEMPORARY/digest", TAGGED],
    ]);
    expect(builds.containers).toEqual([]);
  }, 120_000);

  it("is not asked whether its code loads with --no-check, and then nothing is downloaded", async () => {
    builds.remove("store");
    expect(await builds.run(["--no-check"])).toMatchObject({ code: 0, stderr: "" });
    expect(builds.verbs).toEqual(["docker version", "docker build", "docker push", "docker image"]);
  });

  it("is built without a pin", async () => {
    builds.write("defs-state.json", "null");
    expect(await builds.run()).toMatchObject({ code: 0, stderr: "" });
  });
});

describe("layers of an earlier image", () => {
  const CACHE = ["--no-check", "--cache-from", `${IMAGE}@${DIGEST}`];
  const options = CACHE.slice(1);

  it("are taken by docker, and what the next build needs is put into this one", async () => {
    expect((await builds.run(CACHE)).code).toBe(0);
    expect(builds.calls[1]).toEqual([
      ...["docker", "build", ...options, ...INLINE, "--tag", TAGGED, builds.project],
    ]);
  });

  it("are done without when they cannot be had", async () => {
    const stderr = "ERROR: failed to solve: failed to configure registry cache importer: 403\n";
    builds.answer("docker build", { code: 1, stderr });
    const ended = await builds.run(CACHE);
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    expect(ended.stdout).toContain(`once more without the layers of ${IMAGE}@`);
    expect(builds.calls[2]).toEqual([
      ...["docker", "build", ...INLINE, "--tag", TAGGED, builds.project],
    ]);
  });

  it("are not why a build is tried again that fails by itself", async () => {
    const stderr = 'ERROR: process "/bin/sh -c uv pip install --no-cache x" failed\n';
    builds.answer("docker build", { code: 1, stderr });
    expect((await builds.run(CACHE)).code).toBe(1);
    expect(builds.verbs).toEqual(["docker version", "docker build"]);
  });

  it("are left to buildah itself", async () => {
    expect((await builds.run([...CACHE, ...BUILDAH])).code).toBe(0);
    expect(builds.calls[1]).not.toContain("--cache-from");
  });
});

describe("a push", () => {
  const push = (...answers: readonly Answer[]) => {
    builds.answer("docker push", ...answers);
    return builds.run(["--no-check"]);
  };
  const pushes = () => builds.verbs.filter((verb) => verb === "docker push").length;
  const down = { code: 1, stderr: "received unexpected HTTP status: 503 Service Unavailable\n" };

  it("is tried again when the registry is down", async () => {
    const ended = await push(down, down);
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    expect(ended.stdout).toMatch(/push 1 of 3 failed, again in 0\.0 s: received unexpected HTTP/);
    expect(pushes()).toBe(3);
  });

  it("is given up after as many attempts as are wanted", async () => {
    const ended = await push(down, down, down, {});
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(
      /^build: tiny: push: received .*: 3 attempts; the registry or the network fails: run the job again later; nothing is released \(all the output is in .*image\.log\)\n$/,
    );
    expect([pushes(), builds.output]).toEqual([3, undefined]);
  });

  it("is not tried again when it is denied", async () => {
    const ended = await push({ code: 1, stderr: "denied: requested access is denied\n" }, {});
    expect(ended.stderr).toMatch(
      /^build: tiny: push: denied: requested .*: not retried: check the credentials .*; nothing is released/,
    );
    expect([ended.code, pushes(), builds.output]).toEqual([1, 1, undefined]);
  });

  it("refuses a digest of another image", async () => {
    builds.answer("docker image", { code: 0, stdout: `["other/tiny@${DIGEST}"]` });
    const ended = await push();
    expect(ended.stderr).toContain("push: registry.test/acme/tiny:release-1: docker does not say");
    expect([ended.code, builds.output]).toEqual([1, undefined]);
  });
});

it.each([
  ["--image", "registry.test/acme/tiny"],
  ["--image", "registry.test/acme/tiny:latest"],
  ["--image", `registry.test/acme/tiny@${DIGEST}`],
  ["--image", "tiny:1"],
  ["--image", "--privileged/x:1"],
  ["--location", "Tiny"],
  ["--attempts", "0"],
])("refuses %s %s as a wrong usage", async (option, value) => {
  const ended = await builds.run([`${option}=${value}`]);
  expect(ended.code).toBe(2);
  expect(ended.stderr).toContain(`build_image.py: error: ${option}`);
  expect(builds.calls).toEqual([]);
});

it("says a mistake of its own in one line, and keeps the rest for the log", async () => {
  builds.write("locations.json", JSON.stringify({ tiny: { env: {} } }));
  const ended = await builds.start().ended;
  expect(ended.code).toBe(1);
  expect(ended.stderr).toBe(
    "build: tiny: unexpected KeyError: 'codeServer'; nothing is released\n",
  );
  expect(builds.read("logs/image.log")).toContain("Traceback");
});
