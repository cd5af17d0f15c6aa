import { DagsterSystem } from "../../../components/dagster/DagsterSystem";
import { platformValues } from "../../../components/dagster/platformValues";
import { workspace } from "../../../components/dagster/workspace";
import { mocked, valueOf } from "../mocked";

const VALUES = platformValues({
  instance: {
    storage: { kind: "postgres", host: "db", database: "dagster", username: "dagster" },
    computeLogs: { kind: "s3", bucket: "acme" },
    defsState: { targetProtocol: "s3" },
    runLauncher: {
      kind: "kubernetes",
      release: "dagster",
      namespace: "dagster",
      postgresqlSecretName: "dagster-postgresql",
    },
  },
  workspaceConfigMap: "dagster-workspace",
});

const make = (names: readonly string[]) => (): DagsterSystem =>
  new DagsterSystem("system", {
    namespace: "dagster",
    release: "dagster",
    chart: "./.charts/1.2.3/dagster",
    values: VALUES,
    workspaceConfigMap: "dagster-workspace",
    workspace: workspace(names.map((name) => ({ name, host: name, port: 3030 }))),
  });

describe("DagsterSystem", () => {
  it("is its workspace and its Helm release, and nothing else", async () => {
    const { names } = await mocked(make(["crm"]));
    expect(names).toEqual([
      "dagster-platform:dagster:DagsterSystem system",
      "kubernetes:core/v1:ConfigMap system-workspace",
      "kubernetes:helm.sh/v3:Release system-release",
    ]);
  });

  it("has the workspace before the pods that mount it", async () => {
    const { find } = await mocked(make(["crm"]));
    expect(find("system-release").dependencies).toContain("system-workspace");
    const { data, metadata } = find("system-workspace").inputs as {
      data: Record<string, string>;
      metadata: unknown;
    };
    expect(metadata).toEqual({ name: "dagster-workspace", namespace: "dagster" });
    expect(JSON.parse(data["workspace.yaml"] ?? "")).toEqual({
      load_from: [{ grpc_server: { host: "crm", port: 3030, location_name: "crm" } }],
    });
  });

  it("has the same release with another list: nothing restarts for a location", async () => {
    const one = await mocked(make(["crm"]));
    const none = await mocked(make([]));
    expect(none.find("system-release").inputs).toEqual(one.find("system-release").inputs);
    expect(none.find("system-workspace").inputs).not.toEqual(one.find("system-workspace").inputs);
  });

  it("gives the name of the workspace's ConfigMap", async () => {
    const { result } = await mocked(make([]));
    expect(await valueOf(result.workspaceConfigMap)).toBe("dagster-workspace");
  });
});
