import { cpSync, mkdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";

import { PROJECT } from "../../sandbox/folders";
import { parseReleaseRecord, pinnedStates, type ReleaseRecord } from "../../stacks/releaseRecord";
import { listen, StateServer } from "../components/ci/stateServer";
import { ClusterPlace, PUSHED } from "./clusterPlace";

const BUCKET = "dagster-platform-dev";

let server: StateServer;
let place: ClusterPlace;

const api = createServer((_request, response) => {
  response.end(readFileSync(join(PROJECT, "examples", "crm", "api", "objects.json")));
});

beforeAll(async () => {
  server = await StateServer.start();
  await server.createBucket(BUCKET);
  const url = `http://127.0.0.1:${await listen(api, 0)}/api`;
  const location = { name: "crm", repository: "acme/crm-pipelines", autoload: "crm.defs" };
  place = new ClusterPlace(
    [
      { ...location, checkout: "crm", env: { CRM_API_URL: url } },
      { name: "plain", repository: "acme/plain", module: "plain", checkout: "plain" },
    ],
    { imageRegistry: "registry.test/acme/" },
  );
  mkdirSync(join(place.folder, "plain"));
  place.write("plain/pyproject.toml", '[project]\nname = "plain"\nversion = "1"\n');
  place.write("plain/Dockerfile", "FROM scratch\n");
  const leftOut = /\/(\.venv|__pycache__|\.local_defs_state)(\/|$)/;
  cpSync(join(PROJECT, "examples", "crm"), join(place.folder, "crm"), {
    recursive: true,
    filter: (source) => !leftOut.test(source),
  });
  place.write("fake/s3-port", new URL(server.environment["AWS_ENDPOINT_URL"] ?? "").port);
});

afterAll(async () => {
  api.close();
  place.remove();
  await server.stop();
});

function record(): ReleaseRecord {
  return parseReleaseRecord(place.read("releases/crm.json"), "crm");
}

describe("a release to a stack, by hand", () => {
  it("refreshes, builds, checks, pushes and records the digest", async () => {
    const ended = await place.run("release", "crm", "--stack", "dev");
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    expect(ended.stdout).toContain("crm: build: the image loads its code");
    expect(ended.stdout).toMatch(/releases\/crm\.json\nrun: pulumi up -s dev\n$/);
    expect(record()).toMatchObject({ image: PUSHED, repository: "acme/crm-pipelines" });
    const [state] = pinnedStates(record());
    const key = `defs-state/crm/CrmObjects__crm__/${state?.version ?? ""}`;
    expect(await server.keys(BUCKET)).toContain(key);
    expect(place.read("fake/context")).toContain("constraints.txt");
    // What the check copies into the container: an instance, and the state that is pinned.
    expect(place.read("fake/check/pin.json")).toContain(state?.version);
    expect(place.read("fake/check/dagster.yaml")).toContain("UPathDefsStateStorage");
    expect(place.read(`fake/check/state/${key}`)).not.toBe("");
    const calls = place.calls();
    const verbs = calls.flatMap((call) => /^docker (\w+)/.exec(call)?.[1] ?? []);
    const check = ["create", "cp", "start", "rm"];
    expect(verbs).toEqual(["version", "version", "build", ...check, "push", "image"]);
    expect(calls.join("\n")).toMatch(
      /docker push registry\.test\/acme\/crm:release-\d{8}T\d{6}Z\n/,
    );
    expect(calls.join("\n")).not.toContain("not-to-be-seen");
    // docker may log in to a registry with keys of its own.
    expect(place.read("fake/environment")).toContain("FAKE=");
    expect(place.read("fake/environment")).not.toMatch(
      /not-to-be-seen|AWS_ENDPOINT_URL|CRM_API_URL/,
    );
    expect(place.forwards()).toEqual([]);
  }, 60_000);

  it("keeps the pinned state of the record with --image and --no-refresh", async () => {
    const before = record();
    const args = ["--stack", "dev", "--image", "registry.test/acme/crm:2", "--no-refresh"];
    const ended = await place.run("release", "crm", ...args);
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    expect(record()).toMatchObject({ image: "registry.test/acme/crm:2", commit: null });
    expect(record().defsState).toEqual(before.defsState);
    expect(place.calls().filter((call) => call.startsWith("docker"))).toEqual([]);
  }, 60_000);

  it("goes back by `rollback`, and asks nobody on the cluster for it", async () => {
    const listed = await place.run("rollback", "crm", "--stack", "dev", "--list");
    expect(listed.stdout.trim().split("\n")).toHaveLength(2);
    const ended = await place.run("rollback", "crm", "--stack", "dev");
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    expect(ended.stdout).toMatch(/released again: .*crm@aaaaaaaaaaaa.*\nrun: pulumi up -s dev\n$/);
    expect(record().image).toBe(PUSHED);
    expect(place.calls()).toEqual([]);
  }, 30_000);

  it("pushes and records nothing when the code does not load in the image", async () => {
    place.write("fake/broken", "");
    const ended = await place.run("release", "plain", "--stack", "dev");
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(
      /^build: plain: check: registry\.test\/acme\/plain:\S+: its code does not load in the image: RuntimeError: not today; nothing is pushed \(--no-check leaves the check out\) \(all the output is in \S+image\.log\)\n$/,
    );
    expect(place.calls().join("\n")).not.toContain("push");
    expect(place.read("releases/plain.json")).toBe("");
    expect(place.forwards()).toEqual([]);
  }, 30_000);

  it("does not try whether the code loads with --no-check", async () => {
    const ended = await place.run("release", "plain", "--stack", "dev", "--no-check");
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    const calls = place.calls().join("\n");
    expect(calls).toContain("docker push");
    expect(calls).not.toMatch(/docker (create|start)/);
    expect(place.read("releases/plain.json")).toContain("acme/plain@sha256:aaaa");
  }, 30_000);

  it("refuses a builder that is not there before anything is refreshed, in one line", async () => {
    const before = await server.keys(BUCKET);
    const ended = await place.run("release", "crm", "--stack", "dev", "--builder", "podman");
    expect(ended.code).toBe(1);
    expect(ended.stderr).toBe(
      "--builder must be docker or buildah, got 'podman'; or give --image of an image that is pushed already\n",
    );
    expect(await server.keys(BUCKET)).toEqual(before);
    expect(place.forwards()).toEqual([]);
  }, 30_000);

  it("leaves no port-forward and no build behind when it is killed", async () => {
    place.write("fake/slow", "");
    const { child, ended, output } = place.start("release", "plain", "--stack", "dev");
    const running = () => [...place.forwards(), ...place.builds()];
    while (place.builds().length === 0 && child.exitCode === null)
      await new Promise((resolve) => setTimeout(resolve, 50));
    expect(output.stdout).toContain("plain: build: registry.test/acme/plain:release-");
    expect(running()).toHaveLength(2);
    child.kill("SIGKILL");
    await ended;
    for (let tries = 0; running().length > 0 && tries < 50; tries += 1)
      await new Promise((resolve) => setTimeout(resolve, 100));
    expect(running()).toEqual([]);
  }, 30_000);
});
