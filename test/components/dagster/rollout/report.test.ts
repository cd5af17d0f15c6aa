import { rolloutResult } from "../../../../stacks/deploy/rolloutResult";
import { type FakeWorkload, IMAGE, LONG_AGO } from "./fakeCluster";
import { ended, PULL, rollOut, TRACEBACK, waiting } from "./rollOut";

describe("the report of a rollout", () => {
  test.concurrent("has each failing location with its own reason", async () => {
    const { message, stdout } = await rollOut({
      locations: {
        finance: { pod: waiting("ErrImagePull", PULL) },
        news: {},
        shop: { pod: ended({}, 1) },
        tax: {},
      },
      prepare: (cluster) => {
        // It has been started again meanwhile: the reason is in the log before.
        cluster.logs.set("shop-new", "Starting\n");
        cluster.logs.set("shop-new previous", TRACEBACK);
      },
    });
    expect(message.split("\n")).toEqual([
      "2 of 4 locations are not served: finance, shop; the others are",
      "finance: image registry/code:2 cannot be pulled: not found",
      "shop: KeyError: 'WAREHOUSE_PASSWORD'",
      "  in /app/finance/source.py line 2",
    ]);
    expect(rolloutResult(stdout)).toEqual({
      served: ["news", "tax"],
      failed: {
        finance: "image registry/code:2 cannot be pulled: not found",
        shop: "KeyError: 'WAREHOUSE_PASSWORD'",
      },
      system: {},
    });
  });

  test.concurrent("has what Dagster says of code that is served and does not load", async () => {
    const error = "dagster._check.CheckError: two assets are called orders\n";
    const { code, message, webserver } = await rollOut({
      locations: { finance: {} },
      settings: { graceSeconds: { load: 1 } },
      prepare: (cluster, server) => {
        cluster.codeServers.set("finance", { image: IMAGE, error });
        server.show("finance", { image: IMAGE, error });
      },
    });
    expect(message).toBe(`1 of 1 location is not served: finance\nfinance: ${error.trimEnd()}`);
    expect({ code, told: webserver.told[0] }).toEqual({ code: 1, told: "reload finance" });
  });

  test.concurrent("names pinned state that is not loaded", async () => {
    const { message } = await rollOut({
      locations: { finance: {} },
      states: { "Api[x]": "v2", "Dbt[y]": "__local__" },
      settings: { graceSeconds: { load: 0 } },
      prepare: (cluster, server) => {
        const loaded = { image: IMAGE, states: { "Api[x]": "v1", "Dbt[y]": "__local__" } };
        cluster.codeServers.set("finance", loaded);
        server.show("finance", loaded);
      },
    });
    expect(message).toMatch(/\nfinance: loaded without its pinned defs state: Api\[x\]$/);
  });

  test.concurrent("stands for the locations when the webserver is not ready", async () => {
    const webserver: FakeWorkload = {
      rolledOut: false,
      pod: {
        initContainer: { name: "check-db-ready", state: { running: { startedAt: LONG_AGO } } },
        container: { ready: false, state: { waiting: { reason: "PodInitializing" } } },
      },
    };
    const { code, message, stdout } = await rollOut({
      locations: { finance: {}, shop: {} },
      system: { webserver },
      prepare: (cluster) =>
        cluster.logs.set("web-new", "pg:5432 - no response\nwaiting for database\n".repeat(9)),
    });
    expect(message.split("\n")).toEqual([
      "webserver is not ready; 2 locations cannot be served before",
      "webserver: its init container check-db-ready does not end",
      ...["  pg:5432 - no response", "  waiting for database"],
    ]);
    const system = { webserver: "its init container check-db-ready does not end" };
    expect(rolloutResult(stdout)).toEqual({ served: [], failed: {}, system });
    expect(code).toBe(1);
  });

  test.concurrent("has what the webserver says of a workspace that it cannot read", async () => {
    const { message } = await rollOut({
      locations: { finance: {} },
      listed: ["old"],
      settings: { timeoutSeconds: 1 },
      prepare: (_, server) => (server.reloadError = "yaml.parser.ParserError: line 3"),
    });
    expect(message.split("\n")).toEqual([
      "webserver is not ready; 1 of 1 location is not served: finance",
      "webserver: not served within 1 s: pod web-new still lists old and does not list finance",
      "  yaml.parser.ParserError: line 3",
      "finance: not served within 1 s: waits for the webserver: the webserver does not list it",
    ]);
  });

  test.concurrent("says what was waited for when time is over", async () => {
    const pod = { container: { ready: false, state: { running: { startedAt: LONG_AGO } } } };
    const { code, message } = await rollOut({
      locations: { finance: {}, shop: { pod } },
      settings: { timeoutSeconds: 1 },
      prepare: (cluster) => cluster.logs.set("shop-new", "one\ntwo\nthree\nfour\n"),
    });
    expect(message.split("\n")).toEqual([
      "1 of 2 locations is not served: shop; the other is",
      "shop: not served within 1 s: waits for its code to load",
      ...["  two", "  three", "  four"],
    ]);
    expect(code).toBe(1);
  });

  test.concurrent("keeps to 4096 bytes, and gives each location a fair part", async () => {
    const pod = ended({}, 1);
    const { message, stdout } = await rollOut({
      locations: { finance: { pod }, shop: { pod }, tax: { pod: waiting("ErrImagePull", PULL) } },
      prepare: (cluster) => {
        const log = ["é", "ü", "ä", "ö"].map((letter) => `${letter.repeat(400)}\n`).join("");
        cluster.logs.set("finance-new", log);
        cluster.logs.set("shop-new", log);
      },
    });
    expect(Buffer.byteLength(message)).toBeGreaterThan(4050);
    expect(Buffer.byteLength(message)).toBeLessThanOrEqual(4096);
    const [, finance = "", shop = ""] =
      /\n(finance: [^]*)\n(shop: [^]*)\ntax: image/.exec(message) ?? [];
    expect(finance.endsWith("ö…")).toBe(true);
    expect(Math.abs(Buffer.byteLength(finance) - Buffer.byteLength(shop))).toBeLessThan(8);
    expect(message.endsWith("\ntax: image registry/code:2 cannot be pulled: not found")).toBe(true);
    expect(stdout.match(/ö{300}…/g)).toHaveLength(2);
  });

  test.concurrent("counts what has no room", async () => {
    const pod = waiting("ErrImagePull", PULL);
    const names = Array.from({ length: 80 }, (_, index) => `location-${index + 10}`);
    const { message } = await rollOut({
      locations: Object.fromEntries(names.map((name) => [name, { pod }])),
    });
    expect(Buffer.byteLength(message)).toBeLessThanOrEqual(4096);
    expect(message).toMatch(/^80 of 80 locations are not served: location-10, .* and 68 more\n/);
    expect(message).toMatch(/\n… and \d+ more$/);
  });

  test.concurrent("says in one line what the Job may not do", async () => {
    const { code, message, stderr } = await rollOut({
      locations: { finance: {} },
      settings: { graceSeconds: { api: 0 } },
      prepare: (cluster) => cluster.refusals.push(403),
    });
    const refusal = "the Kubernetes API answered 403: not now";
    expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
    expect(message).toBe(`the rollout is not known: ${refusal}`);
  });

  test.concurrent("refuses wrong input in one line", async () => {
    const settings = { webserver: { deployment: "web" } };
    const { code, message, stderr } = await rollOut({ locations: {}, settings });
    expect({ code, stderr }).toEqual({ code: 2, stderr: "" });
    expect(message).toMatch(/^rollout: .*: 'port' is missing$/);
  });
});
