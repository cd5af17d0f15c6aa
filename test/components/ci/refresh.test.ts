import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { write } from "./project";
import { RefreshRuns, versionsOf } from "./refreshRuns";
import { answers, type Behaviour } from "./source";

const UUID = /^[0-9a-f]{8}-[0-9a-f-]{27}$/;

let runs: RefreshRuns;

beforeAll(async () => {
  runs = await RefreshRuns.start();
});

afterAll(async () => {
  await runs.stop();
});

describe("a refresh that succeeds", () => {
  test.concurrent("writes the pin, and the state where the pin says", async () => {
    await runs.project("good", { api: answers(200) });
    const home = join(runs.folder("good"), "home");
    mkdirSync(home);

    const refreshed = await runs.run("good", [], { DAGSTER_HOME: home });

    expect(refreshed).toMatchObject({ code: 0, stderr: "" });
    const version = versionsOf(refreshed.pin)["Source[api]"] ?? "";
    expect(version).toMatch(UUID);
    expect(refreshed.stdout).toBe(
      `refresh: attempt 1 of 5\nrefresh: good/Source[api] -> version ${version}\n`,
    );
    expect(refreshed.pin).toEqual({
      __class__: "DefsStateInfo",
      info_mapping: {
        "Source[api]": {
          __class__: "DefsKeyStateInfo",
          create_timestamp: expect.any(Number) as number,
          version,
        },
      },
    });
    expect(await runs.store.keys("good")).toEqual([`defs-state/good/Source__api__/${version}`]);
    expect(runs.fetches("good", "api")).toBe(1);
    // The caller's instance is never used.
    expect(readdirSync(home)).toEqual([]);
  });

  test.concurrent(
    "asks again only the source that failed, and not before Retry-After",
    async () => {
      const busy: Behaviour = (response, before) => {
        const again: Record<string, string> = before === 0 ? { "Retry-After": "2" } : {};
        answers(before < 2 ? 503 : 200, again)(response, before);
      };
      await runs.project("busy", { calm: answers(200), busy });
      const refreshed = await runs.run("busy");
      expect(refreshed).toMatchObject({ code: 0, stderr: "" });
      expect([runs.fetches("busy", "calm"), runs.fetches("busy", "busy")]).toEqual([1, 3]);
      expect(refreshed.stdout).toMatch(
        /attempt 1 failed, again in 2\.\d s: SourceError: GET \S+: HTTP 503 Service Unavailable, Re/,
      );
      expect(refreshed.stdout).toMatch(/attempt 2 failed, again in 0\.\d s: SourceError: GET/);
      expect(Object.keys(versionsOf(refreshed.pin)).sort()).toEqual([
        "Source[busy]",
        "Source[calm]",
      ]);
    },
  );

  test.concurrent("needs no HeadBucket, and pins local state too", async () => {
    runs.store.fate = (line) => (/^HEAD \/local\/?$/.test(line) ? 403 : "pass");
    const project = await runs.project(
      "local",
      { far: answers(200), near: answers(200) },
      (spec) => ({ ...spec, local: spec.name === "near" }),
    );
    write(project, ".dockerignore", ".git\n**/__pycache__\n");
    const refreshed = await runs.run("local");
    expect(refreshed).toMatchObject({ code: 0, stderr: "" });
    expect(versionsOf(refreshed.pin)).toEqual({
      "Source[far]": expect.stringMatching(UUID) as string,
      "Source[near]": "__local__",
    });
    expect(await runs.store.keys("local")).toHaveLength(1);
  });

  test.concurrent("writes null when the project has no state-backed component", async () => {
    await runs.project("stateless", {});
    const refreshed = await runs.run("stateless");
    expect(refreshed).toMatchObject({ code: 0, stderr: "", pin: null });
    expect(refreshed.stdout).toContain("stateless has no state-backed component\n");
  });

  test.concurrent("writes null at once for what is no dg project", async () => {
    write(join(runs.folder("plain"), "project"), "pyproject.toml", "[project]\nname = 'plain'\n");
    const refreshed = await runs.run("plain");
    expect(refreshed).toMatchObject({ code: 0, stderr: "", pin: null });
    expect(refreshed.stdout).toBe(
      "refresh: plain is no dg project: it has no state-backed components\n",
    );
  });
});
