import { canonicalJson } from "../../../components/dagster/canonicalJson";
import { platformValues } from "../../../components/dagster/platformValues";
import { deepFreeze, golden, PLATFORM, reversed } from "./fixtures";

describe("platformValues", () => {
  const values = platformValues(PLATFORM);

  it("are this document", () => {
    expect(values).toEqual(golden("platformValues.yaml", values));
  });

  it("take the workspace from our ConfigMap, with all three keys, and hold no user code", () => {
    expect(values.dagsterWebserver.workspace).toEqual({
      enabled: true,
      servers: [],
      externalConfigmap: "dagster-workspace",
    });
    expect(values["dagster-user-deployments"]).toEqual({
      enabled: true,
      enableSubchart: false,
      deployments: [],
    });
  });

  it("hold no secret, only names of Secrets", () => {
    expect(values.generatePostgresqlPasswordSecret).toBe(false);
    expect(values.global.postgresqlSecretName).toBe("dagster-postgresql");
    expect(values.postgresql).toMatchObject({ enabled: false, postgresqlPassword: "" });
  });

  it("expose nothing and report nothing", () => {
    expect(values.ingress).toEqual({ enabled: false });
    expect(values.telemetry).toEqual({ enabled: false });
  });

  it("run both pods restricted; the webserver's port needs no root", () => {
    for (const pod of [values.dagsterWebserver, values.dagsterDaemon]) {
      expect(pod.podSecurityContext.runAsNonRoot).toBe(true);
      expect(pod.securityContext.capabilities).toEqual({ drop: ["ALL"] });
    }
    expect(values.dagsterWebserver.service.port).toBe(3000);
    expect(values.dagsterWebserver.readinessProbe.httpGet.port).toBe(3000);
  });

  it("probe below the path prefix", () => {
    const { dagsterWebserver } = platformValues({ ...PLATFORM, webserverPathPrefix: "/dagster" });
    expect(dagsterWebserver.pathPrefix).toBe("/dagster");
    expect(dagsterWebserver.livenessProbe.httpGet.path).toBe("/dagster/server_info");
  });

  it("take Dagster's own image at the charts' version, or another exact one", () => {
    expect(values.dagsterDaemon.image).toEqual({
      repository: "docker.io/dagster/dagster-celery-k8s",
      tag: "1.13.27",
      pullPolicy: "IfNotPresent",
    });
    const own = platformValues({ ...PLATFORM, image: "acme/dagster:1" });
    expect([own.dagsterDaemon.image, own.dagsterWebserver.image]).toEqual([
      { repository: "acme/dagster", tag: "1", pullPolicy: "IfNotPresent" },
      { repository: "acme/dagster", tag: "1", pullPolicy: "IfNotPresent" },
    ]);
  });

  it("put own values on top, lists replaced", () => {
    const extraValues = deepFreeze({
      dagsterDaemon: { heartbeatTolerance: 60, envSecrets: [{ name: "x" }] },
      additionalInstanceConfig: { freshness: { enabled: true } },
    });
    const own = platformValues({ ...PLATFORM, envSecrets: ["a", "b"], extraValues });
    expect(own.dagsterDaemon).toMatchObject({
      heartbeatTolerance: 60,
      envSecrets: [{ name: "x" }],
      enabled: true,
    });
    expect(own.additionalInstanceConfig).toMatchObject({
      freshness: { enabled: true },
      nux: { enabled: false },
    });
  });

  it("are the same for the same input, whatever the order of its keys", () => {
    expect(canonicalJson(platformValues(reversed(PLATFORM)))).toBe(canonicalJson(values));
  });
});
