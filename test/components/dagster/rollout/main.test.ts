import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { FakeCluster } from "./fakeCluster";
import type { FakeWebserver } from "./fakeWebserver";
import { fill, HASH, rollOut, start } from "./rollOut";

describe("a rollout", () => {
  test.concurrent("ends at once when all is served", async () => {
    const { code, stdout, message, cluster, webserver } = await rollOut({
      locations: { finance: {}, shop: {} },
    });
    expect({ code, message }).toEqual({ code: 0, message: "2 locations are served" });
    expect(stdout).toMatch(/\ntimes: annotated .* s, .*settled .* s\n/);
    expect(cluster.patched).toEqual([`web-new ${HASH}`, `daemon-new ${HASH}`]);
    expect(webserver.told).toEqual([]);
  });

  test.concurrent("accepts a platform without locations", async () => {
    const { code, message } = await rollOut({ locations: {}, listed: [] });
    expect({ code, message }).toEqual({ code: 0, message: "0 locations are served" });
  });

  test.concurrent.each([
    ["added", ["finance"], 0],
    ["removed", ["finance", "shop", "old"], 0],
    ["added while the mount is late", ["finance"], 1],
  ])("reloads the workspace for what was %s", async (_, listed, lateReloads) => {
    const { code, message, webserver } = await rollOut({
      locations: { finance: {}, shop: {} },
      listed,
      prepare: (_cluster, server) => (server.lateReloads = lateReloads),
    });
    expect({ code, message }).toEqual({ code: 0, message: "2 locations are served" });
    expect(webserver.told).toEqual(Array(lateReloads + 1).fill("reload workspace"));
  });

  test.concurrent("reloads only the locations that are shown as they were", async () => {
    const { code, webserver } = await rollOut({
      locations: { finance: {}, shop: {}, news: {} },
      prepare: (_, server) => {
        server.show("shop", { image: "registry/code:1" });
        server.show("news", { image: "", error: "UNAVAILABLE" });
      },
    });
    expect(code).toBe(0);
    expect([...webserver.told].sort()).toEqual(["reload news", "reload shop"]);
  });

  test.concurrent("tells each replica of the webserver", async () => {
    let second: FakeWebserver | undefined;
    const { code, webserver, cluster } = await rollOut({
      locations: { finance: {} },
      prepare: (fake) => {
        second = fake.webserver("localhost", [], ["finance"]);
        const labels = { deployment: "web", component: "dagster-webserver" };
        fake.addPod("web", labels, { ip: "localhost" }, true, "second");
      },
    });
    expect({ code, told: webserver.told }).toEqual({ code: 0, told: [] });
    expect(second?.told).toEqual(["reload workspace"]);
    expect(cluster.patched).toContain(`web-second ${HASH}`);
  });

  test.concurrent.each([500, 429, 401])("bears an API that answers %d", async (status) => {
    const { code, message } = await rollOut({
      locations: { finance: {} },
      prepare: (cluster) => cluster.refusals.push(status, status, status),
    });
    expect({ code, message }).toEqual({ code: 0, message: "1 location is served" });
  });

  test.concurrent("bears a webserver that does not answer at first", async () => {
    const { code } = await rollOut({
      locations: { finance: {} },
      prepare: (cluster, webserver) => {
        const answer = webserver.answer.bind(webserver);
        let asked = 0;
        webserver.answer = (body) =>
          (asked += 1) < 3 ? { errors: [{ message: "no" }] } : answer(body);
        expect(cluster.port).toBeGreaterThan(0);
      },
    });
    expect(code).toBe(0);
  });

  test.concurrent.each([
    ["is newer than what is shown", 1_000, 1],
    ["has a clock of its own", 3_600_000, 2],
  ])("reloads a location whose code server %s", async (_, aheadMs, reloads) => {
    const startedAt = new Date(Date.now() + aheadMs).toISOString();
    const pod = { container: { state: { running: { startedAt } } } };
    const { code, webserver } = await rollOut({
      locations: { finance: { pod, rolledOut: true } },
    });
    expect(code).toBe(0);
    expect(webserver.told).toEqual(Array(reloads).fill("reload finance"));
  });

  test.concurrent(
    "takes nothing for the new code server while the old one may still answer",
    async () => {
      const begun = Date.now();
      const { code, webserver } = await rollOut({
        locations: { finance: { rolledOut: true, previous: true } },
        prepare: (cluster) => {
          setTimeout(() => {
            cluster.removePod("finance-old");
          }, 1500);
        },
      });
      expect(code).toBe(0);
      expect(Date.now() - begun).toBeGreaterThan(1500);
      expect(webserver.told).toEqual(["reload finance"]);
    },
  );

  test.concurrent("waits for the daemon's heartbeat after its start", async () => {
    const { code, message } = await rollOut({
      locations: { finance: {} },
      settings: { timeoutSeconds: 1 },
      prepare: (_, webserver) => (webserver.lastHeartbeat = Date.parse("2026-01-01") / 1000),
    });
    expect({ code, message }).toEqual({
      code: 1,
      message:
        "daemon is not ready; 1 location is served\n" +
        "daemon: not served within 1 s: waits for the first heartbeat of SENSOR",
    });
  });

  test.concurrent("ends at once when it is told to", async () => {
    const cluster = await FakeCluster.start();
    const folder = mkdtempSync(join(tmpdir(), "rollout-test-"));
    const given = { locations: { finance: { pod: null } } };
    fill(cluster, given);
    const { process, ended } = start(cluster, given, folder, []);
    process.stdout?.once("data", () => process.kill("SIGTERM"));
    expect(await ended).toMatchObject({ code: 143, stderr: "" });
    cluster.stop();
    rmSync(folder, { recursive: true });
  });
});
