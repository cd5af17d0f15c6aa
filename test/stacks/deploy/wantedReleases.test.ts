import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { releaseDigest } from "../../../stacks/deploy/deployments";
import { releasesFolder } from "../../../stacks/folderStore";
import type { Location } from "../../../stacks/list/locationSchema";
import { parseLocations } from "../../../stacks/locations";
import { isDeployed, wantedLocations } from "../../../stacks/deploy/wantedReleases";
import { RELEASE } from "./deployCases";

const LIST = `
locations:
  - { name: broken, repository: acme/broken, module: code }
  - { name: finance, repository: acme/finance, module: code }
  - { name: new, repository: acme/new, module: code }
  - { name: pinned, repository: acme/pinned, module: code, image: "acme/pinned:1" }
`;

const BODY = `${JSON.stringify({ ...RELEASE.record, location: "finance" }, null, 2)}\n`;

describe("what is wanted of locations", () => {
  let folder: string;
  let locations: readonly Location[];

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "wanted-"));
    writeFileSync(join(folder, "finance.json"), BODY);
    writeFileSync(join(folder, "broken.json"), "{");
    ({ locations } = parseLocations(LIST, { file: "locations.yaml", stack: "dev" }));
  });

  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it("is their release, with the digest of its bytes, or the image of the list", async () => {
    const wanted = await wantedLocations(locations, releasesFolder(folder));
    expect(wanted).toEqual([
      {
        ...{ name: "broken", pinned: undefined },
        release: {
          ...{ digest: releaseDigest("{"), record: undefined },
          problem: `${folder}/broken.json: not JSON; release the location again`,
        },
      },
      {
        ...{ name: "finance", pinned: undefined },
        release: {
          ...{ digest: releaseDigest(BODY), problem: undefined },
          record: { ...RELEASE.record, location: "finance" },
        },
      },
      { name: "new", pinned: undefined, release: undefined },
      { name: "pinned", pinned: "acme/pinned:1", release: undefined },
    ]);
    expect(wanted.filter(isDeployed).map(({ name }) => name)).toEqual([
      ...["broken", "finance", "pinned"],
    ]);
  });

  it("is no release before there is a store", async () => {
    const wanted = await wantedLocations(locations, undefined);
    expect(wanted.filter(({ release }) => release !== undefined)).toEqual([]);
  });
});
