import { readFileSync } from "node:fs";
import { join } from "node:path";

import { answers } from "../../components/ci/source";
import { push } from "./events";
import { once } from "./once";
import { DISPATCH } from "./platform";
import { platformOnAct } from "./platformOnAct";
import { TestLocation } from "./testLocation";
import { describeWith } from "./tools";
import { BUILD, CI_ROLE, DEPLOY, REFRESH, REGISTRY, RELEASE } from "./whatJobsDo";

const platform = platformOnAct();

const asked = (location: string): readonly unknown[] =>
  platform()
    .api.sent(DISPATCH)
    .filter((body) => JSON.stringify(body).includes(`"location":"${location}"`));

describeWith("act", "a push to a location's default branch", () => {
  const pushed = once(async () => {
    const location = new TestLocation(platform(), { name: "pushed" });
    const commit = location.repository.commit("work");
    const at = new Date("2026-01-02T03:04:05Z");
    // By processes of their own; all other runs here save the seconds of the imports.
    const run = await location.run(push(location.repository, commit, { at }), { WARM: undefined });
    return { location, commit, run, releases: await location.releases() };
  });

  test.concurrent("refreshes, builds, releases and deploys, in this order", async () => {
    const { run, commit } = await pushed();
    expect(run.failed).toEqual([]);
    expect(run.code).toBe(0);
    expect(run.did).toEqual({ refresh: REFRESH, build: BUILD, release: RELEASE, deploy: DEPLOY });
    expect(Object.keys(run.did)).toEqual(["refresh", "build", "release", "deploy"]);
    const checkedOut = { ref: commit, "persist-credentials": "false" };
    expect(run.inputsOf("checkout")).toEqual([checkedOut, checkedOut]);
    const logins = run.inputsOf("configure-aws-credentials");
    expect(new Set(logins.map((given) => given["role-to-assume"]))).toEqual(
      new Set([`${CI_ROLE}pushed-ci`]),
    );
  });

  test.concurrent("leaves a record that says what was released, by whom and when", async () => {
    const { location, commit, releases } = await pushed();
    const [release, ...others] = releases;
    expect(others).toEqual([]);
    const { version = "" } = release?.defsState?.info_mapping["Source[api]"] ?? {};
    expect(version).toMatch(/^[0-9a-f-]{36}$/);
    const name = `${REGISTRY}/dagster-prod/pushed`;
    const state = { __class__: "DefsKeyStateInfo", create_timestamp: expect.any(Number) as number };
    expect(release).toEqual({
      ...{ schemaVersion: 1, location: "pushed", repository: "acme/pushed", commit, dbt: null },
      image: expect.stringMatching(`^${name}@sha256:[0-9a-f]{64}$`) as string,
      defsState: {
        __class__: "DefsStateInfo",
        info_mapping: { "Source[api]": { ...state, version } },
      },
      ...{ releasedAt: "2026-01-02T03:04:05.000Z", releasedBy: "ada" },
      runUrl: expect.stringMatching("^https://github.com/acme/pushed/actions/runs/\\d+$") as string,
    });
    const key = `defs-state/pushed/Source__api__/${version}`;
    expect(platform().written("defs-state/pushed/")).toEqual([key]);
    const tag = `release-${commit.slice(0, 12)}-\\d{8}T\\d{6}Z`;
    expect(location.pushed).toEqual([expect.stringMatching(`^${name}:${tag}$`)]);
  });

  test.concurrent("asks the platform, and gives the commit its status and link", async () => {
    const { location, commit, releases } = await pushed();
    expect(asked("pushed")).toEqual([
      { ref: "main", inputs: { location: "pushed", commit }, return_run_details: true },
    ]);
    const status = { context: "dagster / pushed" };
    expect(location.statuses(commit)).toEqual([
      {
        ...{ ...status, state: "pending", description: "waiting for the platform" },
        target_url: releases[0]?.["runUrl"],
      },
      {
        ...{ ...status, state: "success", description: "deployed" },
        target_url: "https://dagster.example.com/locations/pushed",
      },
    ]);
  });

  test.concurrent("is red with the location's error when the platform cannot load it", async () => {
    const location = new TestLocation(platform(), { name: "unloaded" });
    platform().errors.set("unloaded", "ModuleNotFoundError: No module named 'tiny'");
    const run = await location.push();
    const commit = location.repository.head;
    expect(run.failed).toEqual(["deploy: Wait until the platform serves it"]);
    expect(run.code).toBe(1);
    expect(run.output).toContain("failed: ModuleNotFoundError: No module named 'tiny'");
    expect(await location.releases()).toMatchObject([{ commit }]);
    expect(location.statuses(commit).at(-1)).toMatchObject({
      state: "failure",
      description: expect.stringContaining("No module named 'tiny'") as string,
    });
  });

  test.concurrent("takes layers from the image of the release before", async () => {
    const location = new TestLocation(platform(), { name: "again" });
    const first = await location.push();
    const second = await location.push({ "tiny/more.py": "MORE = 1\n" });
    expect([first.failed, second.failed]).toEqual([[], []]);
    const releases = await location.releases();
    const [newer, older] = releases;
    expect(releases).toHaveLength(2);
    expect(newer?.commit).toBe(location.repository.head);
    expect(newer?.image).not.toBe(older?.image);
    expect(first.argumentsOf("docker", "build")[0]).not.toContain("--cache-from");
    const [build = []] = second.argumentsOf("docker", "build");
    expect(build[build.indexOf("--cache-from") + 1]).toBe(older?.image);
    expect(asked("again")).toHaveLength(2);
  });

  test.concurrent("puts the local state of a component into the image", async () => {
    const directory = "pipelines/local";
    const location = new TestLocation(platform(), { name: "local", isLocal: true, directory });
    const run = await location.push({ ".gitignore": ".local_defs_state/\n" });
    expect(run.failed).toEqual([]);
    const [release] = await location.releases();
    expect(release?.defsState?.info_mapping["Source[api]"]?.version).toBe("__local__");
    const path = "tiny/defs/.local_defs_state/Source__api__/state";
    expect(location.inImage(release?.image ?? "", path)).toBe('["one", "two"]');
    expect(platform().written("defs-state/local/")).toEqual([]);
  });
});

