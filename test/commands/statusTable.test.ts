import { statusTable } from "../../commands/statusTable";
import type { LocationHealth } from "../../stacks/health";
import type { PlatformStatus } from "../../stacks/status";

const crm: LocationHealth = {
  name: "crm",
  healthy: true,
  problem: undefined,
  image: `registry/acme/crm@sha256:${"ab".repeat(32)}`,
  commit: "0123456789abcdef0123456789abcdef01234567",
  state: [
    { key: "Crm[api]", version: "8f44143a-077e", createdAt: new Date(0), ageHours: 0.5 },
    { key: "Dbt[x]", version: "__local__", createdAt: new Date(0), ageHours: 72 },
  ],
  runs: [{ runId: "1", job: "j", status: "SUCCESS", startedAt: undefined }],
  behind: ["state Dbt[x] is 3 d old, refresh it"],
};

const status: PlatformStatus = {
  dagsterUrl: "http://127.0.0.1:3000",
  stateStore: "s3://b",
  healthy: true,
  unhealthyDaemons: [],
  locations: [crm],
};

function lines(changes: Partial<PlatformStatus>): string[] {
  return statusTable({ ...status, ...changes })
    .split("\n")
    .map((line) => line.trimEnd());
}

describe("the status table", () => {
  it("has a line for each location, one more for each further key, then what is behind", () => {
    expect(lines({})).toEqual([
      "location  status  image             commit   defs state                  last runs",
      "crm       loaded  crm@abababababab  0123456  Crm[api] 8f44143a (30 min)  SUCCESS",
      "                                             Dbt[x] in the image (3 d)",
      "crm: state Dbt[x] is 3 d old, refresh it",
    ]);
  });

  it("shows why a location failed: a few lines, cut where they are long", () => {
    const problem = ["not started", "", "x".repeat(500), "3", "4", "5", "6"].join("\n");
    const shown = lines({ locations: [{ ...crm, healthy: false, problem, behind: [] }] });
    expect(shown[1]).toContain("failed");
    expect(shown.slice(3)).toEqual(["crm: not started", `${"x".repeat(239)}…`, "3", "4", "5"]);
  });

  it("names daemons that are not healthy", () => {
    expect(lines({ unhealthyDaemons: ["SENSOR"] }).at(-1)).toBe("daemon SENSOR is not healthy");
  });

  it("says that there is nothing when the list is empty", () => {
    expect(lines({ locations: [] })).toEqual(["no locations"]);
  });
});
