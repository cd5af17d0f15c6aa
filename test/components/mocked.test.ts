import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

import { isSecret, mocked, valueOf } from "./mocked";

class Example extends pulumi.ComponentResource {
  readonly secretName: pulumi.Output<string>;

  constructor(name: string, opts?: pulumi.ComponentResourceOptions) {
    super("dagster-platform:test:Example", name, {}, opts);
    const password = new random.RandomPassword(`${name}-password`, { length: 9 }, { parent: this });
    const metadata = { name: "pw", namespace: "data" };
    const secret = new k8s.core.v1.Secret(
      `${name}-secret`,
      { metadata, stringData: { key: password.result } },
      { parent: this, retainOnDelete: true },
    );
    this.secretName = secret.metadata.name;
    this.registerOutputs({ secretName: this.secretName, password: password.result });
  }
}

describe("mocks", () => {
  it("show what a component registers: children, parents, options and outputs", async () => {
    const { find, names } = await mocked(() => new Example("x"));
    expect(names).toEqual([
      "dagster-platform:test:Example x",
      "kubernetes:core/v1:Secret x-secret",
      "random:index/randomPassword:RandomPassword x-password",
    ]);
    expect(find("x-secret")).toMatchObject({
      parent: "x",
      custom: true,
      dependencies: ["x-password"],
      retainOnDelete: true,
    });
    expect(find("x-secret").urn).toMatch(
      /::dagster-platform:test:Example\$kubernetes:core\/v1:Secret::x-secret$/,
    );
    expect(find("x").registeredOutputs).toEqual({ secretName: "pw", password: "s3cret" });
  });

  it("show which inputs are secret, and their plain values", async () => {
    const { find } = await mocked(() => new Example("x"));
    expect(find("x-secret").inputs["stringData"]).toEqual({ key: "s3cret" });
    expect(find("x-secret").secretInputs).toEqual(["stringData"]);
  });

  it("give outputs their values, Kubernetes' ids, and those that a test wants", async () => {
    const token = "kubernetes:core/v1:Service";
    const args = { metadata: { name: "web", namespace: "data" } };
    const { result } = await mocked(() => new k8s.core.v1.Service("web", args), {
      [token]: { spec: { clusterIP: "10.0.0.1" } },
    });
    expect(await valueOf(result.id)).toBe("data/web");
    expect(await valueOf(result.spec.clusterIP)).toBe("10.0.0.1");
    expect(await isSecret(result.id)).toBe(false);
    expect(await isSecret(pulumi.secret(result.id))).toBe(true);
  });

  it("name the explicit provider", async () => {
    const { find } = await mocked(() => {
      const provider = new k8s.Provider("cluster", { context: "kind" });
      return new k8s.core.v1.Namespace("ns", {}, { provider });
    });
    expect(find("ns").provider).toBe("cluster");
    expect(() => find("nobody")).toThrow("not exactly one resource nobody");
  });
});
