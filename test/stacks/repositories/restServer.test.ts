import { z } from "zod";

import { RestServer } from "../../../stacks/repositories/restServer";
import { freePort } from "../../components/ci/stateServer";
import { FakeServer, type Route } from "./fakeServer";

let server: FakeServer;
let url: string;

beforeAll(async () => {
  ({ server, url } = await FakeServer.start());
});

afterAll(() => {
  server.stop();
});

const schema = z.object({ id: z.int() });

function ask(route: Route, tokenFrom?: string, at = url, timeoutMs = 30_000) {
  server.routes = { "/thing": route };
  const headers = { authorization: "Bearer secret" };
  const rest = new RestServer({ url: at, headers, tokenFrom, tokenIn: "A_TOKEN", timeoutMs });
  return rest.json("/thing", schema);
}

const limited: Route = (response) => {
  response.writeHead(403, { "x-ratelimit-remaining": "0" }).end();
};

/** Begins an answer and never ends it. */
const stalled: Route = (response) => {
  response.writeHead(200, { "content-length": "100" }).write("{");
};

describe("a server that is asked", () => {
  it("gives its answer, with the headers of whoever asks", async () => {
    expect(await ask({ id: 7, more: 1 })).toEqual({ value: { id: 7 } });
    expect(server.headers.authorization).toBe("Bearer secret");
  });

  it("tells what is not there from what cannot be known", async () => {
    expect(await ask(404)).toEqual({ value: undefined });
  });

  it.each<[string, Route, string | undefined, RegExp]>([
    ["broken off", (response) => response.destroy(), undefined, /cannot be reached \(\w+\)$/],
    ["busy", limited, undefined, /takes no more requests without A_TOKEN for now$/],
    ["busy with a token", 429, "B_TOKEN", /takes no more requests with B_TOKEN for now$/],
    ["closed", 403, undefined, /does not tell this without a token in A_TOKEN$/],
    ["closed to the token", 403, "B_TOKEN", /does not tell this to the token in B_TOKEN$/],
    ["given an old token", 401, "B_TOKEN", /does not take the token in B_TOKEN$/],
    ["given none", 401, undefined, /does not tell this without a token in A_TOKEN$/],
    ["broken", 502, undefined, /answered with HTTP 502$/],
    ["no API", "<html>", undefined, /answered with something else than its API does$/],
    ["another API", { id: "7" }, undefined, /answered with something else than its API does$/],
  ])("says why when it is %s", async (_title, route, tokenFrom, reason) => {
    const answer = await ask(route, tokenFrom);
    expect(answer).toEqual({ unknown: expect.stringMatching(reason) as string });
    expect(JSON.stringify(answer)).not.toContain("secret");
  });

  it.each<[string, Route]>([
    ["is silent", () => undefined],
    ["stops in the middle", stalled],
  ])("is not waited for when it %s", async (_title, route) => {
    const answer = await ask(route, undefined, url, 200);
    expect(answer).toEqual({ unknown: `${new URL(url).host} did not answer in 0.2 s` });
  });

  it("says that nobody is there", async () => {
    const at = `http://127.0.0.1:${await freePort()}`;
    expect(await ask(200, undefined, at)).toEqual({
      unknown: `${new URL(at).host} cannot be reached (ECONNREFUSED)`,
    });
  });
});
