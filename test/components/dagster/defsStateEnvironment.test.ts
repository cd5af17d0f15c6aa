import {
  defsStateEnvironment,
  defsStatePrefix,
  defsStateRoot,
  pinnedDefsState,
} from "../../../components/dagster/defsStateEnvironment";
import { deepFreeze, reversed } from "./fixtures";

const STATE = deepFreeze({
  __class__: "DefsStateInfo" as const,
  info_mapping: {
    "Warehouse[finance]": {
      __class__: "DefsKeyStateInfo",
      create_timestamp: 1763727600.25,
      version: "002a9e0a-0000-4000-8000-000000000001",
    },
    Gone: null,
  },
});

describe("defsStateEnvironment", () => {
  it("puts each location below a prefix of its own", () => {
    expect(defsStatePrefix("finance")).toBe("defs-state/finance");
    expect(defsStateEnvironment({ bucket: "acme", location: "finance" })).toEqual({
      FSSPEC_DIR_PATH: "acme/defs-state/finance",
      DAGSTER_DEFS_STATE_INFO_OVERRIDE_PATH: "/opt/dagster/defs-state/pin.json",
    });
  });

  it("takes another prefix for a branch, and another pin file for the sandbox", () => {
    const input = { bucket: "/tmp/state", location: "crm", prefix: "branches/crm/7/defs-state" };
    expect(defsStateEnvironment({ ...input, pinPath: "/tmp/pin.json" })).toEqual({
      FSSPEC_DIR_PATH: "/tmp/state/branches/crm/7/defs-state",
      DAGSTER_DEFS_STATE_INFO_OVERRIDE_PATH: "/tmp/pin.json",
    });
  });

  it("gives runs the root and no pin", () => {
    expect(defsStateRoot({ bucket: "acme", location: "finance" })).toEqual({
      FSSPEC_DIR_PATH: "acme/defs-state/finance",
    });
  });
});

describe("pinnedDefsState", () => {
  it("is the record's state, word for word, with sorted keys", () => {
    expect(pinnedDefsState(STATE)).toBe(
      '{"__class__":"DefsStateInfo","info_mapping":{"Gone":null,"Warehouse[finance]":' +
        '{"__class__":"DefsKeyStateInfo","create_timestamp":1763727600.25,' +
        '"version":"002a9e0a-0000-4000-8000-000000000001"}}}',
    );
  });

  it("does not change with the order of the record's keys, or code servers would restart", () => {
    expect(pinnedDefsState(reversed(STATE))).toBe(pinnedDefsState(STATE));
  });

  it("is empty for a release without state: Dagster's `explicitly no pin`", () => {
    expect(pinnedDefsState(null)).toBe("");
  });
});
