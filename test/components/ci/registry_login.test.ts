import { FakeBuilder } from "./fakeBuilder";

const OWN = { DAGSTER_REGISTRY_USER: "robot", DAGSTER_REGISTRY_PASSWORD: "pass\n" };

let builder: FakeBuilder;

beforeEach(() => {
  builder = new FakeBuilder("docker");
});

afterEach(() => {
  builder.remove();
});

describe("the password", () => {
  test("is masked on GitHub before anything else, line by line", async () => {
    const key = '{\n  "private_key": "100%secret"\n}';
    const environment = { ...OWN, DAGSTER_REGISTRY_PASSWORD: key, GITHUB_ACTIONS: "true" };
    expect((await builder.logIn("registry.example/x", environment)).stdout).toBe(
      '::add-mask::  "private_key": "100%25secret"\nregistry: registry.example: logged in as robot\n',
    );
    expect(builder.password).toBe(key);
  });

  test("is in no message, also when the builder prints it", async () => {
    const shouts = "echo 'warning: kept in a file' >&2; echo \"no $(cat password)\" >&2; exit 1";
    builder.remove();
    builder = new FakeBuilder("docker", shouts);
    expect(await builder.logIn("registry.example/x", OWN)).toEqual({
      code: 1,
      stdout: "",
      stderr: "registry: registry.example: docker login: no ***\n",
    });
    expect(builder.calls.join()).not.toContain("pass ");
  });
});

describe("the builder", () => {
  test("is asked again after what may pass, and once after what may not", async () => {
    builder.remove();
    const flaky =
      '[ "$count" -gt 2 ] || { echo "received unexpected HTTP status: 503 Service Unavailable" >&2; exit 1; }';
    builder = new FakeBuilder("docker", flaky);
    expect((await builder.logIn("registry.example/x", OWN)).code).toBe(0);
    expect(builder.calls).toHaveLength(3);
    builder.remove();
    builder = new FakeBuilder("docker", "echo 'unauthorized: wrong password' >&2; exit 1");
    expect((await builder.logIn("registry.example/x", OWN)).stderr).toBe(
      "registry: registry.example: docker login: unauthorized: wrong ***word\n",
    );
    expect(builder.calls).toHaveLength(1);
  });

  test("may be buildah", async () => {
    builder.remove();
    builder = new FakeBuilder("buildah");
    expect((await builder.logIn("registry.example/x", OWN, "--builder", "buildah")).code).toBe(0);
    expect(builder.calls).toEqual(["login --username robot --password-stdin registry.example"]);
  });

  test("is missed in one line", async () => {
    const environment = { ...OWN, PATH: builder.folder };
    expect(
      (await builder.logIn("registry.example/x", environment, "--builder", "buildah")).stderr,
    ).toBe("registry: registry.example: buildah is not on the PATH of this job: install it\n");
  });
});
