import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { assetKeys } from "../../stacks/dagsterRuns";
import { CRM, FINANCE, StartedSandbox, START_TIMEOUT_MS, Workplace } from "./startedSandbox";

describe("a release in the sandbox", () => {
  const place = new Workplace();
  let sandbox: StartedSandbox;

  beforeAll(async () => {
    place.saveList([CRM, FINANCE]);
    sandbox = await StartedSandbox.start(place);
  }, START_TIMEOUT_MS);

  afterAll(async () => {
    await sandbox.end();
  }, 60_000);

  it("rolls to a new release and back: the older state is seen in the loaded assets", async () => {
    const objects = join(place.folder, "crm", "api", "objects.json");
    const original = readFileSync(objects, "utf8");
    const before = (await place.location("crm"))?.state[0]?.version;
    writeFileSync(objects, original.replace('"deals"', '"offers"'));
    const released = await place.run("release", "crm");
    expect(released.stderr).toBe("");
    expect(released.code).toBe(0);
    expect(await assetKeys(sandbox.api, "crm")).toContain("crm/offers");
    expect((await place.location("crm"))?.state[0]?.version).not.toBe(before);

    const back = await place.run("rollback", "crm");
    expect(back.stderr).toBe("");
    expect(back.code).toBe(0);
    expect(await assetKeys(sandbox.api, "crm")).toContain("crm/deals");
    expect((await place.location("crm"))?.state[0]?.version).toBe(before);
    const list = await place.run("rollback", "crm", "--list");
    expect(list.stdout.trim().split("\n")).toHaveLength(3);
    writeFileSync(objects, original);
  }, 200_000);

  it("goes on serving the old release when a new one does not load", async () => {
    const file = join(place.folder, "finance", "src", "finance", "definitions.py");
    const original = readFileSync(file, "utf8");
    const image = (await place.location("finance"))?.image;
    writeFileSync(file, `raise RuntimeError("not today")\n${original}`);
    const released = await place.run("release", "finance");
    expect(released.code).toBe(1);
    expect(released.stderr).toContain("not today");
    const status = await place.location("finance");
    expect(status?.image).toBe(image);
    expect(status?.behind[0]).toContain("is not deployed");
    writeFileSync(file, original);
    expect((await place.run("release", "finance")).code).toBe(0);
    expect(await place.location("finance")).toMatchObject({ healthy: true, behind: [] });
  }, 200_000);

  it("releases nothing when the refresh fails, and says why in a few lines", async () => {
    const objects = join(place.folder, "crm", "api", "objects.json");
    const original = readFileSync(objects, "utf8");
    const before = await place.location("crm");
    writeFileSync(objects, "{");
    const released = await place.run("release", "crm");
    expect(released.code).toBe(1);
    expect(released.stderr).toContain("nothing is released");
    expect(released.stderr).toContain("CrmObjects[crm]: CrmApiError: GET http://127.0.0.1:");
    expect(released.stderr).not.toContain("Traceback");
    const after = await place.location("crm");
    expect([after?.image, after?.healthy]).toEqual([before?.image, true]);
    writeFileSync(objects, original);
  }, 100_000);
});
