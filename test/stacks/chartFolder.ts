import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { create } from "tar";

/** A schema as the published chart has it: it refers to the web. */
export const SCHEMA = {
  properties: {
    image: { $ref: "https://example.com/definitions.json#/image" },
    port: { type: "integer" },
  },
};

/** Makes a small chart of Dagster, with its user-code chart inside. */
export function chartFolder(version: string): string {
  const folder = join(mkdtempSync(join(tmpdir(), "chart-")), "dagster");
  const userCode = join(folder, "charts", "dagster-user-deployments");
  write(join(folder, "Chart.yaml"), `name: dagster\nversion: ${version}\n`);
  write(join(folder, "values.schema.json"), JSON.stringify(SCHEMA));
  write(join(folder, "templates", "NOTES.txt"), "");
  write(join(userCode, "Chart.yaml"), `name: dagster-user-deployments\nversion: ${version}\n`);
  write(join(userCode, "values.schema.json"), JSON.stringify(SCHEMA));
  return folder;
}

/** The folder as an archive, as Helm packs it. */
export async function chartArchiveOf(folder: string): Promise<string> {
  const file = `${folder}.tgz`;
  // The same bytes each time.
  await create({ file, cwd: dirname(folder), gzip: true, portable: true, noMtime: true }, [
    "dagster",
  ]);
  return file;
}

/** A Helm repository on this machine. */
export interface ChartRepository {
  readonly url: string;
  /** Paths that were asked for. */
  readonly asked: string[];
  readonly close: () => Promise<void>;
}

/**
 * Serves one archive.
 * @param digest - in the index
 */
export async function chartRepository(
  archive: string,
  version: string,
  digest = createHash("sha256").update(readFileSync(archive)).digest("hex"),
): Promise<ChartRepository> {
  const asked: string[] = [];
  const entry = { version, digest, urls: ["charts/dagster.tgz"] };
  const index = { apiVersion: "v1", entries: { dagster: [entry] } };
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    if (request.url === "/helm/index.yaml") response.end(JSON.stringify(index));
    else if (request.url === "/helm/charts/dagster.tgz") response.end(readFileSync(archive));
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.closeAllConnections();
      server.close(() => {
        resolve();
      });
    });
  return { url: `http://127.0.0.1:${port}/helm`, asked, close };
}

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
