import { ApiServer, type ApiAnswer } from "./apiServer";
import { evaluate } from "./python";

const TOKEN = "s3cr3t/token+x";

let api: ApiServer;
let other: ApiServer;

beforeEach(async () => {
  api = await ApiServer.start();
  other = await ApiServer.start();
});

afterEach(() => {
  api.stop();
  other.stop();
});

/** What came of a request, and how long was waited before each repetition. */
interface Outcome {
  readonly said?: unknown;
  readonly error?: string;
  readonly status?: number | null;
  readonly waits: readonly number[];
}

const REQUEST = `
import http_api
waits = []
http_api.time.sleep = waits.append
def fails(send):
    def fail(*_):
        import ssl, urllib.error
        raise urllib.error.URLError(ssl.SSLCertVerificationError("certificate verify failed"))
    return fail if given.get("certificate") else send
http_api.HttpApi._send = fails(http_api.HttpApi._send)
try:
    headers = {"Authorization": "Bearer " + given["token"]}
    api = http_api.HttpApi(given["url"], headers, given["token"], attempts=4)
    if given.get("pages"):
        answer = {"said": list(api.pages(given["path"]))}
    else:
        answer = {"said": api.json(given["method"], given["path"], given.get("body"))}
except http_api.ApiError as error:
    answer = {"error": str(error), "status": error.status}
answer["waits"] = waits
`;

async function request(given: Readonly<Record<string, unknown>> = {}): Promise<Outcome> {
  const all = { url: api.url, token: TOKEN, method: "GET", path: "/thing", ...given };
  return (await evaluate(REQUEST, all)) as Outcome;
}

/** Answers one after the other; the last one from then on. */
function sequence(...answers: readonly ApiAnswer[]): void {
  api.answer = (_request, before) => answers[Math.min(before, answers.length - 1)] ?? "break";
}

const GOOD: ApiAnswer = { json: { well: true } };

