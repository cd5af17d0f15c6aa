import { CodeLocation } from "../../../components/dagster/CodeLocation";
import { userCodeValues } from "../../../components/dagster/userCodeValues";
import { mocked, valueOf } from "../mocked";

const VALUES = userCodeValues({
  name: "crm",
  codeSource: { module: "crm.definitions" },
  image: `ghcr.io/acme/crm@sha256:${"ab".repeat(32)}`,
  namespace: "dagster",
  instanceConfigMap: "dagster-instance",
  instanceHash: "11aa",
  postgresqlSecretName: "dagster-postgresql",
  pinConfigMap: "crm-defs-state-0123456789",
  pinHash: "22bb",
  stateBucket: "acme",
  serviceAccount: { name: "crm" },
  resources: { cpu: "250m", memoryMiB: 512 },
});

const make = (): CodeLocation =>
  new CodeLocation("crm", {
    namespace: "dagster",
    location: "crm",
    chart: "./.charts/1.2.3/dagster-user-deployments",
    values: VALUES,
    pin: { configMap: "crm-defs-state-0123456789", text: "{}" },
  });

describe("CodeLocation", () => {
  it("is its pin and its Helm release, and nothing else", async () => {
    const { names, resources } = await mocked(make);
    expect(names).toEqual([
      "dagster-platform:dagster:CodeLocation crm",
      "kubernetes:core/v1:ConfigMap crm-pin",
      "kubernetes:helm.sh/v3:Release crm-release",
    ]);
    expect(resources.filter(({ custom }) => custom).map(({ parent }) => parent)).toEqual([
      "crm",
      "crm",
    ]);
  });

  it("keeps the pin in an immutable ConfigMap that is named by its content", async () => {
    const { find } = await mocked(make);
    expect(find("crm-pin").inputs).toMatchObject({
      metadata: { name: "crm-defs-state-0123456789", namespace: "dagster" },
      immutable: true,
      data: { "pin.json": "{}" },
    });
  });

  it("applies the release after its pin, without waiting, and keeps ten revisions", async () => {
    const { find } = await mocked(make);
    const release = find("crm-release");
    expect(release.dependencies).toContain("crm-pin");
    expect(release.inputs).toMatchObject({
      name: "crm",
      namespace: "dagster",
      chart: "./.charts/1.2.3/dagster-user-deployments",
      skipAwait: true,
      maxHistory: 10,
      cleanupOnFail: true,
      createNamespace: false,
    });
    expect(release.inputs["atomic"]).toBeUndefined();
    expect(release.inputs["values"]).toEqual(VALUES);
  });

  it("gives the name of its release", async () => {
    const { result, find } = await mocked(make);
    expect(await valueOf(result.release)).toBe("crm");
    expect(find("crm").registeredOutputs).toEqual({ release: "crm" });
  });
});
