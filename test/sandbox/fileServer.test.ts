import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { FileServer } from "../../sandbox/fileServer";

describe("the file server", () => {
  let server: FileServer;
  let folder: string;

  beforeAll(async () => {
    const parent = mkdtempSync(join(tmpdir(), "files-"));
    folder = join(parent, "crm");
    mkdirSync(join(folder, "api"), { recursive: true });
    writeFileSync(join(folder, "api", "objects.json"), "[1]");
    writeFileSync(join(folder, ".env"), "SECRET=1");
    writeFileSync(join(parent, "outside.txt"), "outside");
    server = await FileServer.start();
    server.add("crm", folder);
  });

  afterAll(() => {
    server.close();
  });

  it("serves a location's files, each time as they are then", async () => {
    const url = `${server.url}/crm/api/objects.json`;
    expect(await (await fetch(url)).text()).toBe("[1]");
    writeFileSync(join(folder, "api", "objects.json"), "[1, 2]");
    expect(await (await fetch(url)).text()).toBe("[1, 2]");
  });

  it.each([
    "/crm/.env",
    "/crm/missing.json",
    "/other/api/objects.json",
    "/",
    "/crm/api/..%2f..%2foutside.txt",
  ])("refuses %s", async (path) => {
    expect((await fetch(`${server.url}${path}`)).status).toBe(404);
  });

  it("refuses a path that climbs out, sent as it stands", async () => {
    const { port } = new URL(server.url);
    const socket = connect({ host: "127.0.0.1", port: Number(port) });
    socket.write("GET /crm/../../outside.txt HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    let answer = "";
    for await (const chunk of socket) answer += String(chunk);
    expect(answer).not.toContain("outside");
    expect(answer).toContain("404");
  });
});
