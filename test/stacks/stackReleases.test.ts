import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { releasesFolder } from "../../stacks/folderStore";
import { InvalidInputError } from "../../stacks/invalidInputError";
import { releasesIn } from "../../stacks/stackReleases";

const RECORD = {
  ...{ schemaVersion: 1, location: "crm", repository: "acme/crm", image: "acme/crm:1" },
  ...{ commit: null, defsState: null, dbt: null, releasedBy: null, runUrl: null },
  releasedAt: "2026-11-21T12:00:00Z",
};

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "releases-"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

describe("the releases of a stack", () => {
  it("are those of the locations on the list; what was never released is not there", async () => {
    const folder = folderWith({
      "crm.json": JSON.stringify(RECORD),
      "old.json": JSON.stringify({ ...RECORD, location: "old" }),
    });
    const releases = await releasesIn(releasesFolder(folder), ["crm", "shop"]);
    expect([...releases.keys()]).toEqual(["crm"]);
    expect(releases.get("crm")).toEqual(RECORD);
  });

  it("are none without a folder", async () => {
    const releases = await releasesIn(releasesFolder(join(tmpdir(), "no-such-folder")), ["crm"]);
    expect(releases.size).toBe(0);
  });

  it("refuses all broken records at once, each in a line", async () => {
    const folder = folderWith({ "crm.json": "{", "shop.json": '{"schemaVersion": 2}' });
    const error: unknown = await releasesIn(releasesFolder(folder), ["crm", "shop"]).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(InvalidInputError);
    const lines = (error as Error).message.split("\n");
    expect(lines).toHaveLength(2);
    expect(lines[0]).toContain("crm.json: not JSON");
    expect(lines[1]).toContain("shop.json: schemaVersion");
  });
});
