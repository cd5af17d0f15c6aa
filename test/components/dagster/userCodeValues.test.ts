import { canonicalJson } from "../../../components/dagster/canonicalJson";
import { userCodeValues } from "../../../components/dagster/userCodeValues";
import { contextOf, deepFreeze, envOf, golden, LOCATION, reversed } from "./fixtures";

describe("userCodeValues", () => {
  const values = userCodeValues(LOCATION);
  const [deployment] = values.deployments;

  it("are this document", () => {
    expect(values).toEqual(golden("userCodeValues.yaml", values));
  });

  it("mount the system's instance config, whose name the chart would guess wrong", () => {
    expect(values.includeInstance).toBe(true);
    expect(values.global.dagsterInstanceConfigMap).toBe("dagster-instance");
  });

  it("leave the ServiceAccount to the location: a global one would win over it", () => {
    expect(values.global).not.toHaveProperty("serviceAccountName");
    expect(values.serviceAccount).toMatchObject({ create: true, name: "finance" });
  });

  it("let code make no Jobs: who may, reaches all Secrets of the namespace", () => {
    expect(values.rbacEnabled).toBe(false);
    expect(userCodeValues({ ...LOCATION, mayLaunchJobs: true }).rbacEnabled).toBe(true);
  });

  it("roll by the chart's real key, new before old", () => {
    expect(deployment).not.toHaveProperty("strategy");
    expect(deployment.deploymentStrategy).toEqual({
      type: "RollingUpdate",
      rollingUpdate: { maxSurge: 1, maxUnavailable: 0 },
    });
  });

  it("replace the pod when the instance or the pinned state changes", () => {
    expect(deployment.annotations).toEqual({
      "dagster-platform/instance-hash": "11aa",
      "dagster-platform/defs-state": LOCATION.pin,
    });
  });

  it("mount the pin as a directory and say where it is", () => {
    expect(deployment.volumeMounts).toEqual([
      { name: "defs-state-pin", mountPath: "/opt/dagster/defs-state", readOnly: true },
    ]);
    const fieldPath = "metadata.annotations['dagster-platform/defs-state']";
    expect(deployment.volumes).toEqual([
      {
        name: "defs-state-pin",
        downwardAPI: { items: [{ path: "pin.json", fieldRef: { fieldPath } }] },
      },
    ]);
    expect(envOf(LOCATION)).toMatchObject({
      DAGSTER_DEFS_STATE_INFO_OVERRIDE_PATH: "/opt/dagster/defs-state/pin.json",
      FSSPEC_DIR_PATH: "acme-dagster-prod/defs-state/finance",
    });
  });

  it("use `dagster api grpc`, which exits when the code does not load", () => {
    expect(deployment.dagsterApiGrpcArgs).toEqual(["--module-name", "finance.definitions"]);
    expect(deployment).not.toHaveProperty("codeServerArgs");
  });

  it("give runs our own context instead of the chart's: own resources, no pin", () => {
    expect(deployment.includeConfigInLaunchedRuns).toEqual({ enabled: false });
    const { k8s } = contextOf(LOCATION);
    expect(k8s).toMatchObject({
      namespace: "data",
      service_account_name: "finance",
      env_secrets: ["finance-warehouse"],
      resources: { requests: { cpu: "2", memory: "4096Mi" } },
    });
    expect(k8s.env).toEqual([
      { name: "DSN", value: "u:$(DAGSTER_PG_PASSWORD)@h" },
      { name: "FSSPEC_DIR_PATH", value: "acme-dagster-prod/defs-state/finance" },
      { name: "PRICE", value: "5$" },
      { name: "WAREHOUSE_SCHEMA", value: "finance" },
    ]);
    expect(JSON.stringify(k8s)).not.toContain("OVERRIDE_PATH");
  });

  it("give runs the code server's resources when they have none of their own", () => {
    const { runResources, ...rest } = LOCATION;
    expect(runResources).toBeDefined();
    expect(contextOf(rest).k8s.resources).toEqual(deployment.resources);
  });

  it("let a location's list entry change nothing that the platform sets", () => {
    const env = { FSSPEC_DIR_PATH: "other", DAGSTER_CONTAINER_CONTEXT: "{}" };
    expect(envOf({ ...LOCATION, env })).toMatchObject({
      FSSPEC_DIR_PATH: "acme-dagster-prod/defs-state/finance",
    });
    expect(contextOf({ ...LOCATION, env }).k8s.namespace).toBe("data");
  });

  it("know no cloud without an identity", () => {
    const bare = userCodeValues({ ...LOCATION, serviceAccount: { name: "finance" } });
    expect(JSON.stringify(bare)).not.toMatch(/aws|gcp|azure|amazonaws|iam\.gke/i);
  });

  it("merge own values last, those of the one deployment into ours", () => {
    const extraValues = deepFreeze({
      imagePullSecrets: [],
      deployments: [{ nodeSelector: { pool: "data" }, resources: { limits: { cpu: "1" } } }],
    });
    const own = userCodeValues({ ...LOCATION, extraValues });
    expect(own.imagePullSecrets).toEqual([]);
    expect(own.deployments[0]).toMatchObject({
      name: "finance",
      nodeSelector: { pool: "data" },
      resources: { limits: { cpu: "1", memory: "512Mi" } },
    });
  });

  it.each([[[]], [[{}, {}]], [{ name: "x" }], [["x"]]])(
    "refuses %j as own deployments: there is one",
    (deployments) => {
      expect(() => userCodeValues({ ...LOCATION, extraValues: { deployments } })).toThrow(
        "a location has exactly one deployment",
      );
    },
  );

  it("are the same for the same input, whatever the order of its keys", () => {
    expect(canonicalJson(userCodeValues(reversed(LOCATION)))).toBe(canonicalJson(values));
  });
});
