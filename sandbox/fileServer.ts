import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import sirv from "sirv";

import { LOOPBACK } from "./network";

/**
 * Serves the locations' checkouts at `/<location>/…`, so that a file of a repository can stand for an API that its
 * code reads. Files are read anew at each request; those whose name starts with a dot are not served.
 */
export class FileServer {
  private readonly folders = new Map<string, ReturnType<typeof sirv>>();

  private constructor(
    private readonly server: Server,
    public readonly url: string,
  ) {}

  public static async start(): Promise<FileServer> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, LOOPBACK, resolve));
    const { port } = server.address() as AddressInfo;
    const files = new FileServer(server, `http://${LOOPBACK}:${port}`);
    server.on("request", (request, response) => {
      const [, location = "", ...path] = (request.url ?? "/").split("/");
      const serve = files.folders.get(location);
      const notFound = (): void => {
        response.writeHead(404).end();
      };
      request.url = `/${path.join("/")}`;
      if (serve === undefined || path.some(isHidden)) notFound();
      else serve(request, response, notFound);
    });
    return files;
  }

  /** Adds a location, or gives it another folder. */
  public add(location: string, folder: string): void {
    this.folders.set(location, sirv(folder, { dev: true, dotfiles: false }));
  }

  public close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}

/** A part of a path that starts with a dot, written plainly or escaped. */
function isHidden(part: string): boolean {
  return /(^|%2f)(\.|%2e)/i.test(part);
}
