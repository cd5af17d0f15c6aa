import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";

import { ClusterPlace } from "./clusterPlace";

const RELEASE = "kubernetes:helm.sh/v3:Release";
const SHOP = { urn: "urn:pulumi:dev::p::t::shop-release", type: RELEASE, inputs: { name: "shop" } };
const STACK = { urn: "urn:pulumi:dev::p::t::p-dev", type: "pulumi:pulumi:Stack", custom: false };
const STATE = {
  version: 3,
  deployment: {
    resources: [STACK],
    pending_operations: [{ type: "creating", resource: SHOP }],
  },
};
const HELM = "sh.helm.release.v1.shop.v1   shop   deployed\n";

describe("npm run recover", () => {
  let place: ClusterPlace;

  beforeEach(() => {
    place = new ClusterPlace([]);
    place.write("fake/state.json", JSON.stringify(STATE));
    place.write("fake/helm", HELM);
  });

  afterEach(() => {
    place.remove();
  });

  it("clears the state first and Helm's notes then, and says how to go on", async () => {
    const { code, stdout } = await place.run("recover", "--stack", "dev");
    expect(stdout.trim().split("\n")).toEqual([
      "unfinished: creating shop-release",
      "unfinished revision of Helm: sh.helm.release.v1.shop.v1",
      "cleared: 1 operation, 1 revision",
      "run: PULUMI_K8S_UPSERT_EXISTING_OBJECTS=true pulumi up -s dev",
    ]);
    expect(code).toBe(0);
    expect(JSON.parse(place.read("fake/imported.json"))).toEqual({
      ...STATE,
      deployment: { ...STATE.deployment, pending_operations: [] },
    });
    const changes = place.calls().filter((call) => /import|delete/.test(call));
    expect(changes.map((call) => call.split(" ").slice(0, 3).join(" "))).toEqual([
      "pulumi stack import",
      expect.stringMatching(/^kubectl /),
    ]);
  });

  it("changes nothing while another update has the lock, and says what to do", async () => {
    place.write("fake/locked", "");
    const { code, stderr } = await place.run("recover", "--stack", "dev");
    expect(code).toBe(1);
    expect(stderr).toContain("`pulumi cancel` first, when no update runs");
    expect(place.calls().filter((call) => call.includes("delete"))).toEqual([]);
  });

  it("removes the half-written file of a state in a folder, which stops every command", async () => {
    mkdirSync(join(place.folder, "fake/.pulumi/stacks/dagster-platform"), { recursive: true });
    place.write("fake/.pulumi/stacks/dagster-platform/dev.json.attrs", "");
    const { stdout } = await place.run("recover", "--stack", "dev");
    expect(stdout).toMatch(/^half written: .*dev\.json\.attrs\n/);
    expect(
      existsSync(join(place.folder, "fake/.pulumi/stacks/dagster-platform/dev.json.attrs")),
    ).toBe(false);
  });

  it("only says what it would do with --dry-run", async () => {
    const { stdout } = await place.run("recover", "--stack", "dev", "--dry-run");
    expect(stdout).toContain("unfinished: creating shop-release");
    expect(place.calls().filter((call) => /import|delete/.test(call))).toEqual([]);
  });

  it("has nothing to do after an update that ended", async () => {
    place.write("fake/state.json", JSON.stringify({ version: 3, deployment: {} }));
    expect((await place.run("recover", "--stack", "dev")).stdout).toBe("nothing was interrupted\n");
  });
});
