import { createServer, request, type IncomingMessage, type ServerResponse } from "node:http";
import type { Socket } from "node:net";

import { bytesOf, listen } from "./stateServer";

/** What goes wrong with one request. Done: the store has done it, and only its answer is spoiled. */
export const FAULTS = [
  /** The connection breaks before anything is done. */
  "drop",
  /** Done, and the connection breaks instead of an answer. */
  "lose",
  /** Done, but only after the client has stopped to wait. */
  "late",
  "500",
  "503",
  "429",
  /** Done; the connection breaks in the middle of the answer's headers, after the object's etag or generation. */
  "cutHead",
  /** Done; the connection breaks in the middle of the answer's body. */
  "cutBody",
  /** The connection breaks in the middle of the request, which reaches the store as it is. */
  "cutRequest",
  /** 200, and the page of somebody who is no store. */
  "garbage",
  /** To a port where nobody listens. */
  "redirect",
] as const;

export type Fault = (typeof FAULTS)[number];

/** Which requests fail, counted from 1 since {@link FaultyStore.plan}. */
export interface Plan {
  readonly fault: Fault;
  readonly first: number;
  /** `Infinity`: that one and all that follow. */
  readonly times: number;
}

const NOTHING: Plan = { fault: "drop", first: Infinity, times: 0 };

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
}

const ERRORS: Readonly<Record<string, string>> = {
  "500": "InternalError",
  "503": "SlowDown",
  "429": "TooManyRequests",
};

/** The role of a CI job may not do it, and s3fs tries. */
const CREATE_BUCKET = /^PUT \/[^/?]+\/?$/;

const LENGTHS = new Set(["content-length", "transfer-encoding", "connection"]);

const NOBODY = "http://127.0.0.1:9/elsewhere";

/** A proxy in front of a store, in which chosen requests fail. */
export class FaultyStore {
  /** `PUT /bucket/key` of every request since {@link plan}. */
  public readonly requests: string[] = [];

  private planned: Plan | undefined;
  private writing: Promise<unknown> = Promise.resolve();
  private readonly open = new Set<Promise<void>>();

  private constructor(
    private readonly target: string,
    /** Longer than the clients wait. */
    private readonly lateMs: number,
    private readonly counts: (request: string) => boolean,
    private readonly server = createServer(),
  ) {
    server.on("request", (incoming: IncomingMessage, outgoing: ServerResponse) => {
      const handled = this.handle(incoming, outgoing).catch((error: unknown) => {
        // One that broke off was none.
        if (incoming.complete) throw error;
      });
      this.open.add(handled);
      void handled.finally(() => this.open.delete(handled));
    });
  }

  /**
   * @param counts - about each request, `PUT /bucket/key`; those that do not count pass
   * @returns also the proxy's URL
   */
  public static async start(
    target: string,
    lateMs: number,
    counts: (request: string) => boolean = () => true,
  ): Promise<[FaultyStore, string]> {
    const store = new FaultyStore(target, lateMs, counts);
    return [store, `http://127.0.0.1:${await listen(store.server, 0)}`];
  }

  public stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  /** Counts anew. */
  public plan(plan?: Plan): void {
    this.planned = plan;
    this.requests.length = 0;
  }

  /** Ends when nothing is under way any more; a late request can be done after its client is gone. */
  public async idle(): Promise<void> {
    while (this.open.size > 0) await Promise.all(this.open);
  }

