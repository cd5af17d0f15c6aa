import { readdirSync } from "node:fs";
import { join } from "node:path";

import { parseReleaseRecord } from "../../../stacks/releaseRecord";
import { COMMIT, DIGEST, ReleaseRuns, STATE } from "./releaseRuns";

const STATE_KEY = "defs-state/finance/Api__x__/v-1";

let runs: ReleaseRuns;

beforeAll(async () => {
  runs = await ReleaseRuns.start();
  await runs.server.createBucket("state");
  runs.server.fate = (line) => (line.startsWith("GET /narrow/releases/") ? 403 : "pass");
});

afterAll(async () => {
  await runs.stop();
});

describe("a release", () => {
  test.concurrent("writes the record as the platform reads it", async () => {
    await runs.put("s3://state", STATE_KEY, "1");
    const ended = await runs.release("s3://state", {
      commit: COMMIT,
      "defs-state": runs.file("state.json", STATE),
      "released-by": "Zoë",
      "run-url": "https://github.com/acme/finance-pipelines/actions/runs/1",
      "committed-at": "2026-01-02T04:04:05+01:00",
    });
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    const image = `registry/finance@${DIGEST}`;
    expect(ended.stdout).toBe(
      `release: finance: ${image} (aaaaaaaaaa, 2 state keys) -> releases/finance.json\n`,
    );
    const [text = ""] = await runs.server.history("state", "releases/finance.json");
    const record = {
      schemaVersion: 1,
      location: "finance",
      repository: "acme/finance-pipelines",
      image,
      commit: COMMIT,
      defsState: STATE,
      dbt: null,
      releasedAt: "2026-01-02T03:04:05.000Z",
      releasedBy: "Zoë",
      runUrl: "https://github.com/acme/finance-pipelines/actions/runs/1",
    };
    expect(text).toBe(`${JSON.stringify(record, null, 2)}\n`);
    expect(parseReleaseRecord(text, "finance")).toEqual(record);
  });

  test.concurrent("has null for what is not known, and the present time", async () => {
    const before = Date.now();
    await runs.release("least", {
      image: "registry:5000/a/finance:1.2",
      commit: "",
      "run-url": "",
    });
    const record = parseReleaseRecord(JSON.stringify(runs.stored("least")), "finance");
    expect(record).toMatchObject({ commit: null, defsState: null, runUrl: null, releasedBy: null });
    expect(Date.parse(record.releasedAt)).toBeGreaterThanOrEqual(before);
    expect(Date.parse(record.releasedAt)).toBeLessThanOrEqual(Date.now());
  });

  test.concurrent(
    "writes where S3 denies the read of what is not there, and nothing else",
    async () => {
      await runs.server.createBucket("narrow");
      const first = await runs.release("s3://narrow", {});
      const second = await runs.release("s3://narrow", {});
      expect(first).toMatchObject({ code: 0, stderr: "" });
      expect(second.code).toBe(1);
      expect(second.stderr).toMatch(
        /^release: finance: not released: .* GetObject .* AccessDenied/,
      );
      expect(await runs.server.history("narrow", "releases/finance.json")).toHaveLength(1);
    },
  );

  test.concurrent("writes the record into another place than the state, when told so", async () => {
    await runs.put("records-state", STATE_KEY, "1");
    const records = `file://${runs.folder}/records`;
    const state = { records, "defs-state": runs.file("elsewhere.json", STATE) };
    const ended = await runs.release("records-state", state);
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    expect(ended.stdout).toContain(`(no commit, 2 state keys) -> ${records}/finance.json\n`);
    expect(readdirSync(join(runs.folder, "records"))).toEqual(["finance.json"]);
    expect(readdirSync(join(runs.folder, "records-state"))).toEqual(["defs-state"]);
    const absent = await runs.release("records-empty", state);
    expect(absent.stderr).toContain("is not in file://");
    expect(absent.code).toBe(1);
  });

  test.concurrent("refuses all wrong input at once", async () => {
    const ended = await runs.release("wrong", {
      location: "Finance",
      repository: "finance",
      image: "registry/finance:latest",
      commit: "abc",
      "run-url": "example.com",
      "committed-at": "yesterday",
      "defs-state": join(runs.folder, "absent.json"),
      dbt: runs.file("dbt.json", "{"),
    });
    expect(ended).toMatchObject({ code: 1, stdout: "" });
    const lines = ended.stderr.trim().split("\n");
    expect(lines.map((line) => /^release: Finance: (--[a-z-]+)/.exec(line)?.[1])).toEqual([
      "--location",
      "--repository",
      "--image",
      "--commit",
      "--run-url",
      "--defs-state",
      "--dbt",
      "--committed-at",
    ]);
  });

  test.concurrent.each([
    ["registry/finance:latest", "must not be latest"],
    [`registry/finance:latest@${DIGEST}`, "must not be latest"],
    ["registry/finance", "with a digest or a tag"],
    ["registry:5000/finance", "with a digest or a tag"],
    ["registry/finance@sha256:12", "with a digest or a tag"],
    ["registry/fin ance:1", "with a digest or a tag"],
  ])("refuses the image %s", async (image, text) => {
    const ended = await runs.release("images", { image });
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain(text);
  });

  test.concurrent("refuses state that is not in the store, or no state at all", async () => {
    await runs.put("stateless", "defs-state/finance/Api__x__/v-0", "1");
    const absent = await runs.release("stateless", {
      "defs-state": runs.file("state.json", STATE),
    });
    expect(absent).toMatchObject({ code: 1, stdout: "" });
    expect(absent.stderr).toMatch(
      /defs state 'Api\[x\]' version v-1 is not in .*: refresh again\n$/,
    );
    const wrong = await runs.release("stateless", {
      "defs-state": runs.file("wrong.json", { a: 1 }),
    });
    expect(wrong.stderr).toContain("is not what refresh.py writes");
    const stateless = await runs.release("stateless", {
      "defs-state": runs.file("null.json", null),
    });
    expect(stateless.code).toBe(0);
  });

  test.concurrent("says in one line that the store cannot be reached", async () => {
    const ended = await runs.release("s3://nobody-has-this", {});
    expect(ended).toMatchObject({ code: 1, stdout: "" });
    expect(ended.stderr).toMatch(/^release: finance: not released: .*NoSuchBucket .*\n$/);
  });
});
