import { exportedStack, interruptedUpdate } from "../../../stacks/deploy/interruptedUpdate";

const RELEASE = "kubernetes:helm.sh/v3:Release";

function release(location: string): object {
  return {
    urn: `urn:pulumi:dev::p::x$${RELEASE}::${location}-release`,
    type: RELEASE,
    inputs: { name: location },
  };
}

function stack(resources: readonly object[], pending: readonly object[]) {
  return exportedStack.parse({
    version: 3,
    deployment: { manifest: { magic: "1" }, resources, pending_operations: pending },
  });
}

const SECRETS = [
  { name: "sh.helm.release.v1.crm.v1", release: "crm", status: "superseded" },
  { name: "sh.helm.release.v1.crm.v2", release: "crm", status: "deployed" },
  { name: "sh.helm.release.v1.shop.v1", release: "shop", status: "deployed" },
];

describe("what an interrupted update has left", () => {
  it("reads resources of all kinds", () => {
    const namespace = {
      urn: "u::platform-namespace",
      type: "kubernetes:core/v1:Namespace",
      inputs: {},
    };
    const component = { urn: "u::platform", type: "dagster-platform:kubernetes:PlatformNamespace" };
    const exported = stack([namespace, component], [{ type: "creating", resource: namespace }]);
    expect(interruptedUpdate(exported, SECRETS)).toMatchObject({
      operations: ["creating platform-namespace"],
      secrets: [],
    });
  });

  it("is nothing after an update that ended", () => {
    const exported = stack([release("crm"), release("shop")], []);
    expect(interruptedUpdate(exported, SECRETS)).toEqual({
      operations: [],
      secrets: [],
      repaired: exported,
    });
  });

  it("is Helm's note of a release that was made and is not in the state: Helm would refuse its name", () => {
    const exported = stack([release("crm")], [{ type: "creating", resource: release("shop") }]);
    expect(interruptedUpdate(exported, SECRETS)).toMatchObject({
      operations: ["creating shop-release"],
      secrets: ["sh.helm.release.v1.shop.v1"],
    });
  });

  it("is an unfinished revision alone, when the release is known: its older ones stay", () => {
    const pending = {
      name: "sh.helm.release.v1.crm.v3",
      release: "crm",
      status: "pending-upgrade",
    };
    const exported = stack(
      [release("crm"), release("shop")],
      [{ type: "updating", resource: release("crm") }],
    );
    expect(interruptedUpdate(exported, [...SECRETS, pending])).toMatchObject({
      operations: ["updating crm-release"],
      secrets: ["sh.helm.release.v1.crm.v3"],
    });
  });

  it("leaves releases alone that nobody was about to make", () => {
    const exported = stack([], []);
    expect(interruptedUpdate(exported, SECRETS).secrets).toEqual([]);
  });

  it("takes the operations out of the state, and nothing else", () => {
    const exported = stack([release("crm")], [{ type: "creating", resource: release("shop") }]);
    const { repaired } = interruptedUpdate(exported, []);
    expect(repaired).toEqual(stack([release("crm")], []));
    expect(exported.deployment.pending_operations).toHaveLength(1);
  });
});
