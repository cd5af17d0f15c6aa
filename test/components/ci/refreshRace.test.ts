import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { S3Bucket } from "./bucket";
import { upTo } from "./faultMatrix";
import { writeProject } from "./project";
import { versionsOf } from "./refreshRuns";
import { Source } from "./source";
import { StateServer } from "./stateServer";
import { WarmScripts, type Run } from "./warmScripts";

/** A checkout of a location, in one job. */
interface Job {
  readonly location: string;
  readonly pin: string;
  readonly run: Run;
  /** What its component has read last. */
  readonly read: () => string;
}

let server: StateServer;
let sources: Awaited<ReturnType<typeof Source.start>>;
let scripts: WarmScripts;
let root: string;
let jobs: readonly Job[];

function makeJob(location: string, number: number): Job {
  const folder = join(root, String(number));
  let last = "";
  sources.source.on(`/${number}`, (response, before) => {
    last = JSON.stringify([`${location}_${number}_${before}`]);
    response.end(last);
  });
  const url = `http://127.0.0.1:${sources.port}/${number}`;
  const project = writeProject(join(folder, "project"), [{ name: "api", url }]);
  const pin = join(folder, "defs-state.json");
  const args = [
    ...["--location", location, "--state-store", "s3://race", "--project", project],
    ...["--output", pin],
  ];
  return {
    ...{ location, pin, read: () => last },
    run: { script: "refresh", args, env: server.environment },
  };
}

beforeAll(async () => {
  [server, sources] = await Promise.all([StateServer.start(), Source.start()]);
  root = mkdtempSync(join(tmpdir(), "refresh-race-"));
  await server.createBucket("race");
  // Two jobs of one location, and one of another.
  jobs = ["finance", "finance", "crm"].map(makeJob);
  scripts = await WarmScripts.start(makeJob("warming", 9).run);
}, 60_000);

afterAll(async () => {
  sources.source.stop();
  await server.stop();
  rmSync(root, { recursive: true });
  await scripts.stop();
});

async function refresh({ location, pin, read, run }: Job): Promise<[string, string]> {
  const ended = await scripts.run(run);
  expect(ended).toMatchObject({ code: 0, stderr: "" });
  const versions = versionsOf(JSON.parse(readFileSync(pin, "utf8")));
  expect(Object.keys(versions)).toEqual(["Source[api]"]);
  return [`defs-state/${location}/Source__api__/${versions["Source[api]"] ?? ""}`, read()];
}

test("refreshes of two locations, and two of one, keep what each has pinned, twenty times", async () => {
  const expected = new Map<string, string>();
  for (const round of upTo(20))
    for (const [key, body] of await Promise.all(jobs.map(refresh)))
      expected.set(key, `${round} ${body}`);
  const bucket = new S3Bucket(server.motoUrl, "race");
  const keys = [...(await bucket.versions()).keys()].filter((key) => !key.includes("/warming/"));
  expect(keys.sort()).toEqual([...expected.keys()].sort());
  expect(expected.size).toBe(60);
  for (const [key, body] of expected) expect(body).toContain(` ${(await bucket.get(key)) ?? ""}`);
}, 120_000);