describe("what may pass", () => {
  test.each<[string, ApiAnswer]>([
    ["a broken connection", "break"],
    ["a body that is cut", { headers: { "content-length": "100" }, text: "{" }],
    ["500", { status: 500 }],
    ["503", { status: 503, text: "<html>later</html>" }],
    ["429", { status: 429 }],
    ["403 with Retry-After", { status: 403, headers: { "retry-after": "0" } }],
    [
      "403 with no requests left",
      { status: 403, headers: { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1" } },
    ],
  ])("is tried again: %s", async (_name, bad) => {
    sequence(bad, bad, GOOD);
    const outcome = await request({ method: "POST", body: { a: 1 } });
    expect(outcome).toMatchObject({ said: { well: true } });
    expect(outcome.waits).toHaveLength(2);
    expect(api.sent("POST /thing")).toEqual([{ a: 1 }, { a: 1 }, { a: 1 }]);
  });

  test("is waited for longer each time, by chance within what doubles", async () => {
    sequence({ status: 502, text: "" });
    const runs = await Promise.all(Array.from({ length: 8 }, () => request()));
    for (const { waits, error } of runs) {
      expect(error).toBe(`GET ${api.url}/thing: 502 Bad Gateway`);
      expect(waits).toHaveLength(3);
      [0.5, 1, 2].forEach((longest, index) => {
        expect(waits[index]).toBeLessThanOrEqual(longest);
      });
    }
    expect(new Set(runs.map(({ waits }) => waits[0])).size).toBeGreaterThan(4);
  });

  test("is not tried again before the server wants it", async () => {
    const date = new Date(Date.now() + 40_000).toUTCString();
    const reset = String(Math.ceil(Date.now() / 1000) + 30);
    sequence(
      { status: 429, headers: { "retry-after": "7" } },
      { status: 503, headers: { "retry-after": date } },
      { status: 403, headers: { "x-ratelimit-remaining": "0", "x-ratelimit-reset": reset } },
      GOOD,
    );
    const { said, waits } = await request();
    expect(said).toEqual({ well: true });
    [7, 37, 27].forEach((least, index) => {
      expect(waits[index]).toBeGreaterThanOrEqual(least);
      expect(waits[index]).toBeLessThan(least + 6);
    });
  });

  test("is waited for a minute when GitHub says no more than that it was too fast", async () => {
    const message = "You have exceeded a secondary rate limit.";
    sequence({ status: 403, json: { message } }, GOOD);
    const { said, waits } = await request();
    expect(said).toEqual({ well: true });
    expect(waits[0]).toBeGreaterThanOrEqual(60);
  });

  test("ends it when the server asks for more than a minute", async () => {
    sequence({ status: 429, headers: { "retry-after": "3600" }, json: { message: "slow down" } });
    expect(await request()).toEqual({
      error: `GET ${api.url}/thing: 429 slow down; it asks to wait 3600 s`,
      status: 429,
      waits: [],
    });
  });
});

describe("what stays as it is", () => {
  test.each<[number, unknown, string]>([
    [400, { message: { base: ["Reference not found"] } }, '{"base": ["Reference not found"]}'],
    [401, { message: "Bad credentials" }, "Bad credentials"],
    [403, { error: "insufficient_scope", error_description: "x" }, "insufficient_scope x"],
    [404, { message: "404 Project Not Found" }, "404 Project Not Found"],
    [422, { message: "Invalid", errors: ["why"] }, 'Invalid ["why"]'],
    [409, undefined, "Conflict"],
  ])("is asked once, and told in one line: %i", async (status, json, text) => {
    sequence({ status, json });
    const error = `GET ${api.url}/thing: ${status} ${text}`;
    expect(await request()).toEqual({ error, status, waits: [] });
    expect(api.requests).toHaveLength(1);
  });

  test("includes a server whose certificate is not its own", async () => {
    const { error, waits } = await request({ certificate: true });
    expect(error).toBe(`GET ${api.url}/thing: ('certificate verify failed',)`);
    expect(waits).toEqual([]);
  });

  test("refuses an answer that is no JSON", async () => {
    sequence({ text: "<html>" });
    expect((await request()).error).toBe(`GET ${api.url}/thing: the answer is no JSON`);
  });

  test("refuses an address that is none", async () => {
    const error = "the API's address must be http(s)://host/…, got 'file:///etc/passwd'";
    expect((await request({ url: "file:///etc/passwd" })).error).toBe(error);
  });
});

describe("the token", () => {
  test("goes along when the same host sends the request on, with all of it", async () => {
    api.answer = ({ line }) =>
      line === "POST /thing" ? { status: 307, headers: { location: "/other" } } : GOOD;
    const outcome = await request({ method: "POST", body: { a: 1 } });
    expect(outcome.said).toEqual({ well: true });
    expect(api.sent("POST /other")).toEqual([{ a: 1 }]);
    expect(api.requests[1]?.headers.authorization).toBe(`Bearer ${TOKEN}`);
  });

  test.each([301, 302, 307, 308])("does not go to another host after %i", async (status) => {
    other.answer = () => GOOD;
    sequence({ status, headers: { location: `${other.url}/thing` } });
    const { error, waits } = await request();
    expect(error).toBe(
      `GET ${api.url}/thing: sent on to ${other.url}, which does not get the token: if that is the right address, give it as the API's`,
    );
    expect(other.requests).toEqual([]);
    expect(waits).toEqual([]);
  });

  test("does not go in circles", async () => {
    sequence({ status: 302, headers: { location: "/thing" } });
    expect((await request()).error).toBe(`GET ${api.url}/thing: sent on 3 times`);
  });

  test("is in no message, whatever the server says", async () => {
    const quoted = encodeURIComponent(TOKEN).replace("%2F", "/");
    sequence({ status: 400, json: { message: `no ${TOKEN}\nor ${quoted}\u001b[31m!` } });
    expect((await request()).error).toBe(`GET ${api.url}/thing: 400 no *** or *** [31m!`);
  });

  test("refuses to be one with a line break, without a word of it", async () => {
    const { error } = await request({ token: "abc\nX-Injected: 1" });
    expect(error).toBe("the token has a line break or another character no token has: set it");
    expect(api.requests).toEqual([]);
  });
});

describe("pages", () => {
  test("are read to the end, also short ones, and no link is followed", async () => {
    other.answer = () => ({ json: ["theirs"] });
    api.answer = ({ query }) => {
      const page = Number(query.get("page"));
      const link = `<${other.url}/thing?page=${page + 1}>; rel="next"`;
      return { json: page === 2 ? [] : [page], headers: { link: page < 3 ? link : "" } };
    };
    expect((await request({ pages: true, path: "/thing?sort=asc" })).said).toEqual([1, 3]);
    expect(api.requests.map(({ query }) => query.toString())).toEqual(
      [1, 2, 3].map((page) => `sort=asc&per_page=100&page=${page}`),
    );
    expect(other.requests).toEqual([]);
  });

  test("refuse to be anything but lists", async () => {
    sequence({ json: { message: "hm" } });
    const where = `GET ${api.url}/thing?per_page=100&page=1`;
    expect((await request({ pages: true })).error).toBe(`${where}: the answer is no list`);
  });
});
