import { ImageBuilds } from "./imageBuilds";
import { runScript } from "./python";

const DOWN = { code: 1, stderr: "Cannot connect to the Docker daemon.\n" };

const builds = new ImageBuilds();

beforeEach(() => {
  builds.reset();
});

afterAll(() => {
  builds.remove();
});

function find(options: readonly string[], env: NodeJS.ProcessEnv = {}) {
  return runScript("find_builder.py", options, builds.environment(env));
}

describe("the program that builds images", () => {
  it("is docker, where its daemon answers", async () => {
    expect(await find([])).toEqual({ code: 0, stdout: "docker\n", stderr: "" });
    expect(builds.verbs).toEqual(["docker version"]);
  });

  it("is buildah, where docker's daemon does not", async () => {
    builds.answer("docker version", DOWN);
    expect(await find([])).toEqual({ code: 0, stdout: "buildah\n", stderr: "" });
  });

  it("is the one that is wanted, and nobody else is asked", async () => {
    expect((await find(["--builder", "buildah"])).stdout).toBe("buildah\n");
    expect(builds.verbs).toEqual(["buildah --version"]);
    builds.answer("docker version", DOWN);
    const ended = await find(["--builder", "docker"]);
    expect(ended).toEqual({
      code: 1,
      stdout: "",
      stderr:
        "docker does not answer here, start Docker or install buildah (docker: Cannot connect to the Docker daemon.)\n",
    });
  });

  it("is waited for when it is the service of a job, which starts at the same time", async () => {
    builds.answer("docker version", DOWN, DOWN);
    const ended = await find([], { DOCKER_HOST: "tcp://docker:2375" });
    expect(ended.stdout).toBe("docker\n");
    expect(builds.verbs).toEqual(["docker version", "docker version", "docker version"]);
  });

  it("refuses a machine that has none, in one line", async () => {
    const ended = await find([], { PATH: "/nowhere" });
    expect(ended).toMatchObject({ code: 1, stdout: "" });
    expect(ended.stderr).toBe(
      "neither docker nor buildah answers here, start Docker or install buildah (docker: not on the PATH; buildah: not on the PATH)\n",
    );
  });

  it("refuses another program", async () => {
    const ended = await find(["--builder", "podman"]);
    expect(ended.stderr).toBe("--builder must be docker or buildah, got 'podman'\n");
    expect([ended.code, builds.verbs]).toEqual([1, []]);
  });
});
