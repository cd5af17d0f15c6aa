import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { write } from "./project";
import { grows, RefreshRuns } from "./refreshRuns";
import { answers, hangs } from "./source";

let runs: RefreshRuns;

beforeAll(async () => {
  runs = await RefreshRuns.start();
});

afterAll(async () => {
  await runs.stop();
});

describe("a refresh that fails", () => {
  test.concurrent("ends the children of a source that never answers", async () => {
    const beat = join(runs.folder("hangs"), "beat");
    await runs.project("hangs", { api: hangs }, (spec) => ({
      ...spec,
      extra: `heartbeat: ${beat}`,
    }));
    const refreshed = await runs.run("hangs", ["--timeout", "15", "--attempts", "1"]);
    expect(refreshed).toMatchObject({ code: 1, pin: undefined });
    expect(refreshed.stderr).toContain("the project: no answer within 15 s, stopped");
    expect(runs.fetches("hangs", "api")).toBe(1);
    expect(await grows(beat)).toBe(false);
  });

  test.concurrent("stops with its children, and leaves nothing half-written", async () => {
    const beat = join(runs.folder("stopped"), "beat");
    await runs.project("stopped", { api: hangs }, (spec) => ({
      ...spec,
      extra: `heartbeat: ${beat}`,
    }));
    const started = runs.start("stopped");
    while (runs.fetches("stopped", "api") === 0)
      await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await grows(beat)).toBe(true);
    started.process.kill("SIGTERM");
    expect(await started.ended).toMatchObject({
      code: 143,
      stderr: "refresh: stopped: stopped by SIGTERM, nothing is released\n",
    });
    expect(await grows(beat)).toBe(false);
    expect(readdirSync(runs.folder("stopped")).sort()).toEqual(["beat", "project"]);
  });

  test.concurrent("says why in one line, and releases nothing of the other component", async () => {
    await runs.project("denied", { api: answers(401), good: answers(200) });
    writeFileSync(runs.output("denied"), "of an earlier refresh");
    const log = join(runs.folder("denied"), "logs", "refresh.log");
    const refreshed = await runs.run("denied", ["--log", log]);
    expect(refreshed).toMatchObject({ code: 1, pin: undefined });
    expect([runs.fetches("denied", "api"), runs.fetches("denied", "good")]).toEqual([1, 1]);
    expect(readFileSync(log, "utf8")).toContain("Traceback (most recent call last):");
    expect(refreshed.stderr.replace(/127[^ ]+denied/, "HOST")).toBe(
      [
        "refresh: denied: failed after 1 of 5 attempts, nothing is released",
        "  Source[api]: SourceError: GET http://HOST/api: HTTP 401 Unauthorized",
        "    caused by HTTPError: HTTP Error 401: Unauthorized",
        "    at tiny/source.py line 38",
        "  not retried: check the credentials that this job has, and what they may do",
        `  all the output is in ${log}`,
        "",
      ].join("\n"),
    );
  });

  test.concurrent("gives up after the last attempt when nobody listens", async () => {
    await runs.project("refused", { api: hangs }, (spec) => ({
      ...spec,
      url: "http://127.0.0.1:9/",
    }));
    const refreshed = await runs.run("refused", ["--attempts", "2"]);
    expect(refreshed).toMatchObject({ code: 1, pin: undefined });
    expect(refreshed.stdout).toContain("attempt 2 of 2");
    expect(refreshed.stderr).toContain("failed after 2 of 2 attempts");
    expect(refreshed.stderr).toContain("caused by ConnectionRefusedError: [Errno");
    expect(refreshed.stderr).toContain("run the job again later");
  });

  test.concurrent("names the file of a wrong component configuration", async () => {
    await runs.project("config", { api: answers(200) }, (spec) => ({
      ...spec,
      extra: "nmae: api",
    }));
    const refreshed = await runs.run("config");
    expect(refreshed).toMatchObject({ code: 1, pin: undefined });
    expect(refreshed.stdout).toBe("refresh: attempt 1 of 5\n");
    expect(refreshed.stderr).toMatch(
      /api\[0\]: ValidationError: .*`attributes\.nmae at tiny\/defs\/api\/defs\.yaml:6` Extra inputs/,
    );
    expect(refreshed.stderr).toContain("at tiny/defs/api/defs.yaml line 6");
  });

  test.concurrent("names a missing package, without a retry", async () => {
    const project = await runs.project("import", { api: answers(200) });
    write(project, "tiny/defs/more.py", "import nowhere_to_be_found\n");
    write(project, "tiny/source.py", "import nowhere_to_be_found\n");
    const refreshed = await runs.run("import");
    expect(refreshed).toMatchObject({ code: 1, pin: undefined });
    expect(refreshed.stdout).toBe("refresh: attempt 1 of 5\n");
    expect(refreshed.stderr).toMatch(
      /ModuleNotFoundError: No module named 'nowhere_to_be_found'\n/,
    );
    expect(refreshed.stderr).toContain("add the package to the dependencies in pyproject.toml");
  });

  test.concurrent("notices that the store lost the state", async () => {
    runs.store.fate = (line) => (line.startsWith("PUT /lost/") ? "swallow" : "pass");
    await runs.project("lost", { api: answers(200) });
    const refreshed = await runs.run("lost");
    expect(refreshed).toMatchObject({ code: 1, pin: undefined });
    expect(refreshed.stderr).toMatch(
      /the new state cannot be read from s3:\/\/lost, nothing is released\n {2}Source\[api\]: No state/,
    );
  });

  test.concurrent("refuses a .dockerignore that keeps local state out of the image", async () => {
    const project = await runs.project("ignored", { api: answers(200) }, (spec) => ({
      ...spec,
      local: true,
    }));
    write(project, ".dockerignore", "# state is private\n**/.local_defs_state/\n");
    const refreshed = await runs.run("ignored");
    expect(refreshed).toMatchObject({ code: 1, pin: undefined });
    expect(refreshed.stderr).toContain(
      ".dockerignore line 2, **/.local_defs_state, keeps tiny/defs/.local_defs_state/Source__api__/state out of the image\n    remove that line",
    );
  });
});
