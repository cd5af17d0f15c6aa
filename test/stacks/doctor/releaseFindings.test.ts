import { join } from "node:path";

import { FolderStore } from "../../../stacks/folderStore";
import { releaseKey } from "../../../stacks/releases";
import {
  findRelease,
  missingVersions,
  pinnedPrefixes,
  releaseFinding,
  stateFinding,
} from "../../../stacks/doctor/releaseFindings";
import { evaluate } from "../../components/ci/python";
import { folderWith, removeFolders } from "../list/temporaryFolder";
import { RELEASE } from "./records";

afterAll(removeFolders);

const storeWith = (files: Readonly<Record<string, string>>) => {
  const folder = folderWith(files);
  return { folder, store: new FolderStore({ folder }) };
};

const EXPECTED = {
  ...{ name: "crm", stack: "prod", hasCi: true },
  location: { repository: "Acme/crm", defaultBranch: "main" },
};

const found = (change: object = {}) => ({ record: { ...RELEASE, ...change }, digest: "0" });

const AGAIN = "push to main, or `npm run release -- crm --stack prod`";

describe("the release record of a location", () => {
  it("is found with the SHA-256 of its bytes", async () => {
    const { store } = storeWith({ [releaseKey("crm")]: JSON.stringify(RELEASE) });
    expect(await findRelease(store, "crm")).toEqual({
      record: RELEASE,
      digest: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    });
    expect(await findRelease(store, "hr")).toBeUndefined();
  });

  it("is found with what is wrong with it", async () => {
    const { store, folder } = storeWith({ [releaseKey("crm")]: "{" });
    expect(await findRelease(store, "crm")).toEqual({
      broken: `${join(folder, "releases/crm.json")}: not JSON; release the location again`,
    });
  });

  it("is right when it names one image of this repository", () => {
    expect(releaseFinding(found(), EXPECTED)).toEqual({
      state: "ok",
      found: "crm@aaaaaaaaaaaa, commit 0123456789, 2026-11-21T10:00:00Z by ci",
    });
    expect(releaseFinding(found({ commit: null, releasedBy: null }), EXPECTED).found).toBe(
      "crm@aaaaaaaaaaaa, commit none, 2026-11-21T10:00:00Z",
    );
  });

  it("decides nothing when the list pins an image", () => {
    const location = { ...EXPECTED.location, image: "r.test/crm:1" };
    expect(releaseFinding(undefined, { ...EXPECTED, location })).toEqual({
      state: "skipped",
      found: "the list pins crm:1: no record is looked at",
    });
  });

  it.each([
    [undefined, "it was never released"],
    [{ broken: "not JSON" }, "not JSON"],
    [found({ repository: "acme/hr" }), "the record is of acme/hr"],
    [found({ repository: null }), "the record is of no repository"],
    [found({ image: "r.test/crm:1" }), "r.test/crm:1 is named by a tag, which can be moved"],
  ])("is a problem: %j", (release, text) => {
    expect(releaseFinding(release, EXPECTED)).toEqual({
      state: "problem",
      found: text,
      fix: AGAIN,
    });
  });

  it("is judged for a location that nobody knows, and made by hand where there is no CI", () => {
    expect(releaseFinding(found(), { ...EXPECTED, location: undefined }).state).toBe("ok");
    expect(
      releaseFinding(undefined, { ...EXPECTED, stack: "sandbox", hasCi: false }),
    ).toMatchObject({
      fix: "release it: `npm run release -- crm`",
    });
  });
});

describe("pinned state", () => {
  it("is where CI puts it", async () => {
    const code =
      "import layout; answer = [[k, layout.state_key(given[0], k, v)] for k, v in given[1] if layout.is_stored(v)]";
    const keys = { "Crm[api]": "v1", "a b/ü": "2-3", local: "__local__", managed: "__managed__" };
    const info_mapping = Object.fromEntries(
      Object.entries(keys).map(([key, version]) => [key, { create_timestamp: 1, version }]),
    );
    const defsState = { __class__: "DefsStateInfo" as const, info_mapping };
    const wanted = (await evaluate(code, ["crm", Object.entries(keys)])) as [string, string][];
    expect(pinnedPrefixes({ ...RELEASE, defsState })).toEqual(new Map(wanted));
  });

  it.each([
    [{ "defs-state/crm/Crm__api__/v1": "x" }, []],
    [{ "defs-state/crm/Crm__api__/v1/target/manifest.json": "x" }, []],
    [{ "defs-state/crm/Crm__api__/v12": "x" }, ["Crm[api]"]],
    [{ "defs-state/hr/Crm__api__/v1": "x" }, ["Crm[api]"]],
    [{}, ["Crm[api]"]],
  ])("is looked for as an object or a folder: %j lacks %j", async (files, missing) => {
    const { store } = storeWith(files);
    expect(await missingVersions(store, RELEASE)).toEqual(missing);
  });

  it("is a problem when the store lacks it", () => {
    expect(stateFinding(RELEASE, [])).toEqual({
      state: "ok",
      found: "1 in the store, 1 in the image",
    });
    expect(stateFinding(RELEASE, ["Crm[api]"])).toEqual({
      state: "problem",
      found: "the store lacks the pinned version of Crm[api]",
      fix: "release the location again, or the one before: `npm run rollback -- crm --list`",
    });
    expect(stateFinding({ ...RELEASE, defsState: null }, []).state).toBe("skipped");
  });
});
