import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";

import { listen } from "../../components/ci/stateServer";

/** What a path answers: a body with 200, a status, or something of its own. */
export type Route = object | string | number | ((response: ServerResponse) => void);

/** A server on loopback that answers a few paths as an API does, and 404 to all others. */
export class FakeServer {
  /** `GET /path` of every request so far. */
  public readonly requests: string[] = [];
  public headers: IncomingHttpHeaders = {};
  /** By path, with its query. */
  public routes: Readonly<Record<string, Route>> = {};

  private readonly server = createServer((request, response) => {
    const path = request.url ?? "";
    this.requests.push(`${request.method ?? ""} ${path}`);
    this.headers = request.headers;
    answer(this.routes[path] ?? 404, response);
  });

  private constructor() {
    // Made by start, which knows when it listens.
  }

  public static async start(): Promise<{ server: FakeServer; url: string }> {
    const server = new FakeServer();
    return { server, url: `http://127.0.0.1:${await listen(server.server, 0)}` };
  }

  public stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

function answer(route: Route, response: ServerResponse): void {
  if (typeof route === "function") route(response);
  else if (typeof route === "number")
    response.writeHead(route, { "content-type": "application/json" }).end('{"message": "no"}');
  else response.end(typeof route === "string" ? route : JSON.stringify(route));
}

/** GitHub's answer for a repository. */
export function githubRepository(change: object = {}): object {
  return {
    ...{ id: 700, full_name: "acme/crm", default_branch: "main", private: true, archived: false },
    owner: { id: 10, login: "acme" },
    ...change,
  };
}

/** GitHub's answer for the runs of a workflow. */
export function githubRuns(change: object = {}): object {
  const run = {
    ...{ status: "completed", conclusion: "success", created_at: "2026-11-21T06:00:00Z" },
    html_url: "https://github.test/acme/crm/actions/runs/1",
    ...change,
  };
  return { total_count: 1, workflow_runs: [run] };
}
