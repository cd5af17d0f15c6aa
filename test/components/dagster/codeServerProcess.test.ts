import { type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { codeServerArguments } from "../../../components/dagster/codeServer";
import { instanceConfig } from "../../../components/dagster/instanceConfig";
import { contextOf, LOCATION } from "./fixtures";
import {
  askDagster,
  freePort,
  MISSING_DAGSTER,
  probe,
  startCodeServer,
  stop,
  untilReady,
} from "./realDagster";

const DEFINITIONS = "import dagster as dg\n\n\n@dg.asset\ndef one(): ...\n";

if (MISSING_DAGSTER !== undefined) {
  it.skip(`code servers of real Dagster: ${MISSING_DAGSTER}`, () => undefined);
} else {
  const folder = mkdtempSync(join(tmpdir(), "dagster-code-servers-"));
  const instance = instanceConfig({
    storage: { kind: "sqlite", directory: join(folder, "storage") },
    computeLogs: { kind: "local", directory: join(folder, "compute-logs") },
    defsState: { targetProtocol: "file" },
    runLauncher: { kind: "default" },
  });
  describe("a code server", () => {
    const home = join(folder, "home");
    const children: ChildProcess[] = [];
    beforeAll(() => {
      mkdirSync(home);
      writeFileSync(join(home, "dagster.yaml"), JSON.stringify(instance));
      writeFileSync(join(folder, "definitions.py"), DEFINITIONS);
      writeFileSync(join(folder, "broken.py"), 'raise RuntimeError("broken")\n');
    });
    afterAll(async () => {
      await Promise.all(children.map(stop));
      rmSync(folder, { recursive: true });
    });
    const start = async (file: string): Promise<readonly [ChildProcess, number]> => {
      const port = await freePort();
      const child = startCodeServer(port, codeServerArguments({ file }), folder, {
        DAGSTER_HOME: home,
        DAGSTER_CURRENT_IMAGE: LOCATION.image,
        DAGSTER_CONTAINER_CONTEXT: JSON.stringify(contextOf(LOCATION)),
      });
      children.push(child);
      return [child, port];
    };

    it("is ready when its code is loaded, and tells of its runs what we gave it", async () => {
      const [, port] = await start("definitions.py");
      await untilReady(port, home);
      expect(askDagster({ server: port })).toEqual({
        image: LOCATION.image,
        context: contextOf(LOCATION),
      });
      const empty = join(folder, "empty");
      mkdirSync(empty);
      expect(probe(port, empty)).toMatchObject({
        code: 1,
        stderr: expect.stringContaining("DAGSTER_HOME has no dagster.yaml") as unknown,
      });
    });

    it("ends when its code does not load, so that the old one goes on serving", async () => {
      const [child, port] = await start("broken.py");
      if (child.exitCode === null) await once(child, "exit");
      expect(child.exitCode).toBe(1);
      expect(probe(port, home).code).toBe(1);
    });
  });
}
