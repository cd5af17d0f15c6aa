import { createServer, type ServerResponse } from "node:http";

import { listen } from "./stateServer";

/** How the source answers one request; it gets how many there were before on that path. */
export type Behaviour = (response: ServerResponse, before: number) => void;

/** The system that state-backed components read: an HTTP server of which a test decides every answer. */
export class Source {
  private readonly counts = new Map<string, number>();
  private readonly behaviours = new Map<string, Behaviour>();
  private readonly server = createServer((request, response) => {
    const path = request.url ?? "";
    const before = this.fetches(path);
    this.counts.set(path, before + 1);
    (this.behaviours.get(path) ?? answers(404))(response, before);
  });

  private constructor() {
    // Made by start, which knows when it listens.
  }

  public static async start(): Promise<{ source: Source; port: number }> {
    const source = new Source();
    return { source, port: await listen(source.server, 0) };
  }

  public on(path: string, behaviour: Behaviour): void {
    this.behaviours.set(path, behaviour);
  }

  /** How often a path was asked. */
  public fetches(path: string): number {
    return this.counts.get(path) ?? 0;
  }

  public stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

/** The same answer each time. */
export function answers(status: number, headers: Record<string, string> = {}): Behaviour {
  return (response) => {
    response.writeHead(status, headers).end(status === 200 ? '["one", "two"]' : "");
  };
}

/** Never answers. */
export const hangs: Behaviour = () => undefined;
