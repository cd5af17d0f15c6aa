import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";

import { listen } from "../components/ci/stateServer";
import { GcsObjects, Refusal, type Generation, type Resource } from "./gcsObjects";

/**
 * What happens to one request: `pass`; `lose` does it and breaks the connection instead of an answer; `stall` answers half;
 * a number is the status of an error.
 */
export type GcsFate = "pass" | "lose" | "stall" | number;

interface Answer {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | string;
}

/** Small, so that every listing has several. */
const PAGE = 2;

/** A server on loopback that speaks as much of Google Cloud Storage's JSON API as its libraries for Node and Python use. */
export class GcsServer {
  /** `GET /storage/v1/b/bucket/o/key` of every request so far, decoded. */
  public readonly requests: string[] = [];
  /** Decides about each request. */
  public fate: (request: string) => GcsFate = () => "pass";
  public readonly objects = new GcsObjects();

  private constructor(
    private readonly server: Server,
    /** What the library calls `apiEndpoint`. */
    public readonly url: string,
  ) {
    server.on("request", (request: IncomingMessage, response: ServerResponse) => {
      this.handle(request, response).catch((error: unknown) => {
        // One that broke off was none.
        if (request.complete) throw error;
      });
    });
  }

  public static async start(): Promise<GcsServer> {
    const server = createServer();
    return new GcsServer(server, `http://127.0.0.1:${await listen(server, 0)}`);
  }

  public stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", this.url);
    const line = `${request.method ?? ""} ${decodeURIComponent(url.pathname)}${url.search}`;
    this.requests.push(line);
    const fate = this.fate(line);
    const sent = await bytesOf(request);
    try {
      if (typeof fate === "number") throw new Refusal(fate, "by the test");
      const { headers, body } = this.answer(url, request, sent);
      if (fate === "lose") {
        response.destroy();
        return;
      }
      const length = Buffer.byteLength(body) + (fate === "stall" ? 1 : 0);
      response.writeHead(200, { ...headers, "content-length": String(length) }).write(body);
      if (fate !== "stall") response.end();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      refuse(response, error, url.searchParams.get("alt") === "media");
    }
  }

  private answer({ pathname, searchParams }: URL, request: IncomingMessage, sent: Buffer): Answer {
    const [, bucket = "", objects, encoded] = /\/b\/([^/]+)(\/o(?:\/(.+))?)?$/.exec(pathname) ?? [];
    const text = (name: string): string | undefined => searchParams.get(name) ?? undefined;
    if (request.method === "POST") {
      const [metadata, body] = multipart(request.headers["content-type"] ?? "", sent);
      const name = text("name") ?? metadata.name ?? "";
      const condition = text("ifGenerationMatch");
      return json(this.objects.insert(bucket, name, condition, [metadata, body]).resource);
    }
    if (encoded === undefined) {
      const all = this.objects.all(bucket);
      return json(objects === undefined ? { name: bucket } : page(all, searchParams));
    }
    const found = this.objects.find(bucket, decodeURIComponent(encoded), text("generation"));
    return text("alt") === "media" ? media(found) : json(found.resource);
  }
}

function page(all: readonly Generation[], options: URLSearchParams): object {
  const wanted = all
    .filter(({ isLive }) => isLive || options.get("versions") === "true")
    .map(({ resource }) => resource)
    .filter(({ name }) => name.startsWith(options.get("prefix") ?? ""));
  const from = Number(options.get("pageToken") ?? 0);
  const next = from + Math.min(PAGE, Number(options.get("maxResults") ?? PAGE));
  const more = next < wanted.length ? { nextPageToken: String(next) } : {};
  return { kind: "storage#objects", items: wanted.slice(from, next), ...more };
}

function media({ resource, body }: Generation): Answer {
  const headers = {
    "content-type": resource.contentType,
    "x-goog-generation": resource.generation,
    "x-goog-hash": `crc32c=${resource.crc32c}`,
    "x-goog-stored-content-encoding": "identity",
  };
  return { headers, body };
}

function json(value: object): Answer {
  const headers = { "content-type": "application/json; charset=UTF-8" };
  return { headers, body: JSON.stringify(value) };
}

/** Google answers a download with bare text. */
function refuse(response: ServerResponse, { status, message }: Refusal, isMedia: boolean): void {
  const errors = [{ message, domain: "global", reason: "test" }];
  const document = JSON.stringify({ error: { code: status, message, errors } });
  const type = isMedia ? "text/html; charset=UTF-8" : "application/json; charset=UTF-8";
  response.writeHead(status, { "content-type": type }).end(isMedia ? message : document);
}

/** The two parts of an upload: the object's metadata, and its bytes. */
function multipart(contentType: string, sent: Buffer): readonly [Partial<Resource>, Buffer] {
  const boundary = /boundary="?([^";]+)/.exec(contentType)?.[1] ?? "";
  const [metadata = "", body = ""] = sent
    .toString("latin1")
    .split(`--${boundary}`)
    .slice(1)
    .map((part) => part.replace(/^\r\n[^]*?\r\n\r\n/, "").replace(/\r\n$/, ""));
  return [JSON.parse(metadata) as Partial<Resource>, Buffer.from(body, "latin1")];
}

async function bytesOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
