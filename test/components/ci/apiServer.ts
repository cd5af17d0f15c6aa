import { createServer, type IncomingHttpHeaders } from "node:http";

import { bytesOf, listen } from "./stateServer";

/** A request as an API gets it. */
export interface ApiRequest {
  /** `POST /repos/acme/finance/statuses/abc`, without the query. */
  readonly line: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What the API answers; `break` ends the connection without a word. */
export type ApiAnswer =
  | "break"
  | {
      readonly status?: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly json?: unknown;
      /** Instead of `json`. */
      readonly text?: string;
    };

/** An HTTP API on loopback of which a test decides every answer. */
export class ApiServer {
  /** All requests so far. */
  public readonly requests: ApiRequest[] = [];
  /** Gets a request and how many of the same line there were before it. */
  public answer: (request: ApiRequest, before: number) => ApiAnswer | Promise<ApiAnswer> = () => ({
    status: 404,
    json: { message: "Not Found" },
  });
  public url = "";

  private readonly server = createServer((incoming, outgoing) => {
    void (async () => {
      const url = new URL(incoming.url ?? "", "http://api");
      const line = `${incoming.method ?? ""} ${url.pathname}`;
      const body = (await bytesOf(incoming)).toString();
      const request = { line, query: url.searchParams, headers: incoming.headers, body };
      const before = this.lines.filter((other) => other === line).length;
      this.requests.push(request);
      const answer = await this.answer(request, before);
      if (answer === "break") {
        outgoing.destroy();
        return;
      }
      const { status = 200, headers = {}, json, text } = answer;
      outgoing
        .writeHead(status, headers)
        .end(text ?? (json === undefined ? "" : JSON.stringify(json)));
    })();
  });

  public static async start(): Promise<ApiServer> {
    const api = new ApiServer();
    api.url = `http://127.0.0.1:${await listen(api.server, 0)}`;
    return api;
  }

  public stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  public get lines(): readonly string[] {
    return this.requests.map(({ line }) => line);
  }

  /** The JSON that was sent with that line, in order. */
  public sent(line: string): readonly unknown[] {
    return this.requests
      .filter((request) => request.line === line)
      .map(({ body }): unknown => JSON.parse(body));
  }
}
