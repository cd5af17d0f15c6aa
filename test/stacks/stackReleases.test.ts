import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { PlatformConfig } from "../../stacks/config";
import { releasesFolder } from "../../stacks/folderStore";
import { InvalidInputError } from "../../stacks/invalidInputError";
import { Kubectl } from "../../stacks/kubectl";
import { readStackConfig } from "../../stacks/stackConfig";
import { releasesIn, stackReleases } from "../../stacks/stackReleases";
import { StateServer } from "../components/ci/stateServer";
import { GcsServer } from "./gcsServer";

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

describe("the releases of a stack whose bucket is not there", () => {
  const before = { ...process.env };
  const deployed = jest.spyOn(Kubectl.prototype, "helmSecrets");
  let gcs: GcsServer;
  let s3: StateServer;

  beforeAll(async () => {
    [gcs, s3] = await Promise.all([GcsServer.start(), StateServer.start()]);
    Object.assign(process.env, s3.environment, { STORAGE_EMULATOR_HOST: gcs.url });
  });

  afterAll(async () => {
    process.env = before;
    deployed.mockRestore();
    gcs.stop();
    await s3.stop();
  });

  beforeEach(() => {
    deployed.mockClear();
    releasesOfHelm("dagster");
  });

  function releasesOfHelm(...names: readonly string[]): void {
    deployed.mockResolvedValue(
      names.map((release) => ({ name: `${release}.v1`, release, status: "deployed" })),
    );
  }

  function configOf(cloud: "aws" | "gcp"): PlatformConfig {
    const given = { cloud, stateBucket: "absent", namespace: "team", releasesFolder: undefined };
    return { ...readStackConfig("dev"), ...given, region: "us-east-1" };
  }

  function refusal(...args: Parameters<typeof stackReleases>): Promise<string> {
    return stackReleases(...args).then(
      () => "not refused",
      (error: unknown) => (error instanceof InvalidInputError ? error.message : String(error)),
    );
  }

  describe.each([
    ["aws", "s3://absent"],
    ["gcp", "gs://absent"],
  ] as const)("on %s", (cloud, url) => {
    it("are none while no location is deployed", async () => {
      expect(await stackReleases(configOf(cloud), "prod", ["crm", "shop"])).toEqual(new Map());
      expect(deployed).toHaveBeenCalledWith("team");
    });

    it("refuses to take them for none when a location is deployed", async () => {
      releasesOfHelm("dagster", "crm");
      expect(await refusal(configOf(cloud), "prod", ["crm", "shop"])).toBe(
        `state store ${url}: there is no such bucket, but locations are deployed, and an update would remove them: correct stateBucket, or restore the bucket`,
      );
    });

    it("refuses an adopted one, and asks nobody on the cluster", async () => {
      const adopted = { ...configOf(cloud), adopt: ["stateBucket" as const] };
      expect(await refusal(adopted, "prod", ["crm"])).toBe(
        `state store ${url}: there is no such bucket, and no update makes it: create it, or correct stateBucket`,
      );
      expect(deployed).not.toHaveBeenCalled();
    });

    it("refuses what else the store says", async () => {
      gcs.fate = s3.fate = () => 403;
      expect(await refusal(configOf(cloud), "prod", ["crm"])).toMatch(
        new RegExp(`^state store ${url}: by the test: .* needs `),
      );
      gcs.fate = s3.fate = () => "pass";
      expect(deployed).not.toHaveBeenCalled();
    });
  });
});
