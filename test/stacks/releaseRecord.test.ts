import { parseReleaseRecord, pinnedStates, shortImage } from "../../stacks/releaseRecord";

const RECORD = {
  schemaVersion: 1,
  location: "crm",
  repository: "acme/crm-pipelines",
  image: "acme/crm:1.0",
  commit: null,
  defsState: {
    __class__: "DefsStateInfo",
    info_mapping: {
      b: { __class__: "DefsKeyStateInfo", create_timestamp: 1_795_263_155, version: "v2" },
      a: { __class__: "DefsKeyStateInfo", create_timestamp: 1_795_263_155, version: "v1" },
      gone: null,
    },
  },
  dbt: null,
  releasedAt: "2026-11-21T10:00:00Z",
  releasedBy: null,
  runUrl: null,
};

describe("a release record", () => {
  it("keeps Dagster's serialized state word for word", () => {
    const record = parseReleaseRecord(JSON.stringify(RECORD), "here");
    expect(record.defsState).toEqual(RECORD.defsState);
  });

  it("lists the pinned versions by key, without keys that have none", () => {
    const record = parseReleaseRecord(JSON.stringify(RECORD), "here");
    expect(pinnedStates(record).map(({ key, version }) => [key, version])).toEqual([
      ["a", "v1"],
      ["b", "v2"],
    ]);
  });

  it("has no pinned versions when nothing is state-backed", () => {
    const record = parseReleaseRecord(JSON.stringify({ ...RECORD, defsState: null }), "here");
    expect(pinnedStates(record)).toEqual([]);
  });

  it.each<[string, unknown, string]>([
    ["text that is not JSON", undefined, "s3://b/releases/crm.json: not JSON; release the loc"],
    ["a record of a later format", { ...RECORD, schemaVersion: 2 }, "schemaVersion: "],
    ["a record without image", { ...RECORD, image: "" }, "image: "],
    ["a time that is none", { ...RECORD, releasedAt: "yesterday" }, "releasedAt: "],
    ["a state that Dagster did not write", { ...RECORD, defsState: {} }, "defsState.__class__: "],
    ["an unknown member", { ...RECORD, imag: "x" }, "imag"],
  ])("refuses %s in one line", (_case, data, text) => {
    const body = data === undefined ? "{" : JSON.stringify(data);
    const parse = (): unknown => parseReleaseRecord(body, "s3://b/releases/crm.json");
    expect(parse).toThrow(text);
    expect(parse).not.toThrow("\n");
  });
});

it.each([
  [`registry/acme/crm@sha256:${"0123456789ab".padEnd(64, "0")}`, "crm@0123456789ab"],
  ["registry:5000/acme/crm:1.2.3", "crm:1.2.3"],
])("shows the image %s as %s", (image, short) => {
  expect(shortImage(image)).toBe(short);
});
