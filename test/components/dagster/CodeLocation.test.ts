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
  pin: "{}",
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
  });

describe("CodeLocation", () => {
  it("is its Helm release, and nothing else", async () => {
    const { names, find } = await mocked(make);
    expect(names).toEqual([
      "dagster-platform:dagster:CodeLocation crm",
      "kubernetes:helm.sh/v3:Release crm-release",
    ]);
    expect(find("crm-release").parent).toBe("crm");
  });

  it("does not wait, and keeps ten revisions", async () => {
    const { find } = await mocked(make);
    const { inputs } = find("crm-release");
    expect(inputs).toMatchObject({
      name: "crm",
      namespace: "dagster",
      chart: "./.charts/1.2.3/dagster-user-deployments",
      skipAwait: true,
      maxHistory: 10,
      cleanupOnFail: true,
      createNamespace: false,
    });
    expect(inputs["atomic"]).toBeUndefined();
    expect(inputs["values"]).toEqual(VALUES);
  });

  it("gives the name of its release", async () => {
    const { result, find } = await mocked(make);
    expect(await valueOf(result.release)).toBe("crm");
    expect(find("crm").registeredOutputs).toEqual({ release: "crm" });
  });
});
