import { rmSync } from "node:fs";

import * as fc from "fast-check";
import { parse } from "yaml";

import { systemNames } from "../../../components/dagster/chart";
import { instanceConfig } from "../../../components/dagster/instanceConfig";
import type { PlatformValuesInput } from "../../../components/dagster/platformValuesInput";
import { platformValues } from "../../../components/dagster/platformValues";
import { RESTRICTED_CONTAINER, restrictedPod } from "../../../components/dagster/podSecurity";
import { platformInput } from "./arbitraries";
import { PLATFORM } from "./fixtures";
import {
  find,
  MISSING_FOR_HELM,
  podOf,
  type Rendered,
  selfContainedCharts,
  template,
} from "./helm";

if (MISSING_FOR_HELM !== undefined) {
  it.skip(`what the chart renders for the system: ${MISSING_FOR_HELM}`, () => undefined);
} else {
  const charts = selfContainedCharts();
  afterAll(() => {
    rmSync(charts, { recursive: true });
  });

  const renderSystem = (input: PlatformValuesInput): readonly Rendered[] => {
    const { release, namespace } = input.instance.runLauncher;
    return template(charts, "dagster", release, namespace, platformValues(input));
  };

  describe("the rendered system", () => {
    const objects = renderSystem(PLATFORM);
    const names = systemNames("dagster");
    const webserver = podOf(find(objects, "Deployment", names.webserver));
    const daemon = podOf(find(objects, "Deployment", names.daemon));

    it("has the instance config that `instanceConfig` gives", () => {
      expect(renderedInstance(objects, PLATFORM)).toEqual(instanceConfig(PLATFORM.instance));
    });

    it("has it for any settings", () => {
      fc.assert(
        fc.property(platformInput, (input) => {
          const rendered = renderedInstance(renderSystem(input), input);
          // As a document: a member that is undefined is none.
          expect(rendered).toEqual(JSON.parse(JSON.stringify(instanceConfig(input.instance))));
        }),
        { numRuns: 25, endOnFailure: true },
      );
    });

    it("reads the workspace from our ConfigMap, mounted as a directory", () => {
      for (const pod of [webserver, daemon]) {
        const [container] = pod.spec.containers;
        expect(container.command?.at(-1)).toContain("-w /dagster-workspace/workspace.yaml");
        expect(container.volumeMounts).toContainEqual({
          name: "dagster-workspace-yaml",
          mountPath: "/dagster-workspace/",
        });
        expect(pod.spec.volumes).toContainEqual({
          name: "dagster-workspace-yaml",
          configMap: { name: "dagster-workspace" },
        });
      }
    });

    it("never restarts for the workspace: its checksum does not depend on it", () => {
      const checksum = "checksum/dagster-workspace";
      const other = renderSystem({ ...PLATFORM, workspaceConfigMap: "another" });
      const pod = podOf(find(other, "Deployment", names.daemon));
      expect(pod.metadata.annotations[checksum]).toBe(daemon.metadata.annotations[checksum]);
    });

    it("brings no Secret, no Ingress and no user code", () => {
      const kinds = new Set(objects.map((each) => each.kind));
      expect([...kinds].sort()).toEqual([
        "ConfigMap",
        "Deployment",
        "Role",
        "RoleBinding",
        "Service",
        "ServiceAccount",
      ]);
      expect(objects.filter((each) => each.kind === "Deployment")).toHaveLength(2);
    });

    it("runs every container restricted, the init container too", () => {
      for (const pod of [webserver, daemon]) {
        const all = [...(pod.spec.initContainers ?? []), ...pod.spec.containers];
        expect(pod.spec.securityContext).toEqual(restrictedPod());
        expect(all).toHaveLength(2);
        for (const each of all) expect(each.securityContext).toEqual(RESTRICTED_CONTAINER);
      }
    });

    it("serves and probes on one port", () => {
      const [container] = webserver.spec.containers;
      expect(container.command?.at(-1)).toContain("-p 3000");
      expect(container.readinessProbe).toMatchObject({
        httpGet: { path: "/server_info", port: 3000 },
      });
      expect(container.startupProbe).not.toHaveProperty("enabled");
    });
  });
}

function renderedInstance(objects: readonly Rendered[], input: PlatformValuesInput): unknown {
  const { instanceConfigMap } = systemNames(input.instance.runLauncher.release);
  const { data } = find(objects, "ConfigMap", instanceConfigMap) as Rendered & {
    readonly data: Readonly<Record<string, string>>;
  };
  return parse(data["dagster.yaml"] ?? "");
}