  private async handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const line = `${incoming.method ?? ""} ${decodeURI(incoming.url ?? "")}`;
    const number = this.counts(line) ? this.requests.push(line) : 0;
    const { fault, first, times } = this.planned ?? NOTHING;
    const body = await bytesOf(incoming);
    if (CREATE_BUCKET.test(line)) refuse(403, "AccessDenied", incoming, outgoing);
    else if (number >= first && number < first + times)
      await this.spoil(fault, incoming, body, outgoing);
    else {
      const { status, headers, body: answer } = await this.done(incoming, body);
      outgoing.writeHead(status, headers).end(answer);
    }
  }

  private async spoil(
    fault: Fault,
    incoming: IncomingMessage,
    body: Buffer,
    outgoing: ServerResponse,
  ): Promise<void> {
    const socket = incoming.socket;
    switch (fault) {
      case "late":
        await new Promise((resolve) => setTimeout(resolve, this.lateMs));
        await this.done(incoming, body);
        break;
      case "lose":
        await this.done(incoming, body);
        break;
      case "cutHead":
      case "cutBody":
        await cut(await this.done(incoming, body), fault === "cutHead", socket);
        break;
      case "cutRequest":
        await this.forward(incoming, body.subarray(0, body.length / 2)).catch(() => undefined);
        break;
      case "garbage":
        outgoing.writeHead(200, { "content-type": "text/html" }).end("<html>Welcome!</html>");
        return;
      case "redirect":
        refuse(307, "TemporaryRedirect", incoming, outgoing);
        return;
      case "drop":
        break;
      default:
        refuse(Number(fault), ERRORS[fault] ?? "", incoming, outgoing);
        return;
    }
    socket.destroy();
  }

  /** One write at a time: moto looks at `If-Match` and writes in two steps; S3 does it in one. */
  private done(incoming: IncomingMessage, body: Buffer): Promise<Answer> {
    if (incoming.method === "GET" || incoming.method === "HEAD")
      return this.forward(incoming, body);
    const answer = this.writing.then(() => this.forward(incoming, body));
    this.writing = answer.catch(() => undefined);
    return answer;
  }

  /** With less of a body than its headers say, the connection ends where the body does. */
  private forward({ method, url, headers }: IncomingMessage, body: Buffer): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const options = { method, headers: { ...headers, connection: "close" } };
      const passed = request(new URL(url ?? "/", this.target), options, (answer) => {
        const { statusCode: status = 500, headers: answered } = answer;
        bytesOf(answer).then((bytes) => {
          resolve({ status, headers: answered, body: bytes });
        }, reject);
      });
      passed.once("error", reject);
      const isWhole = Number(headers["content-length"] ?? body.length) === body.length;
      if (isWhole) passed.end(body);
      else passed.write(body, () => passed.socket?.end());
    });
  }
}

/** Sends the first part of an answer. The headers that clients need most come first. */
async function cut({ status, headers, body }: Answer, inHead: boolean, to: Socket): Promise<void> {
  const first = ["etag", "x-goog-generation"];
  const names = Object.keys(headers).filter((name) => !LENGTHS.has(name));
  const lines = [...first, ...names.filter((name) => !inHead && !first.includes(name))]
    .filter((name) => headers[name] !== undefined)
    .map((name) => `${name}: ${String(headers[name])}\r\n`);
  const end = inHead ? "" : `content-length: ${headers["content-length"] ?? body.length}\r\n\r\n`;
  const head = `HTTP/1.1 ${status} OK\r\n${lines.join("")}${end}`;
  const half = body.subarray(0, inHead ? 0 : body.length / 2);
  await new Promise<void>((resolve) => to.end(Buffer.concat([Buffer.from(head), half]), resolve));
}

/** As S3 says it, or Google for its own paths. */
function refuse(
  status: number,
  code: string,
  { method, url = "" }: IncomingMessage,
  outgoing: ServerResponse,
): void {
  const isGoogle = url.includes("/storage/v1/");
  const google = JSON.stringify({ error: { code: status, message: "by the test" } });
  const s3 = `<?xml version="1.0"?><Error><Code>${code}</Code><Message>by the test</Message></Error>`;
  outgoing.writeHead(status, {
    "content-type": isGoogle ? "application/json" : "application/xml",
    ...(status === 307 ? { location: NOBODY } : {}),
  });
  outgoing.end(method === "HEAD" ? undefined : isGoogle ? google : s3);
}