describeWith("act", "the secrets of a location's repository", () => {
  test.concurrent("reach the refresh, and the registry that the platform has", async () => {
    const location = new TestLocation(platform(), {
      name: "secretive",
      source: answers(403),
      config: { imageRegistry: "registry.example.com/acme" },
      secrets: {
        DAGSTER_REFRESH_ENV: "OTHER=1\nSOURCE_TOKEN=token-of-the-source\n",
        ...{ DAGSTER_REGISTRY_USER: "acme", DAGSTER_REGISTRY_PASSWORD: "of-the-registry" },
      },
    });
    platform().source.on("/secretive?token-of-the-source", answers(200));
    const source = readFileSync(join(location.project, "tiny", "source.py"), "utf8");
    const asking = "urlopen(f\"{self.url}?{__import__('os').environ['SOURCE_TOKEN']}\")";
    const run = await location.push({
      "tiny/source.py": source.replace("urlopen(self.url)", asking),
    });
    expect(run.failed).toEqual([]);
    expect(location.fetches).toBe(0);
    expect(run.argumentsOf("docker", "login")).toEqual([
      ["login", "--username", "acme", "--password-stdin", "registry.example.com"],
    ]);
    const login = join(location.registry, "logins", "registry.example.com");
    expect(readFileSync(login, "utf8")).toBe("of-the-registry");
    const [release] = await location.releases();
    expect(release?.image).toMatch(/^registry\.example\.com\/acme\/secretive@sha256:/);
  });
});
